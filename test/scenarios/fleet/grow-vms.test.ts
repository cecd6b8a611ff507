/** VMs whose guests run out of memory or CPU, and to which healing may give more. */
import { describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { machineOf, makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const CHECK = { kind: 'http', port: 8080, start_period: '1m' } as const;

/** The limit of the level: more memory or CPU, and the guest serves again. */
const VERTICAL_MS = 10 * MINUTE_MS;

describe('a VM that may grow', () => {
  const bench = useBench();

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });
  const make = (healing: InputOf<'vm.create'>['healing'] = {}, more = {}) =>
    makeVm(bench(), {
      memory_gb: 2,
      healing: { health_check: CHECK, attempts: 1, grow_to: { memory_gb: 8 }, ...healing },
      ...more,
    });
  const driverOf = (vm: Pick<Vm, 'node'>) => bench().fleet.drivers.get(String(vm.node));
  function need(vm: Pick<Vm, 'id' | 'node'>, needs: { memory_mib?: number; cpu_cores?: number }) {
    driverOf(vm)?.disturb(vm.id, { kind: 'need', ...needs });
  }
  async function pass(minutes: number): Promise<void> {
    for (let at = 0; at < minutes * 4; at += 1) await bench().advance(MINUTE_MS / 4);
  }
  /** Until it has grown and serves: at most for this long. */
  async function passUntilGrown({ id }: Pick<Vm, 'id'>, minutesMax: number): Promise<void> {
    for (let minute = 0; minute < minutesMax; minute += 1) {
      const { health, grown_memory_gb, grown_cpu_cores } = await show({ id });
      if (health === 'healthy' && (grown_memory_gb ?? grown_cpu_cores) !== null) return;
      await pass(1);
    }
  }
  const growths = async () => {
    const asked = { kind: ['vm.update'], principal: ['platform'] };
    return (await bench().expectOk('operation.list', asked)).items;
  };

  /** Details of the events that say why it does not grow, oldest first. */
  async function notGrown(): Promise<readonly string[]> {
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_grown'] });
    return items.map(({ data }) => String(data.detail));
  }
  async function explain() {
    const [incident] = (await bench().expectOk('incident.list', { state: ['open'] })).items;
    if (incident === undefined) throw new Error('there is no open incident');
    return bench().expectOk('incident.explain', { id: incident.id });
  }

  test('gets twice its memory while it runs, once restarts have not helped', async () => {
    const vm = await make();
    await pass(3);
    expect(await show(vm)).toMatchObject({ health: 'healthy', grown_memory_gb: null });
    need(vm, { memory_mib: 3_000 });
    await pass(15);
    const [growth] = await growths();
    expect(growth).toMatchObject({ status: 'succeeded', target_id: vm.id });
    const after = await show(vm);
    expect(after).toMatchObject({ health: 'healthy', memory_gb: 2, grown_memory_gb: 4 });
    expect(after.grown_cpu_cores).toBeNull();
    expect(await machineOf(bench(), vm)).toMatchObject({ spec: { memory_mib: 4_096 } });
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    const grownMs = Date.parse(growth?.finished_at ?? '') - Date.parse(growth?.created_at ?? '');
    expect(grownMs).toBeLessThan(VERTICAL_MS);
    const [incident] = (await bench().expectOk('incident.list', {})).items;
    const shown = await bench().expectOk('incident.get', { id: String(incident?.id) });
    expect(shown.steps.map(({ what }) => what)).toContainEqual(
      expect.stringContaining(
        `vm.update of ${vm.name} began: ${vm.name} grows from 2 to 4 GB of memory, because its ` +
          'guest could use at most 5 % of its memory in',
      ),
    );
    expect(shown).toMatchObject({ state: 'resolved', resolution: 'system' });
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    expect(strategies.find(({ strategy }) => strategy === 'grow')).toMatchObject({
      level: 3,
      cause: 'exhausted',
      outcomes: 1,
      succeeded: 1,
    });
  });

  test('that crashes because its memory is full is started with more', async () => {
    const vm = await make({ health_check: null });
    need(vm, { memory_mib: 3_000 });
    const crash = async () => {
      driverOf(vm)?.disturb(vm.id, { kind: 'power-off', reason: 'panic' });
      await bench().advance(MINUTE_MS / 2);
    };
    await crash();
    await crash();
    await pass(2);
    const [growth] = await growths();
    expect(growth).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ status: 'running', memory_gb: 2, grown_memory_gb: 4 });
    await pass(11);
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    expect(strategies.find(({ strategy }) => strategy === 'grow')).toMatchObject({ succeeded: 1 });
  });

  test('gets more CPU where that is short, up to its ceiling', async () => {
    const vm = await make({ grow_to: { cpu_cores: 3 } });
    await pass(3);
    need(vm, { cpu_cores: 3 });
    await passUntilGrown(vm, 15);
    expect(await show(vm)).toMatchObject({
      health: 'healthy',
      cpu_cores: 2,
      grown_cpu_cores: 3,
      grown_memory_gb: null,
    });
  });

  test('grows again later, at most to its ceiling, and is left to people then', async () => {
    const vm = await make({ grow_to: { memory_gb: 3 } });
    await pass(3);
    need(vm, { memory_mib: 8_000 });
    await pass(60);
    expect(await growths()).toHaveLength(1);
    expect(await show(vm)).toMatchObject({ health: 'unhealthy', grown_memory_gb: 3 });
    expect((await bench().expectOk('incident.list', { state: ['open'] })).items).toHaveLength(1);
    const why = `The VM ${vm.name} gets no more memory or CPU: it has all the memory and CPU that`;
    expect((await notGrown()).at(-1)).toMatch(why);
    const explained = await explain();
    expect(explained.held_up[0]).toContain(why);
    expect(explained.explanation.join('\n')).toMatch(
      /: grow \(level 3\), \S+ of at most 10m: it (helped|did not help)/u,
    );
    expect(explained.explanation).toContain(
      `  ${vm.name}: no automatic action remains. Manual action is required.`,
    );
  });

  test.each([
    ['that does not allow it', { grow_to: null }, { memory_mib: 3_000 }],
    ['whose guest has enough', {}, {}],
    ['whose policy is never', { restart: 'never' }, { memory_mib: 3_000 }],
  ] as const)('one %s does not grow', async (_what, healing, needs) => {
    const vm = await make(healing);
    await pass(3);
    if ('memory_mib' in needs) need(vm, needs);
    else {
      for (let at = 0; at < 40; at += 1) {
        driverOf(vm)?.disturb(vm.id, { kind: 'hang' });
        await bench().advance(MINUTE_MS / 4);
      }
    }
    await pass(15);
    expect(await growths()).toEqual([]);
    expect(await show(vm)).toMatchObject({ health: 'unhealthy', grown_memory_gb: null });
  });

  test('grows as a member of a group, which keeps all its members as they are', async () => {
    const healing = { health_check: CHECK, attempts: 1, grow_to: { memory_gb: 8 } };
    const made = await bench().expectOk('vm_group.create', {
      name: 'grow-group',
      min_size: 2,
      max_size: 2,
      vm: { cpu_cores: 1, memory_gb: 2, disk_gb: 4, healing },
    });
    await bench().end(made.operation);
    const members = async () => {
      const { items } = await bench().expectOk('vm.list', {});
      return items.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    };
    const [one, other] = await members();
    if (one === undefined || other === undefined) throw new Error('the group has two members');
    await pass(3);
    need(one, { memory_mib: 3_000 });
    await passUntilGrown(one, 20);
    expect(await members()).toMatchObject([
      { id: one.id, health: 'healthy', memory_gb: 2, grown_memory_gb: 4 },
      { id: other.id, health: 'healthy', memory_gb: 2, grown_memory_gb: null },
    ]);
    expect(await growths()).toMatchObject([{ target_id: one.id, status: 'succeeded' }]);
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm_group.update',
      input: { id: made.resource.id, max_size: 3 },
    });
    expect(preview).toMatchObject({ problems: [], restarts: [] });
  });

  test('is as it was where its growth has not ended in ten minutes, and grows later', async () => {
    const vm = await make();
    await pass(3);
    const used = async () => {
      const { items } = await bench().expectOk('node.list', { name: String(vm.node) });
      return items[0]?.allocated.memory_gb;
    };
    const before = await used();
    driverOf(vm)?.faults.add({ action: 'configure', kind: 'hang', times: 2 });
    need(vm, { memory_mib: 3_000 });
    for (let minute = 0; minute < 30 && (await growths()).length === 0; minute += 1) await pass(1);
    // What is under way goes on, and nothing else begins.
    await bench().expectOk('healing.hold', { reason: 'a look at the size' });
    await pass(13);
    const [growth, more] = await growths();
    expect(more).toBeUndefined();
    expect(growth).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('not done before its deadline') },
    });
    expect(await show(vm)).toMatchObject({ memory_gb: 2, grown_memory_gb: null });
    expect(await used()).toBe(before);
    expect(await machineOf(bench(), vm)).toMatchObject({ spec: { memory_mib: 2_048 } });
    await bench().expectOk('healing.release', {});
    await passUntilGrown(vm, 10);
    expect(await show(vm)).toMatchObject({ health: 'healthy', memory_gb: 2, grown_memory_gb: 4 });
  });

  test('grows again after growing waits where its growth is undone', async () => {
    const vm = await make();
    await pass(3);
    need(vm, { memory_mib: 3_000 });
    // Each attempt fails, and what undoes it does not.
    for (let at = 0, known = -1; at < 160; at += 1) {
      const begun = (await growths()).length;
      if (begun > known) {
        driverOf(vm)?.faults.add({ action: 'configure', kind: 'fail-final', times: 1 });
      }
      known = begun;
      await bench().advance(MINUTE_MS / 4);
    }
    const tried = (await growths()).toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(new Set(tried.map(({ status }) => status))).toEqual(new Set(['failed']));
    // 15 s, doubled each time up to 15 minutes; each round looks after 30 s.
    expect(tried.length).toBeGreaterThan(3);
    expect(tried.length).toBeLessThan(10);
    const begun = tried.map(({ created_at }) => Date.parse(created_at));
    const waits = begun.slice(1).map((atMs, at) => atMs - (begun[at] ?? 0));
    expect(waits.at(-1)).toBeGreaterThan(4 * MINUTE_MS);
    driverOf(vm)?.faults.clear();
    await passUntilGrown(vm, 20);
    expect(await show(vm)).toMatchObject({ health: 'healthy', grown_memory_gb: 4 });
  });

  test('is not made with a largest size below its own', async () => {
    const healing = { grow_to: { memory_gb: 1 } };
    const input = { name: 'web', cpu_cores: 1, memory_gb: 2, disk_gb: 4, healing };
    expect(await bench().expectProblem('vm.create', input)).toMatchObject({
      code: 'validation-failed',
      detail: 'healing.grow_to is less than the size of the VM: memory_gb.',
      fields: [
        {
          path: ['healing', 'grow_to', 'memory_gb'],
          message: 'must be at least memory_gb, which is 2',
        },
      ],
    });
  });

  test('is refused where its node has no room, with an event that says so', async () => {
    const vm = await make({ grow_to: { memory_gb: 64 } }, { memory_gb: 12 });
    await pass(3);
    need(vm, { memory_mib: 20_000 });
    await pass(15);
    expect(await growths()).toEqual([]);
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_grown'] });
    expect(items).toMatchObject([
      { data: { detail: expect.stringContaining('memory_gb needs 12 GB more and 4 GB are free') } },
    ]);
  });

  test('is refused by the quota of its tenant, and grows when that is raised', async () => {
    const vm = await make();
    await pass(3);
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { memory_gb: 3 } });
    need(vm, { memory_mib: 3_000 });
    await pass(15);
    expect(await growths()).toEqual([]);
    expect(await notGrown()).toEqual([expect.stringContaining('quota')]);
    const explained = await explain();
    expect(explained.held_up).toContainEqual(expect.stringContaining('quota'));
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { memory_gb: 4 } });
    await passUntilGrown(vm, 30);
    expect(await show(vm)).toMatchObject({ health: 'healthy', grown_memory_gb: 4 });
  });

  test('keeps what it has when its labels change, and the plan says so', async () => {
    const vm = await make();
    await pass(3);
    need(vm, { memory_mib: 3_000 });
    await passUntilGrown(vm, 15);
    const labels = { id: vm.id, metadata: { team: 'shop' } };
    const preview = await bench().expectOk('admission.preview', {
      operation: 'vm.update',
      input: labels,
    });
    expect(preview.notices).toContain(
      `NovaCron has given the VM ${vm.name} memory_gb = 4 instead of 2, and it keeps that. ` +
        'A change of memory_gb ends it.',
    );
    const terraform = { client: 'terraform', deployment: 'shop' } as const;
    await bench().end((await bench().expectOk('vm.update', labels, terraform)).operation);
    expect(await show(vm)).toMatchObject({ memory_gb: 2, grown_memory_gb: 4 });
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    // What its owner configures counts.
    const changed = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 6 }, terraform);
    await bench().end(changed.operation);
    expect(await show(vm)).toMatchObject({ memory_gb: 6, grown_memory_gb: null });
    expect(await machineOf(bench(), vm)).toMatchObject({ spec: { memory_mib: 6_144 } });
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
  });
});

