/** Runbooks that are proposed by what people did in earlier incidents. */
import { describe, expect, test } from '@jest/globals';
import { IncidentId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const CHECK = { kind: 'http', port: 8080, path: '/healthz', start_period: '1m' } as const;

describe('runbook.generate', () => {
  const bench = useBench();

  /** Lets the guest hang until it is an incident. */
  async function hang(vm: Vm): Promise<void> {
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'hang' });
    await bench().advance(2 * MINUTE_MS);
  }

  const make = () => makeVm(bench(), { healing: { health_check: CHECK, restart: 'never' } });

  async function suffer(vm: Vm): Promise<void> {
    await hang(vm);
    await bench().end((await bench().expectOk('vm.reboot', { id: vm.id })).operation);
    // A cause that returns within ten minutes reopens its incident.
    await bench().advance(14 * MINUTE_MS);
  }

  test('proposes what people did in incidents of the cause, and stores nothing', async () => {
    const vm = await make();
    await bench().advance(3 * MINUTE_MS);
    const before = await bench().expectOk('runbook.generate', { cause: 'unhealthy' });
    expect(before).toMatchObject({ incidents: 0, sequences: [], name: null, text: null });
    await suffer(vm);
    await suffer(vm);
    const { items } = await bench().expectOk('incident.list', { state: ['resolved'] });
    expect(items).toHaveLength(2);
    const draft = await bench().expectOk('runbook.generate', { incident_id: items[0]?.id });
    expect(draft).toMatchObject({
      cause: 'unhealthy',
      incidents: 2,
      sequences: [{ tasks: ['vm.reboot'], incidents: 2, helped: 2, success_rate: 1, by_people: 2 }],
      runbooks: [],
      name: 'heal-unhealthy',
      warnings: [],
      inputs: { vm: vm.id },
    });
    expect((await bench().expectOk('workflow.list', {})).items).toEqual([]);
    const text = String(draft.text);
    const { resource } = await bench().expectOk('workflow.create', { text });
    await hang(vm);
    const [open] = (await bench().expectOk('incident.list', { state: ['open'] })).items;
    const id = IncidentId.parse(open?.id);
    const explained = await bench().expectOk('incident.explain', { id });
    expect(explained.runbooks).toEqual([]);
    expect(explained.explanation.join('\n')).toContain(
      `What resolved earlier incidents:\n  As a runbook: novacron runbook generate ` +
        `--incident ${id}`,
    );
    const inputs = { vm: vm.id };
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    await bench().advance(4 * MINUTE_MS);
    const after = await bench().expectOk('runbook.generate', { cause: 'unhealthy' });
    expect(after.runbooks).toEqual([
      {
        workflow_id: resource.id,
        workflow: 'heal-unhealthy',
        executions: 1,
        succeeded: 1,
        enabled: true,
      },
    ]);
    await bench().advance(10 * MINUTE_MS);
    await hang(vm);
    const [next] = (await bench().expectOk('incident.list', { state: ['open'] })).items;
    const again = await bench().expectOk('incident.explain', { id: IncidentId.parse(next?.id) });
    expect(again.runbooks).toEqual(after.runbooks);
    const line =
      'heal-unhealthy succeeded in 1 of 1 runs: novacron workflow run heal-unhealthy --inputs';
    expect(again.explanation.join('\n')).toContain(`  ${line} '{"vm":"${vm.id}"}'\n`);
    await bench().expectOk('workflow.update', { id: resource.id, enabled: false });
    const disabled = await bench().expectOk('incident.explain', { id: again.incident.id });
    expect(disabled.runbooks).toEqual([]);
    await bench().expectOk('workflow.delete', { id: resource.id });
    const gone = await bench().expectOk('runbook.generate', { cause: 'unhealthy' });
    expect(gone.runbooks).toEqual([]);
  });

  test('is refused without a cause, and for an incident that is not there', async () => {
    const found = await bench().expectProblem('runbook.generate', {});
    expect(found.detail).toContain('the request has neither');
    const incident_id = 'inc_01jd3v6t7re3h8z9k2m4n5p6q7';
    const missing = await bench().expectProblem('runbook.generate', { incident_id });
    expect(missing.code).toBe('not-found');
  });
});

describe('runbook.draft', () => {
  const bench = useBench();

  test('is refused on a server without an endpoint, where generation works', async () => {
    const { tenantId: id } = bench().admin;
    await bench().expectOk('tenant.update', { id, features: { ai_drafts: true } });
    const found = await bench().expectProblem('runbook.draft', { cause: 'unhealthy' });
    expect(found.detail).toBe('This server has no model endpoint for drafting runbooks.');
    await bench().expectOk('runbook.generate', { cause: 'unhealthy' });
  });
});
