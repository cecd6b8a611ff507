/** Room for VMs is reserved on second nodes, and their recoveries use it. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Change } from '@novacron/server/ports/store';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const node = (name: string, pool: string, zone = 'zone-a') => ({
  name,
  zone,
  rack: `rack of ${name}`,
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: {
    pool,
    sharing: pool === 'own' ? ('local' as const) : ('shared' as const),
    size_gb: 900,
    free_gb: 500,
  },
});
const FLEET: Fleet = {
  nodes: [
    node('dr-a', 'rack'),
    node('dr-b', 'rack'),
    node('dr-c', 'rack', 'zone-b'),
    node('dr-own', 'own'),
  ],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const STANDBY = { healing: { on_node_loss: 'restart', standby: true } } as const;

/**
 * Time after which a silent node is lost, a standby is chosen, and a node is inspected. Unit: ms.
 */
const LOST_MS = 120_000;
const CHOSEN_MS = 15_000;

/** Time limit for a VM with a standby to run there, once its node is known to be off. Unit: ms. */
const START_MS_MAX = 60_000;

describe('a VM with a standby', () => {
  const bench = useBench({ fleet: FLEET });

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  async function makeOn(zone: string, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), {
      metadata: { tier: 'dr' },
      ...STANDBY,
      placement: { zone },
      ...more,
    });
    return show({ id });
  }

  async function nodeNamed(name: string) {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  async function used(name: string): Promise<number> {
    return (await nodeNamed(name)).allocated.memory_gb;
  }

  const explain = ({ id }: Pick<Vm, 'id'>) =>
    bench().expectOk('vm.explain', { id, if_node_lost: true });

  test('runs on its standby within a minute after its node is known to be off', async () => {
    const vm = await makeOn('zone-a');
    await bench().advance(CHOSEN_MS);
    const { standby_node: standby } = await show(vm);
    await bench().fleet.stopAgent(String(vm.node));
    await bench().advance(LOST_MS);
    const { id } = await nodeNamed(String(vm.node));
    const { operation } = await bench().expectOk('node.confirm_dead', { id: id as NodeId });
    const known = await bench().end(operation);
    await bench().advance(START_MS_MAX);
    expect(await show(vm)).toMatchObject({ node: standby, status: 'running' });
    const knownMs = Date.parse(known.finished_at ?? '');
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    expect(items).toMatchObject([{ target_id: vm.id, status: 'succeeded' }]);
    const startedMs = Date.parse(items[0]?.finished_at ?? '') - knownMs;
    expect(startedMs).toBeGreaterThan(0);
    expect(startedMs).toBeLessThan(START_MS_MAX);
    const [incident] = (await bench().expectOk('incident.list', { cause: ['node_lost'] })).items;
    if (incident === undefined) throw new Error('there is no incident');
    // The incident sees it as soon.
    const { members } = await bench().expectOk('incident.get', { id: incident.id });
    expect(members).toMatchObject([{ vm_id: vm.id }]);
    expect(Date.parse(members[0]?.up_at ?? '') - knownMs).toBeLessThan(START_MS_MAX);
    const { explanation } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(explanation).toContainEqual(
      expect.stringMatching(/: standby \(level 4\), \S+ of at most 1m: it helped$/u),
    );
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    const levels = strategies.filter(({ level }) => level === 4);
    expect(levels).toMatchObject([
      { strategy: 'standby', outcomes: 1, succeeded: 1 },
      { strategy: 'restart_elsewhere', outcomes: 0 },
    ]);
    bench().fleet.restartAgent(String(vm.node));
    await awaitSound(bench());
  });

  async function confirmDead(name: string): Promise<void> {
    await bench().fleet.stopAgent(name);
    await bench().advance(LOST_MS);
    const { id } = await nodeNamed(name);
    await bench().end(
      (await bench().expectOk('node.confirm_dead', { id: id as NodeId })).operation,
    );
  }

  test('keeps the room of its standby when an attempt to start there is undone', async () => {
    const vm = await makeOn('zone-a', { placement: null });
    await bench().advance(CHOSEN_MS);
    const { standby_node: standby, node: home } = await show(vm);
    const others = FLEET.nodes.filter(({ name }) => name !== home);
    for (const { name } of others) {
      const faults = bench().fleet.drivers.get(name)?.faults;
      faults?.add({ action: 'define', kind: 'fail-final', times: 1_000 });
    }
    const before = await used(String(standby));
    const charged = async () => (await bench().expectOk('tenant.list', {})).items[0]?.usage;
    const usage = await charged();
    await confirmDead(String(home));
    const undone = async () => {
      const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
      return items.filter(({ status }) => status === 'failed');
    };
    for (let at = 0; at < 100 && (await undone()).length === 0; at += 1) await bench().advance(500);
    expect(await undone()).toHaveLength(1);
    expect(await show(vm)).toMatchObject({ standby_node: standby });
    expect(await used(String(standby))).toBe(before);
    expect(await charged()).toEqual(usage);
    for (const { name } of others) bench().fleet.drivers.get(name)?.faults.clear();
    for (let minute = 0; minute < 3; minute += 1) await bench().advance(60_000);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ status: 'running' });
    bench().fleet.restartAgent(String(home));
    await awaitSound(bench());
  });

  test('starts on another node where its standby does not start it in time', async () => {
    const vm = await makeOn('zone-a', { placement: null });
    await bench().advance(CHOSEN_MS);
    const { standby_node: standby, node: home } = await show(vm);
    const driver = bench().fleet.drivers.get(String(standby));
    driver?.faults.add({ action: 'start', kind: 'fail-retry', times: 1_000 });
    await confirmDead(String(home));
    for (let minute = 0; minute < 3; minute += 1) await bench().advance(60_000);
    await bench().endAll();
    const after = await show(vm);
    expect(after).toMatchObject({ status: 'running' });
    expect([home, standby]).not.toContain(after.node);
    const { items } = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    const [first, second, more] = items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    expect(more).toBeUndefined();
    expect(first).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('; another node is tried') },
    });
    expect(second).toMatchObject({ status: 'succeeded' });
    const beganMs = Date.parse(first?.created_at ?? '');
    expect(Date.parse(second?.created_at ?? '') - beganMs).toBeLessThan(START_MS_MAX);
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    expect(strategies.filter(({ level }) => level === 4)).toMatchObject([
      { strategy: 'standby', outcomes: 1, succeeded: 0 },
      { strategy: 'restart_elsewhere', outcomes: 1, succeeded: 1 },
    ]);
    driver?.faults.clear();
    bench().fleet.restartAgent(String(home));
    await awaitSound(bench());
  });

  test('starts elsewhere first where standbys have failed before', async () => {
    const vm = await makeOn('zone-a', { placement: null });
    await bench().advance(CHOSEN_MS);
    const { standby_node: standby, node: home } = await show(vm);
    const { tenantId } = bench().admin;
    const ended_at_ms = bench().deps.clock.nowMs();
    const seeded = (strategy: string, result: string) =>
      Array.from({ length: 20 }, (_, at): Change => {
        const name = { cause: 'node_lost', strategy, target_name: 'web', result };
        const row = Object.assign(name, {
          id: `dr/${strategy}/${at}`,
          tenant_id: tenantId,
          duration_ms: 20_000,
          ended_at_ms,
        });
        return { kind: 'put', into: 'healing_outcomes', row };
      });
    const rows = [...seeded('standby', 'failed'), ...seeded('restart_elsewhere', 'succeeded')];
    expect(await bench().store.commit(rows)).toMatchObject({ ok: true });
    await confirmDead(String(home));
    await bench().advance(CHOSEN_MS);
    await bench().endAll();
    const after = await show(vm);
    expect(after).toMatchObject({ status: 'running' });
    expect([home, standby]).not.toContain(after.node);
    bench().fleet.restartAgent(String(home));
    await awaitSound(bench());
  });

  test('is planned with its standby, which is the one that it gets', async () => {
    const input = {
      ...SMALL_VM,
      name: 'dr-planned',
      ...STANDBY,
      metadata: { tier: 'dr' },
      placement: { zone: 'zone-a' },
    };
    const asked = { operation: 'vm.create', input, session: 'dr-session', moment: 'plan' } as const;
    const { placement_preview: shown } = await bench().expectOk('admission.preview', asked);
    const line = shown?.explanation.find((each) => each.includes('standby')) ?? '';
    expect(line).toMatch(
      /^dr-[ab] would be its standby: room is reserved there once the VM runs$/u,
    );
    const again = await bench().expectOk('admission.preview', { ...asked, moment: 'apply' });
    expect(again.placement_preview).toEqual(shown);
    const vm = await makeOn('zone-a', { name: 'dr-planned' });
    await bench().advance(CHOSEN_MS);
    expect(line).toContain(String((await show(vm)).standby_node));
    const alone = { ...input, name: 'dr-alone' };
    const pinned = { ...alone, placement: { zone: 'zone-b' } };
    const refused = await bench().expectOk('admission.preview', { ...asked, input: pinned });
    expect(refused.placement_preview?.explanation).toContainEqual(
      expect.stringMatching(/^no node could hold its standby now: no other node that reaches/u),
    );
  });

  test('is planned with its standby when an update asks for one, or resizes it', async () => {
    const { id } = await makeOn('zone-a', {
      name: 'dr-asks',
      healing: null,
      placement: { node: 'dr-a' },
    });
    const freed = await bench().expectOk('vm.update', { id, placement: { zone: 'zone-a' } });
    await bench().end(freed.operation);
    const preview = async (input: JsonObject) => {
      const asked = { operation: 'vm.update', input: { id, ...input }, moment: 'plan' } as const;
      return (await bench().expectOk('admission.preview', asked)).notices;
    };
    expect(await preview({ metadata: { tier: 'other' } })).toEqual([]);
    const [notice, ...more] = await preview({ healing: STANDBY.healing });
    expect(more).toEqual([]);
    expect(notice).toMatch(
      /^dr-b would be the standby of dr-asks: room is reserved there afterwards\.$/u,
    );
    await bench().end((await bench().expectOk('vm.update', { id, ...STANDBY })).operation);
    await bench().advance(CHOSEN_MS);
    const { standby_node } = await bench().expectOk('vm.get', { id });
    expect(notice).toContain(String(standby_node));
    expect(await preview({ metadata: { tier: 'other' } })).toEqual([]);
    expect(await preview({ memory_gb: SMALL_VM.memory_gb * 2 })).toContainEqual(
      expect.stringContaining('would be the standby of dr-asks'),
    );
  });

  test('holds room in another zone, and runs there once its node is known to be off', async () => {
    const made = await makeOn('zone-a');
    // From here on no rule keeps its standby in the zone.
    await bench().end(
      (await bench().expectOk('vm.update', { id: made.id, placement: null })).operation,
    );
    await bench().advance(CHOSEN_MS);
    const vm = await show(made);
    expect(vm.node).toMatch(/^dr-[ab]$/u);
    const events = await bench().expectOk('event.list', { type: ['vm.standby_held'] });
    expect(events.items.length).toBeGreaterThan(0);
    const home = String(vm.node);
    const standby = String(vm.standby_node);
    expect(standby).not.toBe(home);
    expect(await used(standby)).toBe(SMALL_VM.memory_gb);
    expect(await explain(vm)).toMatchObject({
      outcome: 'starts',
      to: standby,
      standby: { node: standby, ready: true, reason: null },
      explanation: expect.arrayContaining([
        `${standby} is its standby: room is reserved there, and it reaches the disks.`,
      ]),
    });
    await bench().fleet.stopAgent(home);
    await bench().advance(LOST_MS);
    // Nothing is started before the node is known to be off.
    expect(await show(vm)).toMatchObject({ node: home, status: 'unknown', standby_node: standby });
    const { id } = await nodeNamed(home);
    await bench().end(
      (await bench().expectOk('node.confirm_dead', { id: id as NodeId })).operation,
    );
    await bench().advance(CHOSEN_MS);
    await bench().endAll();
    expect(await show(vm)).toMatchObject({ node: standby, status: 'running' });
    await bench().advance(CHOSEN_MS);
    // Another one is chosen for its new node.
    const after = await show(vm);
    expect([home, standby, 'dr-own']).not.toContain(after.standby_node);
    expect(await used(standby)).toBe(SMALL_VM.memory_gb);
    bench().fleet.restartAgent(home);
    await awaitSound(bench());
    expect((await inspectFleet(bench().fleet)).get(home)).toEqual([]);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('gives its room back when the node is drained, and holds it elsewhere', async () => {
    const vm = await makeOn('zone-a');
    await bench().advance(CHOSEN_MS);
    const before = String((await show(vm)).standby_node);
    expect(before).toMatch(/^dr-[ab]$/u);
    const { id } = await nodeNamed(before);
    await bench().expectOk('node.drain', { id: id as NodeId });
    await bench().endAll();
    await bench().advance(CHOSEN_MS);
    // No other node of its zone reaches its disk: the room is given back, and an incident opens.
    expect(await used(before)).toBe(0);
    expect(await show(vm)).toMatchObject({ standby_node: null });
    expect(await explain(vm)).toMatchObject({
      standby: { node: null, ready: false, reason: expect.stringContaining('by its rules') },
      explanation: expect.arrayContaining([
        expect.stringMatching(/^No node can host its standby: no other node that reaches/u),
      ]),
    });
    await bench().advance(90_000);
    const { items } = await bench().expectOk('incident.list', { cause: ['standby_missing'] });
    expect(items).toMatchObject([
      {
        state: 'open',
        severity: 'warning',
        target: vm.name,
        summary: expect.stringContaining(`No node can hold the standby of ${vm.name}: no other`),
      },
    ]);
    await bench().end(
      (await bench().expectOk('vm.update', { id: vm.id, placement: null })).operation,
    );
    await bench().advance(CHOSEN_MS);
    expect((await show(vm)).standby_node).toBe('dr-c');
    await bench().advance(CHOSEN_MS);
    const after = await bench().expectOk('incident.list', { cause: ['standby_missing'] });
    expect(after.items).toMatchObject([{ state: 'resolved' }]);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await bench().advance(CHOSEN_MS);
    expect(await used('dr-c')).toBe(0);
    await bench().expectOk('node.activate', { id: id as NodeId });
    await bench().endAll();
  });

  test('takes as much room as the VM has, also after it has grown', async () => {
    const vm = await makeOn('zone-a');
    await bench().advance(CHOSEN_MS);
    const grown = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 4 });
    await bench().end(grown.operation);
    await bench().advance(CHOSEN_MS);
    expect(await used(String((await show(vm)).standby_node))).toBe(4);
    const { operation } = await bench().expectOk('vm.update', {
      id: vm.id,
      healing: { on_node_loss: 'restart' },
    });
    await bench().end(operation);
    await bench().advance(CHOSEN_MS);
    expect(await show(vm)).toMatchObject({ standby_node: null });
  });

  test('is refused where its disk would be in storage of one node', async () => {
    const own = {
      ...SMALL_VM,
      name: 'own',
      placement: { rack: 'rack of dr-own' },
    };
    const refused = await bench().expectProblem('vm.create', { ...own, ...STANDBY });
    expect(refused).toMatchObject({
      code: 'no-capacity',
      detail: expect.stringContaining('root disks in storage that nodes share (healing.standby)'),
    });
    const pinned = { ...SMALL_VM, name: 'pinned', placement: { node: 'dr-a' } };
    expect(await bench().expectProblem('vm.create', { ...pinned, ...STANDBY })).toMatchObject({
      code: 'validation-failed',
      detail: expect.stringContaining('pinned to its node'),
    });
    const healing = { on_node_loss: 'wait', standby: true } as const;
    expect(
      await bench().expectProblem('vm.create', { ...SMALL_VM, name: 'waits', healing }),
    ).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['healing', 'standby'], message: expect.stringContaining('on_node_loss') }],
    });
    const made = await makeVm(bench(), { placement: { node: 'dr-own' } });
    expect(
      await bench().expectProblem('vm.update', { id: made.id, placement: null, ...STANDBY }),
    ).toMatchObject({ code: 'no-capacity' });
  });
});

