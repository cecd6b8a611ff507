/** The maintenance of a node: silent until its planned end, then an incident. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Node } from '@novacron/contract/fleet/node';
import type { NodeId } from '@novacron/contract/ids';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;

describe('the maintenance of a node', () => {
  const stopped = new Set<string>();
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const name of stopped) bench().fleet.restartAgent(name);
    if (stopped.size > 0) await bench().advance(MINUTE_MS);
    stopped.clear();
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET });

  const first = async (): Promise<Node> => {
    const [found] = (await bench().expectOk('node.list', {})).items;
    if (found === undefined) throw new Error('there is no node');
    return found;
  };
  const show = (id: NodeId) => bench().expectOk('node.get', { id });
  const incidents = async () => (await bench().expectOk('incident.list', {})).items;

  async function drain(id: NodeId, duration?: string): Promise<void> {
    const input = duration === undefined ? { id } : { id, for: duration };
    const { operation } = await bench().expectOk('node.drain', input);
    if (operation === undefined) throw new Error('the drain has no operation');
    await bench().advance(MINUTE_MS);
    const ended = await bench().expectOk('operation.get', { id: operation.id });
    expect(ended).toMatchObject({ status: 'succeeded' });
  }

  /** Its host is switched off. */
  async function switchOff(name: string): Promise<void> {
    stopped.add(name);
    await bench().fleet.stopAgent(name);
  }

  test('is silent while its host is off, and an incident after its planned end', async () => {
    const { id, name } = await first();
    await drain(id, '2h');
    await switchOff(name);
    await bench().skip(115 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ status: 'maintenance' });
    expect(await incidents()).toEqual([]);
    await bench().advance(10 * MINUTE_MS);
    const [overdue, other] = await incidents();
    expect(other).toBeUndefined();
    expect(overdue).toMatchObject({
      cause: 'maintenance_overdue',
      severity: 'warning',
      state: 'open',
      summary: `The maintenance of node ${name} has not ended in the planned time.`,
      nodes: [name],
    });
    const { advice } = await bench().expectOk('incident.get', {
      id: overdue?.id ?? ('' as NonNullable<typeof overdue>['id']),
    });
    expect(advice).toEqual([
      `End the maintenance: novacron node activate ${name}. If it takes longer, extend it: ` +
        `novacron node drain ${name} --for 2h.`,
    ]);
  });

  test('is extended by another drain, which resolves the incident', async () => {
    const { id } = await first();
    await drain(id, '5m');
    await bench().advance(10 * MINUTE_MS);
    expect(await incidents()).toMatchObject([{ state: 'open' }]);
    await drain(id, '2h');
    expect(await incidents()).toMatchObject([{ state: 'resolved', resolution: 'people' }]);
  });

  test('ends when the node is activated, which a dry run shows', async () => {
    const { id, name } = await first();
    await drain(id, '2h');
    const { maintenance_until: until } = await show(id);
    const shown = await bench().expectOk('node.activate', { id, dry_run: true });
    expect(shown.operation).toBeUndefined();
    expect(shown.explanation).toEqual([
      `Node ${name} returns from maintenance, which was planned until ${until}.`,
      'VMs can be placed on it again. VMs that moved off it stay where they are.',
    ]);
    expect(await show(id)).toMatchObject({ status: 'maintenance', maintenance_until: until });
    await bench().expectOk('node.activate', { id });
    expect(await show(id)).toMatchObject({ status: 'ready', maintenance_until: null });
    await bench().skip(150 * MINUTE_MS);
    expect(await incidents()).toEqual([]);
    expect((await bench().expectOk('node.activate', { id, dry_run: true })).explanation).toEqual([
      `Node ${name} is already in service: nothing changes.`,
    ]);
  });

  test('has no end without a duration', async () => {
    const { id } = await first();
    await drain(id);
    expect(await show(id)).toMatchObject({ status: 'maintenance', maintenance_until: null });
    await bench().skip(150 * MINUTE_MS);
    expect(await incidents()).toEqual([]);
  });

  test('outlasts heartbeats of its agent', async () => {
    const { id } = await first();
    await drain(id, '1h');
    const { maintenance_until: until } = await show(id);
    await bench().advance(5 * MINUTE_MS);
    expect(await show(id)).toMatchObject({ status: 'maintenance', maintenance_until: until });
  });

  test.each(['30s', '31d', 'soon'])('does not last %s', async (duration) => {
    const { id } = await first();
    expect(await bench().expectProblem('node.drain', { id, for: duration })).toMatchObject({
      code: 'validation-failed',
      fields: [{ path: ['for'], message: 'must be a duration from 1m to 30d, such as 2h' }],
    });
  });
});