describe('a VM that may grow, in a fleet that keeps room for one lost node', () => {
  const node = (name: string) => ({
    name,
    zone: 'zone-a',
    rack: 'rack-a',
    cpu_cores: 8,
    memory_gb: 16,
    disk_gb: 500,
    storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
  });
  const bench = useBench({
    fleet: {
      nodes: [node('grow-a'), node('grow-b')],
      storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
    },
    failoverNodes: 1,
  });

  test('does not take the room of the VMs of that node, and the event says so', async () => {
    await makeVm(bench(), { name: 'neighbour', memory_gb: 8, placement: { node: 'grow-b' } });
    const vm = await makeVm(bench(), {
      memory_gb: 6,
      placement: { node: 'grow-a' },
      healing: {
        on_node_loss: 'restart',
        health_check: CHECK,
        attempts: 1,
        grow_to: { memory_gb: 12 },
      },
    });
    const moved = await bench().expectOk('vm.update', { id: vm.id, placement: null });
    await bench().end(moved.operation);
    for (let at = 0; at < 12; at += 1) await bench().advance(MINUTE_MS / 4);
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'need', memory_mib: 9_000 });
    for (let at = 0; at < 60; at += 1) await bench().advance(MINUTE_MS / 4);
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_grown'] });
    const detail =
      'Room is kept free for the loss of one node (failover-nodes). If grow-a were lost, the VM ' +
      `${vm.name} would have no room on another node.`;
    expect(items).toMatchObject([{ data: { detail } }]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      health: 'unhealthy',
      grown_memory_gb: null,
    });
    const [incident] = (await bench().expectOk('incident.list', { state: ['open'] })).items;
    if (incident === undefined) throw new Error('there is no open incident');
    const { held_up } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(held_up).toContain(detail);
  });
});

