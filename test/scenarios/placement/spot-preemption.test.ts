/** Spot VMs make room for others, and come back. */
import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = { rack: 'rack-1', zone: 'zone-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const BIG = { name: 'web', cpu_cores: 4, memory_gb: 8, disk_gb: 20 } as const;
/** Longer than room is left unused. */
const LOOK_MS = 31_000;
/** Longer than a start that was refused is not tried again. */
const REFUSED_MS = 600_000;

const STAY_DOWN = `package novacron

deny contains msg if {
  input.action == "start_vm"
  input.context.client == "platform"
  msg := sprintf("stays down by %s %s", [input.subject.user_id, input.subject.role])
}
`;

describe('a VM that no node can hold', () => {
  const bench = useBench({
    fleet: {
      nodes: [{ ...NODE, name: 'only' }],
      storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
    },
  });

  const makeSpot = (name: string, priority: number, more: Partial<InputOf<'vm.create'>> = {}) =>
    makeVm(bench(), { ...BIG, name, priority, spot: true, ...more });

  const get = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function fill() {
    const low = await makeSpot('batch-low', 10);
    const high = await makeSpot('batch-high', 20);
    return { low, high };
  }

  const operationsOf = async ({ id }: Pick<Vm, 'id'>) =>
    (await bench().expectOk('audit.list', { resource_id: id })).items.map((each) => each.operation);

  test('takes the place of the spot VM that matters least, which comes back', async () => {
    const { low, high } = await fill();
    const web = await makeVm(bench(), BIG);
    expect(web).toMatchObject({ status: 'running', node: 'only' });
    expect(await get(high)).toMatchObject({ status: 'running' });
    expect(await get(low)).toMatchObject({
      status: 'preempted',
      node: 'only',
      power_state: 'running',
      spot: true,
    });
    expect(await machineOf(bench(), low)).toMatchObject({ status: 'stopped' });
    const why = await bench().expectOk('placement.explain', { id: web.id });
    expect(why.explanation[0]).toBe(
      'preempts 1 spot VM, since no node has room otherwise: batch-low (priority 10)',
    );
    const events = await bench().store.read({ from: 'events', where: { type: 'vm.preempted' } });
    expect(events).toMatchObject([{ target: low.id, priority: 'high' }]);
    expect(await operationsOf(low)).toContain('vm.preempted');
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toEqual([]);

    await bench().advance(LOOK_MS);
    expect(await get(low)).toMatchObject({ status: 'preempted' });
    const { operation } = await bench().expectOk('vm.delete', { id: web.id });
    await bench().end(operation);
    await bench().advance(LOOK_MS);
    await bench().endAll();
    expect(await get(low)).toMatchObject({ status: 'running' });
    expect(await machineOf(bench(), low)).toMatchObject({ status: 'running' });
  });

  test.each([true, false])(
    'gives its place back unless a policy that is asked of it refuses: %s',
    async (platformWrites) => {
      const { low } = await fill();
      const web = await makeVm(bench(), BIG);
      const policy = await bench().expectOk('policy.create', {
        name: 'Stay down',
        type: 'resource',
        platform_writes: platformWrites,
        rule: STAY_DOWN,
      });
      const { operation } = await bench().expectOk('vm.delete', { id: web.id });
      await bench().end(operation);
      for (let round = 0; round < 3; round += 1) await bench().advance(LOOK_MS);
      await bench().endAll();
      const { items } = await bench().expectOk('audit.list', { resource_id: low.id });
      const starts = items.filter((each) => each.operation === 'vm.start');
      if (!platformWrites) {
        expect(await get(low)).toMatchObject({ status: 'running' });
        expect(starts).toMatchObject([{ principal: 'platform', outcome: 'done' }]);
        return;
      }
      expect(await get(low)).toMatchObject({ status: 'preempted' });
      expect(starts).toMatchObject([{ principal: 'platform', outcome: 'policy-denied' }]);
      const decisions = await bench().expectOk('policy_decision.list', { outcome: 'refused' });
      expect(decisions.items).toMatchObject([
        { operation: 'vm.start', user_id: 'platform', reasons: ['stays down by platform admin'] },
      ]);
      const { items: events } = await bench().expectOk('event.list', { limit: 1000 });
      expect(events.filter(({ type }) => type === 'vm.start.refused')).toMatchObject([
        {
          target: low.id,
          priority: 'high',
          data: { name: 'batch-low', detail: expect.stringContaining('stays down by platform') },
        },
      ]);
      const { id } = policy.resource;
      await bench().expectOk('policy.update', { id, platform_writes: false });
      await bench().advance(REFUSED_MS);
      await bench().endAll();
      expect(await get(low)).toMatchObject({ status: 'running' });
    },
  );

  test('sees in its plan which VMs would be preempted, and none is yet', async () => {
    const { low } = await fill();
    const input = { operation: 'vm.create', input: BIG, session: 'session-1' } as const;
    const preview = await bench().expectOk('admission.preview', input);
    const line = 'preempts 1 spot VM, since no node has room otherwise: batch-low (priority 10)';
    expect(preview.placement_preview).toMatchObject({ node: 'only' });
    expect(preview.placement_preview?.explanation[0]).toBe(line);
    expect(preview.notices).toEqual([`The VM web on only ${line}.`]);
    expect(await get(low)).toMatchObject({ status: 'running' });
    const again = await bench().expectOk('admission.preview', { ...input, session: 'session-2' });
    expect(again.placement_preview).toEqual(preview.placement_preview);
    await makeVm(bench(), { ...BIG, placement: { pin_preview: true } });
    expect(await get(low)).toMatchObject({ status: 'preempted' });
  });

  test('is refused where it is a spot VM itself, or the others are none', async () => {
    await makeSpot('batch', 10);
    await makeVm(bench(), { ...BIG, name: 'db', priority: 0 });
    const refused = await bench().expectProblem('vm.create', { ...BIG, spot: true, priority: 100 });
    expect(refused).toMatchObject({ code: 'no-capacity' });
    const tooBig = { ...BIG, name: 'big', cpu_cores: 8 };
    expect(await bench().expectProblem('vm.create', tooBig)).toMatchObject({ code: 'no-capacity' });
  });

  test.each(['create', 'stop'] as const)(
    'gives the room back where its %s fails',
    async (action) => {
      const { low } = await fill();
      for (const driver of bench().fleet.drivers.values()) {
        driver.faults.add({ action, kind: 'fail-final' });
      }
      const { operation } = await bench().expectOk('vm.create', { ...BIG, cpu_cores: 2 });
      expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
      expect(await get(low)).toMatchObject({ status: 'running' });
      expect(await machineOf(bench(), low)).toMatchObject({ status: 'running' });
      expect((await bench().expectOk('vm.list', {})).items).toHaveLength(2);
    },
  );

  test('does not learn the names of VMs of other tenants, which are notified', async () => {
    const tenant = await bench().expectOk('tenant.create', { name: 'research' });
    const { id: tenantId } = tenant.resource;
    const as = { principal: { ...bench().admin, id: tenantId, tenantId } };
    const foreign = { ...BIG, name: 'secret', cpu_cores: 8, spot: true };
    const made = await bench().expectOk('vm.create', foreign, as);
    await bench().endAll();
    const web = await makeVm(bench(), BIG);
    const why = await bench().expectOk('placement.explain', { id: web.id });
    expect(why.explanation[0]).toContain('no node has room otherwise: 1 of other tenants');
    const { id } = made.resource;
    expect(await bench().expectOk('vm.get', { id }, as)).toMatchObject({ status: 'preempted' });
    const usage = (await bench().expectOk('tenant.get', { id: tenantId })).usage;
    expect(usage).toMatchObject({ vms: 1, cpu_cores: 0, memory_gb: 0, disk_gb: 20 });
  });

  test('does not share its victim with another one', async () => {
    await fill();
    const both = await Promise.all(
      ['web-1', 'web-2'].map((name) => bench().expectOk('vm.create', { ...BIG, name })),
    );
    for (const { operation } of both) await bench().end(operation);
    const { items } = await bench().expectOk('vm.list', {});
    expect(items.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      'batch-high preempted',
      'batch-low preempted',
      'web-1 running',
      'web-2 running',
    ]);
  });

  test('leaves a VM behind that can be changed, stopped and deleted without room', async () => {
    const { low } = await fill();
    await makeVm(bench(), BIG);
    const end = async (made: {
      readonly operation: Parameters<ReturnType<typeof bench>['end']>[0];
    }) => expect(await bench().end(made.operation)).toMatchObject({ status: 'succeeded' });
    const { id } = low;
    await end(await bench().expectOk('vm.update', { id, metadata: { tier: 'batch' } }));
    await end(await bench().expectOk('vm.update', { id, cpu_cores: 2 }));
    expect(await get(low)).toMatchObject({ status: 'preempted', cpu_cores: 2 });
    const refused = await bench().expectProblem('vm.start', { id });
    expect(refused.detail).toBe(
      'The VM batch-low cannot start on node only: cpu_cores needs 2 cores more and 0 cores are ' +
        'free; memory_gb needs 8 GB more and 0 GB are free.',
    );
    expect(refused.remedy).toContain('starts a VM that was preempted as soon as');
    const stays = await bench().expectProblem('vm.migrate', { id });
    expect(stays.detail).toContain('is preempted, and only a running or stopped VM can move');
    await end(await bench().expectOk('vm.stop', { id }));
    expect(await get(low)).toMatchObject({ status: 'stopped', power_state: 'stopped' });
    await end(await bench().expectOk('vm.delete', { id }));
  });
});
