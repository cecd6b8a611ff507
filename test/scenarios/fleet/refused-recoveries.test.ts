/** A recovery that is refused is given up after a while, and tried again when something changes. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { awaitSound } from '../test-kit/await-sound.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
/** Time after which a silent node is lost. Unit: ms. */
const LOST_MS = 2 * MINUTE_MS;
/** Time after which a recovery that is always refused is abandoned. */
const GIVEN_UP_MINUTES = 34;

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 8,
  memory_gb: 16,
  disk_gb: 200,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET: Fleet = {
  nodes: [node('refused-a'), node('refused-b')],
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const DENIES_RECOVERIES = [
  'package no_recovery',
  '',
  'deny contains reason if {',
  '  input.action == "recover_vm"',
  '  reason := "the storage is being moved"',
  '}',
].join('\n');

describe('a recovery that is refused before anything is made', () => {
  // The node is back then, so that the bench finds all machines.
  afterEach(async () => {
    bench().fleet.restartAgent('refused-a');
    await awaitSound(bench());
  });
  const bench = useBench({ fleet: FLEET });
  const healing = { on_node_loss: 'restart' } as const;
  const big = { cpu_cores: 6, memory_gb: 12, disk_gb: 20 };

  async function makeOn(name: string, more: Parameters<typeof makeVm>[1]): Promise<Vm> {
    const { id } = await makeVm(bench(), { ...more, placement: { node: name } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    return bench().expectOk('vm.get', { id });
  }

  async function die(): Promise<void> {
    const { items } = await bench().expectOk('node.list', { name: 'refused-a' });
    const id = String(items[0]?.id) as NodeId;
    await bench().fleet.stopAgent('refused-a');
    await bench().advance(LOST_MS);
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
  }

  async function pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      await bench().advance(MINUTE_MS);
      await bench().endAll();
    }
  }

  const refusals = async () => {
    const { items } = await bench().expectOk('event.list', { type: ['vm.not_recovered'] });
    return items.map(({ data, priority }) => ({ data, priority }));
  };

  async function openIncident() {
    const { items } = await bench().expectOk('incident.list', { state: ['open'] });
    const [found] = items.filter(({ cause }) => cause === 'node_lost');
    if (found === undefined) throw new Error('there is no incident of the node');
    return found;
  }

  test('is left to people with its reason, and begins once there is room', async () => {
    const inTheWay = await makeVm(bench(), {
      ...big,
      name: 'way',
      placement: { node: 'refused-b' },
    });
    const { id } = await makeOn('refused-a', { ...big, name: 'big', healing });
    await die();
    await pass(GIVEN_UP_MINUTES);
    const said = await refusals();
    expect(said).toMatchObject([
      { priority: 'high', data: { name: 'big', reason: expect.any(String) } },
      { priority: 'critical', data: { name: 'big', given_up: true, attempts: 8 } },
    ]);
    const incident = await openIncident();
    const { explanation, advice } = await bench().expectOk('incident.explain', { id: incident.id });
    const words = explanation.join('\n');
    expect(words).toContain(
      'big: vm.recover was tried 8 times in a row: no automatic action remains. Manual action',
    );
    expect(advice.join('\n')).toContain(
      'vm.recover of big needs manual action: it was refused 8 times in a row, and is ' +
        'retried when nodes, quotas, policies or the VM change: ',
    );
    const { waiting } = await bench().expectOk('healing.status', {});
    expect(waiting).toMatchObject([
      {
        operation: 'vm.recover',
        target: 'big',
        reason: expect.stringContaining('8 times in a row'),
      },
    ]);

    await pass(20);
    expect(await refusals()).toEqual(said);
    const gone = await bench().expectOk('vm.delete', { id: inTheWay.id });
    await bench().end(gone.operation);
    await pass(3);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      node: 'refused-b',
      status: 'running',
    });
    expect((await bench().expectOk('healing.status', {})).waiting).toEqual([]);
  });

  test('is left to people where it fails half-way, and begins after a change', async () => {
    const way = await makeVm(bench(), { name: 'way', placement: { node: 'refused-b' } });
    const { id } = await makeOn('refused-a', { name: 'undone', healing });
    const faults = bench().fleet.drivers.get('refused-b')?.faults;
    faults?.add({ action: 'define', kind: 'fail-final', times: 1_000 });
    await die();
    const attempts = async () => {
      const { items } = await bench().expectOk('operation.list', {
        kind: ['vm.recover'],
        limit: 99,
      });
      return items.map(({ status }) => status);
    };
    await pass(GIVEN_UP_MINUTES);
    await pass(18);
    expect(await attempts()).toEqual(Array.from({ length: 8 }, () => 'failed'));
    expect(await refusals()).toMatchObject([
      { priority: 'critical', data: { reason: 'undone', given_up: true, attempts: 8 } },
    ]);
    const incident = await openIncident();
    const { advice, explanation } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(advice.join('\n')).toContain(
      'vm.recover of undone needs manual action: it failed and was rolled back 8 times in a row',
    );
    expect(advice.join('\n')).toContain('The simulated define failed on demand');
    expect(explanation.join('\n')).toContain('vm.recover was tried 8 times in a row');
    // The reason is still there: one more attempt, and no other one.
    await bench().end((await bench().expectOk('vm.delete', { id: way.id })).operation);
    await pass(5);
    expect(await attempts()).toHaveLength(9);
    await pass(17);
    expect(await attempts()).toHaveLength(9);
    expect(await refusals()).toHaveLength(1);
    faults?.clear();
    await makeVm(bench(), { name: 'other', placement: { node: 'refused-b' } });
    await pass(18);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      node: 'refused-b',
      status: 'running',
    });
    expect((await bench().expectOk('healing.status', {})).waiting).toEqual([]);
  });

  test.each([
    ['starts there', 'restart'],
    ['is left to people, and its incident stays open until it is up', 'wait'],
  ] as const)('whose node is back, stopped with it, %s', async (_, on_node_loss) => {
    const way = { ...big, name: 'way', placement: { node: 'refused-b' } };
    await makeVm(bench(), way);
    const asks = { restart: 'never', on_node_loss } as const;
    const { id } = await makeOn('refused-a', { ...big, name: 'home', healing: asks });
    await die();
    await pass(GIVEN_UP_MINUTES);
    const { id: incidentId } = await openIncident();
    bench().fleet.restartAgent('refused-a');
    await bench().advance(1_000);
    const driver = bench().fleet.drivers.get('refused-a');
    driver?.disturb(id, { kind: 'power-off', reason: on_node_loss === 'wait' ? 'crash' : 'host' });
    await bench().advance(12_000);
    expect(await bench().expectOk('incident.get', { id: incidentId })).toMatchObject({
      state: 'open',
    });
    await pass(2);
    const show = () => bench().expectOk('vm.get', { id });
    if (on_node_loss === 'wait') {
      expect(await show()).toMatchObject({ node: 'refused-a', status: 'stopped' });
      const shown = await bench().expectOk('incident.get', { id: incidentId });
      expect(shown).toMatchObject({
        state: 'open',
        summary: 'Node refused-a is back, and VMs that were down with it are not up yet.',
      });
      expect(shown.advice.join('\n')).toContain('Start them: novacron vm start VM (home).');
      await bench().end((await bench().expectOk('vm.start', { id })).operation);
      await pass(1);
    }
    expect(await show()).toMatchObject({ node: 'refused-a', status: 'running' });
    const started = await bench().expectOk('operation.list', { kind: ['vm.start'] });
    expect(started.items.at(-1)).toMatchObject({ target_id: id, status: 'succeeded' });
    expect(await bench().expectOk('incident.get', { id: incidentId })).toMatchObject({
      state: 'resolved',
      occurrences: 1,
    });
  });

  test('begins once the policy that denied it is gone', async () => {
    const { id } = await makeOn('refused-a', { name: 'denied', healing });
    const policy = await bench().expectOk('policy.create', {
      name: 'no-recovery',
      type: 'resource',
      rule: DENIES_RECOVERIES,
      platform_writes: true,
    });
    await die();
    await pass(GIVEN_UP_MINUTES);
    expect((await refusals()).at(0)?.data).toMatchObject({ reason: 'policy-denied' });
    expect((await openIncident()).state).toBe('open');
    await bench().expectOk('policy.delete', { id: policy.resource.id });
    await pass(3);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      node: 'refused-b',
      status: 'running',
    });
  });
});
