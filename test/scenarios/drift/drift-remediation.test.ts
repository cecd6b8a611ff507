import { describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

describe('drift.remediate', () => {
  const bench = useBench();

  async function apply(name = 'web-01') {
    const made = await bench().expectOk('vm.create', { ...SMALL_VM, name }, TERRAFORM);
    await bench().end(made.operation);
    await bench().advance(3_000);
    return made.resource;
  }

  async function change(more: Omit<InputOf<'vm.update'>, 'id'> & { readonly id: string }) {
    const input = { ...more, id: more.id as VmId };
    await bench().end((await bench().expectOk('vm.update', input)).operation);
    await bench().advance(1_000);
  }

  async function applyDrifted(name = 'web-01') {
    const vm = await apply(name);
    await change({ id: vm.id, memory_gb: 8 });
    return vm;
  }

  const report = () => bench().expectOk('drift.report', {});
  const operator = () => ({ ...bench().admin, name: 'op', role: 'operator' });

  async function remediate(input: InputOf<'drift.remediate'>, principal = bench().admin) {
    return (await bench().expectOk('drift.remediate', input, { principal, client: 'cli' }))
      .remediated;
  }

  test('reverts as an operation that verifies, attributed to the requester', async () => {
    const { id } = await applyDrifted();
    const [item] = await remediate({ action: 'revert', ids: [id] }, operator());
    expect(item).toMatchObject({ outcome: 'started', action: 'revert', problem: null });
    if (item?.operation == null) throw new Error('no operation');
    const ended = await bench().end(item.operation);
    expect(ended).toMatchObject({
      kind: 'drift.remediate',
      status: 'succeeded',
      steps: [{ name: 'revert' }, { name: 'verify' }],
    });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ memory_gb: 4 });
    expect((await report()).items).toEqual([]);
    const { items } = await bench().expectOk('audit.list', { resource_id: id });
    expect(items).toContainEqual(
      expect.objectContaining({ operation: 'vm.update', principal: 'op', client: 'cli' }),
    );
  });

  test('plans without doing anything in a dry run, with the block to paste', async () => {
    const { id } = await applyDrifted();
    const [item] = await remediate({ action: 'adopt', ids: [id], dry_run: true });
    expect(item).toMatchObject({
      outcome: 'planned',
      operation: null,
      hcl: ['resource "novacron_vm" "web-01" {', '  memory_gb = 8', '}'],
      import: ['import {', '  to = novacron_vm.web-01', `  id = "${id}"`, '}'],
    });
    expect((await report()).items).toHaveLength(1);
  });

  test('adopts: what is becomes the baseline', async () => {
    const { id } = await applyDrifted();
    expect(await remediate({ action: 'adopt', ids: [id] })).toMatchObject([{ outcome: 'done' }]);
    expect(await report()).toMatchObject({ items: [], explained: [{ why: 'adopted' }] });
  });

  test.each(['set', 'adopt'] as const)(
    'of an orchestration policy whose baseline was %s goes on to see drift',
    async (how) => {
      const said = (priority: number) =>
        `policy pack priority ${priority}\n  for vm\n  rule r: placement\n    then schedule ` +
        'strategy=pack\n';
      const asked = { document: said(1) };
      const { resource } = await bench().expectOk('orchestration_policy.create', asked, TERRAFORM);
      const { id } = resource;
      const rewrite = async (priority: number) => {
        await bench().advance(1_000);
        await bench().expectOk('orchestration_policy.update', { id, document: said(priority) });
      };
      await rewrite(2);
      if (how === 'set') await bench().expectOk('drift_baseline.set', { id });
      else await remediate({ action: 'adopt', ids: [id] });
      expect(await bench().expectOk('drift_baseline.get', { id })).toMatchObject({
        resource_kind: 'orchestration_policy',
      });
      expect((await report()).items).toEqual([]);
      await rewrite(3);
      expect((await report()).items).toMatchObject([
        { resource_id: id, resource_kind: 'orchestration_policy', fields: [{ field: 'document' }] },
      ]);
    },
  );

  test('ignores for a duration from now', async () => {
    const { id } = await applyDrifted();
    const until = new Date(bench().deps.clock.nowMs() + 2 * 3_600_000).toISOString();
    await remediate({ action: 'ignore', ids: [id], until: '2h', reason: 'load test' });
    expect(await report()).toMatchObject({ items: [], explained: [{ why: 'ignored', until }] });
  });

  test('ignores until a date, for a reason, and only these fields', async () => {
    const { id } = await applyDrifted();
    const untilMs = bench().deps.clock.nowMs() + 60_000;
    const until = new Date(untilMs).toISOString();
    await remediate({ action: 'ignore', ids: [id], until, reason: 'load test' });
    expect(await report()).toMatchObject({
      items: [],
      explained: [{ why: 'ignored', until, reason: 'load test' }],
    });
    await change({ id, priority: 90 });
    expect((await report()).items).toHaveLength(1);
    await change({ id, priority: 50 });
    expect((await report()).items).toHaveLength(0);
    await bench().advance(60_000);
    expect((await report()).items).toHaveLength(1);
  });

  test('means everything of one cause', async () => {
    await applyDrifted('a');
    await applyDrifted('b');
    const [group] = (await report()).groups ?? [];
    const items = await remediate({ action: 'adopt', cause: String(group?.cause) });
    expect(items.map(({ resource_name }) => resource_name)).toEqual(['a', 'b']);
  });

  test('of critical drift waits for an approval by role', async () => {
    const { id } = await apply();
    await change({
      id,
      ssh_keys: [`ssh-ed25519 AAAA${'B'.repeat(30)} eve`],
      memory_gb: 8,
      cpu_cores: 4,
      metadata: { a: 'b', c: 'd' },
    });
    expect((await report()).items).toMatchObject([{ severity: 'critical' }]);
    const [held] = await remediate({ action: 'revert', ids: [id] }, operator());
    expect(held).toMatchObject({ outcome: 'needs-approval', operation: null });
    expect(held?.problem?.detail).toBe(
      'The drift of web-01 is critical, so its remediation must be approved first.',
    );
    const { approved } = await bench().expectOk('drift.approve', { ids: [id] });
    expect(approved).toMatchObject([{ resource_id: id, approved_by: bench().admin.name }]);
    const [item] = await remediate({ action: 'revert', ids: [id] }, operator());
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
  });

  test('that fails in the middle is undone: what was is there again, as drift', async () => {
    const { id, node } = await applyDrifted();
    const driver = bench().fleet.drivers.get(String(node));
    driver?.faults.add({ action: 'configure', kind: 'fail-final' });
    const [item] = await remediate({ action: 'revert', ids: [id] });
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('failed on demand') },
    });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ memory_gb: 8 });
    expect((await report()).items).toMatchObject([{ resource_id: id, severity: 'medium' }]);
  });

  test('starts a VM again that its guest stopped', async () => {
    const { id, node } = await apply();
    bench().fleet.drivers.get(String(node))?.disturb(id, { kind: 'power-off' });
    await bench().advance(60_000);
    const [item] = await remediate({ action: 'revert', ids: [id] });
    if (item?.operation == null) throw new Error('no operation');
    expect(await bench().end(item.operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({ status: 'running' });
  });

  test('is decided by policies, and refused at the resource', async () => {
    const { id } = await applyDrifted();
    const rule = 'package novacron\nallow { input.operation != "vm.update" }';
    const asked = { name: 'frozen', type: 'access', enforcement_mode: 'block', rule } as const;
    await bench().expectOk('policy.create', asked);
    const [item] = await remediate({ action: 'revert', ids: [id] });
    expect(item).toMatchObject({
      outcome: 'refused',
      operation: null,
      problem: { code: 'policy-denied', detail: expect.stringContaining('frozen') },
    });
    expect((await report()).items).toHaveLength(1);
  });

  test('adopts nothing of a resource that an operation works on', async () => {
    const { id } = await applyDrifted();
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ action: 'configure', kind: 'hang' });
    }
    const { operation } = await bench().expectOk('vm.update', { id, memory_gb: 6 });
    const refused = await bench().expectProblem('drift_baseline.set', { id });
    expect(refused).toMatchObject({ code: 'conflict' });
    await bench().expectOk('operation.cancel', { id: operation.id });
    for (const driver of bench().fleet.drivers.values()) driver.faults.clear();
    await bench().end(operation);
  });

  const FAR = '2999-01-01T00:00:00.000Z';
  test.each<{ readonly input: InputOf<'drift.remediate'>; readonly says: string }>([
    {
      input: { action: 'revert' },
      says: 'Select the drift either by resource (ids) or by actor (cause).',
    },
    { input: { action: 'revert', ids: ['vm_gone'] }, says: 'vm_gone did not cause drift.' },
    {
      input: { action: 'revert', cause: 'person/x/y' },
      says: 'Changes by person/x/y did not cause drift.',
    },
    {
      input: { action: 'adopt', ids: ['a'], reason: 'x' },
      says: 'until and reason are valid only with the action ignore.',
    },
    {
      input: { action: 'ignore', ids: ['a'], reason: 'x' },
      says: 'The action ignore requires until, the end of the suppression, and a reason.',
    },
    {
      input: { action: 'ignore', ids: ['a'], reason: 'x', until: FAR },
      says: `${FAR} is not within a year from now.`,
    },
  ])('refuses: $says', async ({ input, says }) => {
    expect((await bench().expectProblem('drift.remediate', input)).detail).toBe(says);
  });
});

