/** VMs of a node that is confirmed dead run on another one. */
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { Operation } from '@novacron/contract/operation/operation';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { awaitSound } from '../test-kit/await-sound.ts';
import { inspectFleet } from '../test-kit/inspect-fleet.ts';
import { machineOf, makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const node = (name: string, pool: string, sharing: 'shared' | 'local') => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool, sharing, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [
    node('node-a', 'rack', 'shared'),
    node('node-b', 'rack', 'shared'),
    node('node-c', 'own', 'local'),
  ],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 120_000;

/** An agent gives a migration that hangs an hour. */
const HUNG_MS = 60 * 60_000;

/** Shorter than any step of a migration, and more turns than one takes. */
const TURN_MS = 5;
const TURNS_MAX = 1_000;

describe('a VM of a dead node', () => {
  const bench = useBench({ fleet: FLEET });

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });

  /** A VM that is on a node by chance. */
  async function makeOn(name: string, more: Partial<InputOf<'vm.create'>> = {}): Promise<Vm> {
    const { id } = await makeVm(bench(), { placement: { node: name }, ...more });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return show({ id });
  }

  /** The node is back, so that the bench finds all machines. */
  async function comeBack(name: string): Promise<void> {
    bench().fleet.restartAgent(name);
    await awaitSound(bench());
  }

  async function idOf(name: string): Promise<NodeId> {
    const { items } = await bench().expectOk('node.list', { name });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.id;
  }

  async function lose(name: string): Promise<void> {
    await bench().fleet.stopAgent(name);
    await bench().advance(LOST_MS);
  }

  async function confirm(name: string, reason?: string) {
    const { operation } = await bench().expectOk('node.confirm_dead', {
      id: await idOf(name),
      reason,
    });
    return bench().end(operation);
  }

  async function recover(vm: Vm, to?: string) {
    const { operation } = await bench().expectOk('vm.recover', { id: vm.id, node: to });
    return bench().end(operation);
  }

  test('runs elsewhere with its volume, and its copy goes when the node is back', async () => {
    const vm = await makeOn('node-a', { metadata: { tier: 'web' } });
    const disk = { name: 'data', size_gb: 3, attached_to: vm.id };
    await bench().end((await bench().expectOk('volume.create', disk)).operation);
    await lose('node-a');
    expect(await confirm('node-a', 'unplugged')).toMatchObject({ status: 'succeeded' });
    const dead = await bench().expectOk('node.get', { id: await idOf('node-a') });
    expect(dead).toMatchObject({
      status: 'lost',
      fenced: { kind: 'confirmed', by: 'admin', reason: 'unplugged' },
    });
    expect(await recover(vm)).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'define' }, { name: 'start' }],
    });
    const after = await show(vm);
    expect(after).toMatchObject({ node: 'node-b', status: 'running', revision: vm.revision });
    expect(after).not.toHaveProperty('recovered_from');
    expect(await machineOf(bench(), after)).toMatchObject({
      status: 'running',
      volumes: [{ size_gb: 3 }],
      spec: { labels: { tier: 'web' } },
    });
    await comeBack('node-a');
    expect((await inspectFleet(bench().fleet)).get('node-a')).toEqual([]);
    expect(await show(vm)).toMatchObject({ node: 'node-b', status: 'running' });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
    expect(await bench().expectOk('node.get', { id: dead.id })).toMatchObject({
      status: 'ready',
      fenced: null,
      vm_count: 0,
    });
  });

  test('is deleted without its node, whose copy is removed when it is back', async () => {
    const vm = await makeOn('node-c');
    await lose('node-c');
    await confirm('node-c');
    const gone = await bench().expectOk('vm.delete', { id: vm.id });
    expect(gone.notices).toEqual([expect.stringContaining(`disks/${vm.id}`)]);
    expect(await bench().end(gone.operation)).toMatchObject({ status: 'succeeded', steps: [] });
    await comeBack('node-c');
    expect((await inspectFleet(bench().fleet)).get('node-c')).toEqual([]);
    const after = await bench().expectOk('node.get', { id: await idOf('node-c') });
    expect(after).toMatchObject({ status: 'ready', vm_count: 0 });
  });

  test('does not run elsewhere before an administrator says that the node is dead', async () => {
    const vm = await makeOn('node-a');
    await lose('node-a');
    expect(await bench().expectProblem('vm.recover', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('two copies would destroy its disk'),
      remedy: expect.stringContaining('novacron node confirm-dead node-a'),
      data: { reason: 'not-fenced' },
    });
    await confirm('node-a');
    bench().fleet.restartAgent('node-a');
    await bench().advance(LOST_MS);
    expect(await bench().expectProblem('vm.recover', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: 'The VM web-01 is on node node-a, which answers: it is not lost.',
    });
    expect(await show(vm)).toMatchObject({ node: 'node-a', status: 'running' });
  });

  test('waits where its disks are in storage that no other node reaches', async () => {
    const vm = await makeOn('node-c');
    await lose('node-c');
    await confirm('node-c');
    expect(await bench().expectProblem('vm.recover', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('No ready node reaches the disks of the VM web-01'),
      data: { reason: 'storage' },
    });
    await comeBack('node-c');
  });

  test('that is pinned to its node goes where an operator sends it', async () => {
    const vm = await makeVm(bench(), { placement: { node: 'node-a' } });
    await lose('node-a');
    await confirm('node-a');
    expect(await bench().expectProblem('vm.recover', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: 'The VM web-01 is pinned to node node-a (placement.node), which is dead.',
    });
    expect(await recover(vm, 'node-b')).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack('node-a');
  });

  test('stays stopped where it was, and goes only where its disk is', async () => {
    const vm = await makeOn('node-a');
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    await lose('node-a');
    await confirm('node-a');
    const dead = await idOf('node-a');
    expect(await bench().expectProblem('node.drain', { id: dead })).toMatchObject({
      remedy: expect.stringContaining('novacron vm recover VM'),
    });
    const wrong = await bench().expectProblem('vm.recover', { id: vm.id, node: 'node-c' });
    expect(wrong).toMatchObject({ code: 'validation-failed' });
    expect(await bench().expectProblem('vm.recover', { id: vm.id, node: 'node-z' })).toMatchObject({
      code: 'reference-unknown',
    });
    const recovered = await bench().expectOk('vm.recover', { id: vm.id, node: 'node-b' });
    expect(recovered.notices).toEqual([
      `The VM ${vm.name} is on node-b from now on, with the disk that it had on node-a. ` +
        'It stays stopped.',
    ]);
    expect(await bench().end(recovered.operation)).toMatchObject({ steps: [{ name: 'define' }] });
    expect(await show(vm)).toMatchObject({ node: 'node-b', status: 'stopped' });
    await comeBack('node-a');
  });

  test('keeps its place where the new node refuses it, and is recovered later', async () => {
    const vm = await makeOn('node-a');
    await lose('node-a');
    await confirm('node-a');
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-final' });
    expect(await recover(vm)).toMatchObject({ status: 'failed' });
    expect(await show(vm)).toMatchObject({ node: 'node-a', status: 'unknown' });
    faults?.clear();
    expect(await recover(vm)).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack('node-a');
  });

  test('is started at last where the new node fails to start it at first', async () => {
    const vm = await makeOn('node-a');
    await lose('node-a');
    await confirm('node-a');
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'start', kind: 'fail-final' });
    const { operation } = await bench().expectOk('vm.recover', { id: vm.id });
    const stuck = await bench().end(operation);
    expect(stuck).toMatchObject({ status: 'stuck', retry_from: ['define', 'start'] });
    faults?.clear();
    const again = await bench().expectOk('operation.retry', {
      id: operation.id,
      from_step: 'start',
    });
    const ended = await bench().end(again.resource);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect(ended.retry_from).toBeUndefined();
    expect(await show(vm)).toMatchObject({ node: 'node-b', status: 'running' });
    await comeBack('node-a');
  });
});