describe('a VM group whose members have standbys', () => {
  const rooms = ['rooms-a', 'rooms-b', 'rooms-c'].map((name) => ({
    ...node(name, 'rack'),
    // The first one has room for another member.
    memory_gb: name === 'rooms-a' ? 12 : 8,
  }));
  const bench = useBench({ fleet: { ...FLEET, nodes: rooms } });
  const { name: _name, ...size } = SMALL_VM;
  const vm = { ...size, ...STANDBY, metadata: { tier: 'grouped' } };
  const GROUP = {
    name: 'shop',
    min_size: 1,
    max_size: 3,
    desired_size: 2,
    vm,
  } as const;

  const noticesOf = async (operation: 'vm_group.create' | 'vm_group.update', input: JsonObject) => {
    const asked = { operation, input, session: 'standby-session', moment: 'plan' } as const;
    const { problems, notices } = await bench().expectOk('admission.preview', asked);
    expect(problems).toEqual([]);
    return notices.filter((each) => /standby/iu.test(each));
  };

  async function standbysOf(id: string) {
    await bench().advance(CHOSEN_MS);
    const { items } = await bench().expectOk('vm.list', {});
    const members = items.filter(({ metadata }) => Object.values(metadata ?? {}).includes(id));
    return members
      .map(({ name, standby_node }) => `${name} on ${standby_node}`)
      .toSorted()
      .join(', ');
  }

  test('is planned with their standbys, which they get, when it is made or grows', async () => {
    const planned = await noticesOf('vm_group.create', GROUP);
    const made = await bench().expectOk('vm_group.create', GROUP);
    await bench().end(made.operation);
    const { id } = made.resource;
    expect(planned).toEqual([
      `Standbys of members would be: ${await standbysOf(id)}. Room is reserved there afterwards.`,
    ]);
    const [grown] = await noticesOf('vm_group.update', { id, desired_size: 3 });
    await bench().end(
      (await bench().expectOk('vm_group.update', { id, desired_size: 3 })).operation,
    );
    const third = (await standbysOf(id)).split(', ')[2];
    expect(third).toMatch(/^shop-3 on rooms-/u);
    expect(grown).toBe(
      `Standbys of members would be: ${third}. Room is reserved there afterwards.`,
    );
    expect(await noticesOf('vm_group.update', { id, max_size: 4 })).toEqual([]);
    await bench().end((await bench().expectOk('vm_group.delete', { id })).operation);
  });

  test('is planned with the standbys of all its members when it asks for them', async () => {
    const alone = { ...GROUP, name: 'asks', desired_size: 3, spread: 'node' } as const;
    const plain = { ...alone, vm: { ...vm, healing: null } };
    const made = await bench().expectOk('vm_group.create', plain);
    await bench().end(made.operation);
    const { id } = made.resource;
    const planned = await noticesOf('vm_group.update', { id, vm });
    await bench().end((await bench().expectOk('vm_group.update', { id, vm })).operation);
    // No two of them take the same room: where it is used up, the plan says so.
    const [held, ...missing] = (await standbysOf(id)).split(/, (?=asks-\d on null)/u);
    expect(planned).toEqual([
      `Standbys of members would be: ${held}. Room is reserved there afterwards.`,
      ...missing.map(
        (each) =>
          `No node could hold the standby of ${each.replace(' on null', '')} now: no other node ` +
          'that reaches its disks has room for it, by its rules.',
      ),
    ]);
    await bench().end((await bench().expectOk('vm_group.delete', { id })).operation);
  });

  test('is planned with the names of members that are replaced: theirs come later', async () => {
    const made = await bench().expectOk('vm_group.create', { ...GROUP, name: 'renews' });
    await bench().end(made.operation);
    const { id } = made.resource;
    await standbysOf(id);
    const { resource: template } = await bench().expectOk('template.create', {
      name: 'renewed',
      image: 'builtin:default',
    });
    await bench().endAll();
    const change = { id, vm: { ...vm, template_id: template.id } };
    expect(await noticesOf('vm_group.update', change)).toEqual([
      'The standbys of renews-1, renews-2 are chosen again once these members are replaced and ' +
        'run; until then, no room is reserved for them.',
    ]);
    await bench().end((await bench().expectOk('vm_group.update', change)).operation);
    expect(await standbysOf(id)).toMatch(/^renews-1 on rooms-., renews-2 on rooms-.$/u);
    await bench().end((await bench().expectOk('vm_group.delete', { id })).operation);
  });
});