describe('automatic remediation', () => {
  const bench = useBench();

  async function drift(name: string, block: number) {
    const asked = { name, cidr: `10.${block}.0.0/16` };
    const { resource } = await bench().expectOk('network.create', asked, TERRAFORM);
    await bench().advance(1_000);
    await bench().expectOk('network.update', { id: resource.id, name: `${name}-x` });
    await bench().advance(3_000);
    return bench().expectOk('network.get', { id: resource.id });
  }

  test('is off by default, reverts where it is wanted, and keeps to its rate', async () => {
    expect(await bench().expectOk('drift_settings.get', {})).toMatchObject({
      threshold: 0.05,
      auto_remediate: 'off',
      auto_per_hour_max: 10,
    });
    expect((await drift('a', 1)).name).toBe('a-x');
    const wanted = { auto_remediate: 'revert', auto_severity_max: 'high', auto_per_hour_max: 1 };
    await bench().expectOk('drift_settings.update', wanted as never);
    expect((await drift('b', 2)).name).toBe('b');
    expect((await drift('c', 3)).name).toBe('c-x');
    const { items } = await bench().expectOk('audit.list', { limit: 50 });
    expect(items).toContainEqual(
      expect.objectContaining({
        operation: 'network.update',
        principal: 'drift-remediator',
        principal_kind: 'policy',
      }),
    );
  });

  test('leaves to people what is graver than wanted', async () => {
    const wanted = { auto_remediate: 'revert', auto_severity_max: 'low' } as const;
    await bench().expectOk('drift_settings.update', wanted);
    expect((await drift('a', 1)).name).toBe('a-x');
  });

  test('goes by the threshold of the tenant', async () => {
    await bench().expectOk('drift_settings.update', { threshold: 0.5 });
    await drift('a', 1);
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([{ severity: 'info' }]);
  });
});