describe('VMs that are to be restarted when their node is lost', () => {
  const bench = useBench({ fleet: FLEET });
  const healing = { on_node_loss: 'restart' } as const;
  const show = (id: Vm['id']) => bench().expectOk('vm.get', { id });

  async function make(name: string, more: Partial<InputOf<'vm.create'>> = {}) {
    const vm = await makeVm(bench(), { name, placement: { node: 'node-a' }, ...more });
    await bench().end(
      (await bench().expectOk('vm.update', { id: vm.id, placement: null })).operation,
    );
    return vm.id;
  }

  async function die(): Promise<void> {
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const id = String(items[0]?.id) as NodeId;
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }

  const begun = async () => {
    const { items } = await bench().expectOk('operation.list', { limit: 1000 });
    const own = items.filter(({ kind }) => kind === 'vm.recover');
    return own.sort((one, other) => (one.id < other.id ? -1 : 1));
  };

  test('are, by priority, and others wait', async () => {
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, healing };
    const low = await make('low', { ...small, priority: 10 });
    const high = await make('high', { ...small, priority: 90 });
    const large = await make('large', { ...small, memory_gb: 2, priority: 10 });
    const waits = await make('waits', { ...small, healing: null });
    const off = await make('off', small);
    await bench().end((await bench().expectOk('vm.stop', { id: off })).operation);
    await die();
    expect(await begun()).toEqual([]);
    await bench().advance(10_000);
    await bench().endAll();
    expect((await begun()).map(({ target_name }) => target_name)).toEqual(['high', 'large', 'low']);
    for (const id of [low, high, large]) {
      expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    }
    expect(await show(waits)).toMatchObject({ node: 'node-a', status: 'unknown' });
    expect(await show(off)).toMatchObject({ node: 'node-a', status: 'stopped' });
    const { items } = await bench().expectOk('audit.list', { limit: 1000 });
    expect(items.find(({ operation }) => operation === 'vm.recover')).toMatchObject({
      principal: 'platform',
      outcome: 'done',
    });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
    expect(await show(waits)).toMatchObject({ node: 'node-a', status: 'running' });
    expect((await inspectFleet(bench().fleet)).get('node-a')).toHaveLength(2);
  });

  test('start after the VMs that they name, once these run and are healthy', async () => {
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const network_id = (
      await bench().expectOk('network.create', { name: 'lan', cidr: '10.0.0.0/24' })
    ).resource.id;
    const health_check = { kind: 'tcp' as const, port: 5432 };
    const db = await make('db', {
      ...small,
      network_id,
      priority: 10,
      healing: { ...healing, health_check },
    });
    const app = await make('app', {
      ...small,
      priority: 90,
      healing: { ...healing, start_after: [db] },
    });
    const web = await make('web', { ...small, healing: { ...healing, start_after: [app] } });
    const off = await make('off', { ...small, healing });
    await bench().end((await bench().expectOk('vm.stop', { id: off })).operation);
    const late = await make('late', { ...small, healing: { ...healing, start_after: [off] } });
    await die();
    await bench().advance(10_000);
    await bench().endAll();
    expect((await begun()).map(({ target_name }) => target_name)).toEqual(['late', 'db']);
    await bench().advance(300_000);
    await bench().endAll();
    expect((await begun()).map(({ target_name }) => target_name)).toEqual([
      'late',
      'db',
      'app',
      'web',
    ]);
    expect(await show(db)).toMatchObject({ health: 'healthy' });
    for (const id of [app, web, late]) {
      expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    }
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  test('wait for VMs that they name while the recovery of these is tried again', async () => {
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const db = await make('db', { ...small, healing });
    const web = await make('web', { ...small, healing: { ...healing, start_after: [db] } });
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-final', vm_id: db, times: 2 });
    await die();
    await bench().advance(300_000);
    await bench().endAll();
    const tried = (await begun()).map(({ target_name }) => target_name);
    expect(tried).toEqual(['db', 'db', 'db', 'web']);
    for (const id of [db, web]) {
      expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    }
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  test('do not wait for one whose recovery fails again and again', async () => {
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };
    const db = await make('db', { ...small, healing: { ...healing, attempts: 2 } });
    const web = await make('web', { ...small, healing: { ...healing, start_after: [db] } });
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-final', vm_id: db, times: 1_000 });
    await die();
    await bench().advance(300_000);
    await bench().endAll();
    const tried = (await begun()).map(({ target_name }) => target_name);
    expect(tried.slice(0, 3)).toEqual(['db', 'db', 'web']);
    expect(await show(web)).toMatchObject({ node: 'node-b', status: 'running' });
    faults?.clear();
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  test('name only VMs that exist, and not themselves', async () => {
    const missing = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7' as Vm['id'];
    const spec = { ...SMALL_VM, name: 'web', healing: { start_after: [missing] } };
    expect(await bench().expectProblem('vm.create', spec)).toMatchObject({
      code: 'reference-unknown',
      detail: `healing.start_after refers to the VM ${missing}, which does not exist.`,
    });
    const id = await make('db');
    const change = { id, healing: { start_after: [id] } };
    expect(await bench().expectProblem('vm.update', change)).toMatchObject({
      code: 'validation-failed',
      detail: `healing.start_after names the VM itself, ${id}.`,
    });
  });

  test('stay together on their way, and keep away from VMs that are alive', async () => {
    const small = { cpu_cores: 1, memory_gb: 1, disk_gb: 5, healing } as const;
    const metadata = { app: 'cache' };
    const near = [{ labels: metadata, level: 'node' as const, mode: 'hard' as const }];
    const ids: Vm['id'][] = [];
    for (const name of ['one', 'other']) {
      const placement = { node: 'node-a', affinity: near };
      const vm = await makeVm(bench(), { ...small, name, metadata, placement });
      const change = { id: vm.id, placement: { affinity: near } };
      await bench().end((await bench().expectOk('vm.update', change)).operation);
      ids.push(vm.id);
    }
    await makeVm(bench(), { ...small, name: 'web-b', placement: { node: 'node-b' } });
    const apart = await makeVm(bench(), {
      ...small,
      name: 'web-a',
      placement: { node: 'node-a' },
    });
    const anti_affinity = [{ vm: 'web-b', level: 'node' as const }];
    const freed = { id: apart.id, placement: { anti_affinity } };
    await bench().end((await bench().expectOk('vm.update', freed)).operation);
    await die();
    await bench().advance(60_000);
    await bench().endAll();
    for (const id of ids) expect(await show(id)).toMatchObject({ node: 'node-b' });
    expect(await show(apart.id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  /** The agent of a node that is back waits again for the migration that hangs. */
  async function outlastMigration(): Promise<void> {
    await bench().advance(LOST_MS);
    await bench().skip(HUNG_MS);
  }

  /** Until a migration carries out this step. */
  async function reach(step: string): Promise<void> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      const { items } = await bench().expectOk('operation.list', { kind: ['vm.migrate'] });
      const found = items[0]?.steps.find(({ name }) => name === step);
      if (found?.status === 'running') return;
      await bench().advance(TURN_MS);
    }
    throw new Error(`no migration has carried out ${step}`);
  }

  test.each([
    ['vm.migrate', 'prepare-incoming'],
    ['vm.migrate', 'migrate'],
    ['node.drain', 'migrate'],
  ] as const)(
    'leave with %s when their node dies, in the step %s',
    async (operation, step) => {
      const id = await make('web', { healing });
      const { items } = await bench().expectOk('node.list', { name: 'node-a' });
      const nodeId = String(items[0]?.id) as NodeId;
      // It is under way until its node dies, however fast it would be.
      bench().fleet.drivers.get('node-a')?.faults.add({ action: 'migrate', kind: 'hang' });
      const begun =
        operation === 'vm.migrate'
          ? await bench().expectOk('vm.migrate', { id, node: 'node-b' })
          : await bench().expectOk('node.drain', { id: nodeId });
      await reach(step);
      await die();
      expect(await bench().expectOk('incident.list', {})).toMatchObject({
        items: [{ cause: 'node_lost', target: 'node-a' }],
      });
      await bench().advance(2 * 60_000);
      await bench().endAll();
      const ended = await bench().expectOk('operation.get', { id: begun.operation?.id ?? '' });
      expect(ended).toMatchObject({ status: 'failed' });
      expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
      expect((await inspectFleet(bench().fleet)).get('node-b')).toHaveLength(1);
      bench().fleet.restartAgent('node-a');
      await outlastMigration();
      await awaitSound(bench());
      const back = await bench().expectOk('node.get', { id: nodeId });
      expect(back.status).toBe(operation === 'node.drain' ? 'draining' : 'ready');
    },
    240_000,
  );

  test('end the drain of their lost node, which can be drained when it is back', async () => {
    const id = await make('web', { healing });
    const later = await make('later');
    const { items } = await bench().expectOk('node.list', { name: 'node-a' });
    const nodeId = String(items[0]?.id) as NodeId;
    bench().fleet.drivers.get('node-a')?.faults.add({ action: 'migrate', kind: 'hang' });
    const { operation } = await bench().expectOk('node.drain', { id: nodeId });
    await reach('migrate');
    await bench().fleet.stopAgent('node-a');
    await bench().advance(LOST_MS);
    expect(await bench().expectOk('node.get', { id: nodeId })).toMatchObject({ status: 'lost' });
    const ended = await bench().expectOk('operation.get', { id: operation?.id ?? '' });
    expect(ended).toMatchObject({
      status: 'failed',
      problem: {
        detail: expect.stringContaining(
          'node node-a was lost, so no VM can be moved off it: NovaCron recovers its VMs ' +
            'once it is known to be off, or they continue when it is back',
        ),
      },
    });
    // Its migration is left to the recovery, which ends it.
    await bench().end((await bench().expectOk('node.confirm_dead', { id: nodeId })).operation);
    await bench().advance(60_000);
    await bench().endAll();
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    bench().fleet.drivers.get('node-a')?.faults.clear();
    bench().fleet.restartAgent('node-a');
    await outlastMigration();
    await awaitSound(bench());
    expect(await show(later)).toMatchObject({ node: 'node-a', status: 'running' });
    const again = await bench().expectOk('node.drain', { id: nodeId });
    const drained = await bench().end(again.operation ?? { id: '' as Operation['id'] });
    expect(drained).toMatchObject({ status: 'succeeded' });
    expect((await show(later)).node).not.toBe('node-a');
  });

  test('are tried again ever more seldom where their new node fails', async () => {
    const id = await make('web', { healing });
    const faults = bench().fleet.drivers.get('node-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-final', times: 1_000 });
    await die();
    for (let minute = 0; minute < 10; minute += 1) {
      await bench().advance(60_000);
      await bench().endAll();
    }
    const tried = (await begun()).length;
    expect(tried).toBeGreaterThan(2);
    expect(tried).toBeLessThan(9);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    faults?.clear();
    await bench().advance(16 * 60_000);
    await bench().endAll();
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });

  test('wait for room, which is reported once, and take it when it is there', async () => {
    const big = { cpu_cores: 6, memory_gb: 12, disk_gb: 20 };
    const inTheWay = await makeVm(bench(), { ...big, name: 'way', placement: { node: 'node-b' } });
    const id = await make('big', { ...big, healing });
    await die();
    await bench().advance(10 * 60_000);
    const { items } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.filter(({ type }) => type === 'vm.not_recovered')).toMatchObject([
      { target: id, priority: 'high', data: { name: 'big', node: 'node-a' } },
    ]);
    expect(await show(id)).toMatchObject({ node: 'node-a', status: 'unknown' });
    const gone = await bench().expectOk('vm.delete', { id: inTheWay.id });
    await bench().end(gone.operation);
    await bench().advance(16 * 60_000);
    await bench().endAll();
    expect(await show(id)).toMatchObject({ node: 'node-b', status: 'running' });
    bench().fleet.restartAgent('node-a');
    await awaitSound(bench());
  });
});

describe('a node that is not lost', () => {
  const bench = useBench({ fleet: FLEET });

  test('is not confirmed dead', async () => {
    const { items } = await bench().expectOk('node.list', { name: 'node-b' });
    const id = String(items[0]?.id) as NodeId;
    expect(await bench().expectProblem('node.confirm_dead', { id })).toMatchObject({
      code: 'conflict',
      detail: 'Node node-b is ready: its agent answers, or was not expected to.',
      remedy: expect.stringContaining('novacron node drain node-b'),
    });
  });
});