describe('two nodes that are full with VMs and the standbys of each other', () => {
  const bench = useBench({
    fleet: { ...FLEET, nodes: [node('24rows-a', 'pair'), node('24rows-b', 'pair', 'zone-b')] },
  });

  test('are drained: each VM goes to the room that is reserved for it', async () => {
    const size = { cpu_cores: 3, memory_gb: 6 };
    const first = await makeVm(bench(), {
      name: 'first',
      ...STANDBY,
      ...size,
      placement: { zone: 'zone-a' },
    });
    const second = await makeVm(bench(), {
      name: 'second',
      ...STANDBY,
      ...size,
      placement: { zone: 'zone-b' },
    });
    for (const { id } of [first, second]) {
      const { operation } = await bench().expectOk('vm.update', { id, placement: null });
      await bench().end(operation);
    }
    await bench().advance(CHOSEN_MS);
    const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });
    expect(await show(first)).toMatchObject({ node: '24rows-a', standby_node: '24rows-b' });
    expect(await show(second)).toMatchObject({ node: '24rows-b', standby_node: '24rows-a' });
    const { items } = await bench().expectOk('node.list', {});
    const drained = items.find(({ name }) => name === '24rows-a');
    await bench().expectOk('node.drain', { id: drained?.id as NodeId });
    await bench().endAll();
    expect(await show(first)).toMatchObject({ node: '24rows-b', status: 'running' });
    const memoryOf = async (name: string) =>
      (await bench().expectOk('node.list', { name })).items[0]?.allocated.memory_gb;
    // The room is that of the VM from now on, and is counted once.
    expect(await memoryOf('24rows-b')).toBe(12);
    const usage = async () => (await bench().expectOk('tenant.list', {})).items[0]?.usage;
    await bench().advance(CHOSEN_MS);
    expect(await memoryOf('24rows-a')).toBe(0);
    expect(await usage()).toMatchObject({ memory_gb: 12 });
    await bench().expectOk('node.activate', { id: drained?.id as NodeId });
    await bench().endAll();
    await bench().advance(CHOSEN_MS);
    expect((await show(first)).standby_node).toBe('24rows-a');
    expect(await usage()).toMatchObject({ memory_gb: 24 });
    // A person moves it back into its room.
    const back = await bench().expectOk('vm.migrate', { id: first.id });
    expect(await bench().end(back.operation)).toMatchObject({ status: 'succeeded' });
    await bench().advance(CHOSEN_MS);
    expect(await show(first)).toMatchObject({ node: '24rows-a', standby_node: '24rows-b' });
    expect(await memoryOf('24rows-a')).toBe(12);
    expect(await memoryOf('24rows-b')).toBe(12);
  });
});

describe('a VM that is started elsewhere when its node is lost', () => {
  const bench = useBench({
    fleet: {
      ...FLEET,
      nodes: [node('24rows-c', 'pair'), node('24rows-d', 'pair'), node('24rows-own', 'own')],
    },
  });

  test('is drained to a node where it still is, though another one is emptier', async () => {
    const healing = { on_node_loss: 'restart' } as const;
    const on = (name: string) => ({ placement: { node: name } });
    await makeVm(bench(), { name: 'there', ...on('24rows-d') });
    const vm = await makeVm(bench(), { name: 'moves', healing, ...on('24rows-c') });
    const free = await bench().expectOk('vm.update', { id: vm.id, placement: null });
    await bench().end(free.operation);
    const { items } = await bench().expectOk('node.list', { name: '24rows-c' });
    await bench().expectOk('node.drain', { id: items[0]?.id as NodeId });
    await bench().endAll();
    expect(await bench().expectOk('vm.get', { id: vm.id })).toMatchObject({ node: '24rows-d' });
  });
});