describe('a VM that may grow where its node plugs nothing in', () => {
  const bench = useBench({
    fleet: {
      nodes: [
        {
          name: 'grow-cold',
          zone: 'zone-a',
          rack: 'rack-a',
          cpu_cores: 8,
          memory_gb: 16,
          disk_gb: 500,
          capabilities: { hotplug_cpu: 'no', hotplug_memory: 'no', hotplug_disk: 'no' },
        },
      ],
      storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
    },
  });

  test('waits for its restart window, as healing status says, and grows in it', async () => {
    const opens = new Date(bench().deps.clock.nowMs() + 40 * MINUTE_MS);
    const schedule = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
    const vm = await makeVm(bench(), {
      memory_gb: 2,
      restart_window: { schedule, duration: '30m', timezone: null },
      healing: { health_check: CHECK, attempts: 1, grow_to: { memory_gb: 8 } },
    });
    const pass = async (minutes: number) => {
      for (let at = 0; at < minutes * 4; at += 1) await bench().advance(MINUTE_MS / 4);
    };
    await pass(3);
    bench().fleet.drivers.get('grow-cold')?.disturb(vm.id, { kind: 'need', memory_mib: 3_000 });
    await pass(20);
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_grown'] });
    const data = {
      reason: 'restart_window',
      detail: expect.stringContaining('its restart window'),
    };
    expect(items.at(-1)).toMatchObject({ data });
    const { waiting } = await bench().expectOk('healing.status', {});
    expect(waiting).toMatchObject([
      { by: 'growth', operation: 'vm.update', target: vm.name, reason: items.at(-1)?.data.detail },
    ]);
    const asked = { kind: ['vm.update'], principal: ['platform'] };
    expect((await bench().expectOk('operation.list', asked)).items).toEqual([]);
    await pass(25);
    expect((await bench().expectOk('operation.list', asked)).items).toMatchObject([
      { status: 'succeeded', target_id: vm.id },
    ]);
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({
      health: 'healthy',
      memory_gb: 2,
      grown_memory_gb: 4,
    });
    expect((await bench().expectOk('healing.status', {})).waiting).toEqual([]);
  });
});
