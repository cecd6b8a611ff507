import { describe, expect, test } from '@jest/globals';
import { nodeRow } from '../../../adapters/store/suite/rows.ts';
import { findSharedDisks, reachesDisks } from '../../resources/vm/reach/find-reaching-nodes.ts';
import { findStoragesApart } from './storages-apart.ts';

type Peers = Readonly<Record<string, 'moves' | 'still'>>;

/** A node of the storage `rack` that has seen these others there. */
function nodeOf(name: string, seen?: Peers, more: Parameters<typeof nodeRow>[1] = {}) {
  const peers = Object.entries(seen ?? {}).map(([node, heartbeat]) => ({ node, heartbeat }));
  const storage = { pool: 'rack', sharing: 'shared', ...(seen === undefined ? {} : { peers }) };
  return nodeRow(`nod_${name}`, {
    name,
    facts_json: JSON.stringify({ storage }),
    capabilities_json: JSON.stringify({ define: 'yes', poolHeartbeat: 'yes' }),
    ...more,
  });
}

describe('storages with one id', () => {
  test('are one where each node sees the heartbeats of the others move', () => {
    const rows = [nodeOf('sab-1', { 'sab-2': 'moves' }), nodeOf('sab-2', { 'sab-1': 'moves' })];
    expect(findStoragesApart(rows)).toEqual([]);
  });

  test.each([
    ['has never seen the other', {}],
    ['does not see the other any more', { 'sab-1': 'still' }],
  ] as const)('are two where a node %s', (_what, seen) => {
    const rows = [nodeOf('sab-1', { 'sab-2': 'moves' }), nodeOf('sab-2', seen)];
    expect(findStoragesApart(rows)).toEqual([{ pool: 'rack', reader: 'sab-2', writer: 'sab-1' }]);
  });

  test.each([
    ['is lost', { status: 'lost' }],
    ['has heartbeats that do not arrive', { capabilities_json: '{"poolHeartbeat":"no"}' }],
  ] as const)('are not known to be two where the other node %s', (_what, more) => {
    const rows = [nodeOf('sab-1', {}, more), nodeOf('sab-2', { 'sab-1': 'still' })];
    expect(findStoragesApart(rows)).toEqual([]);
  });

  test('are not known to be two where agents of an earlier release do not look', () => {
    expect(findStoragesApart([nodeOf('sab-1'), nodeOf('sab-2', {})])).toEqual([]);
  });
});

describe('the disks of a node', () => {
  function isReached(source: ReturnType<typeof nodeOf>, by: ReturnType<typeof nodeOf>): boolean {
    const disks = findSharedDisks([], source);
    if (disks === undefined) throw new Error('the node has no shared storage');
    return reachesDisks(by, disks);
  }

  test('are reached by a node that has seen its heartbeat move, also when it is dead', () => {
    const dead = nodeOf('sab-1', {}, { status: 'lost' });
    expect(isReached(dead, nodeOf('sab-2', { 'sab-1': 'still' }))).toBe(true);
    expect(isReached(dead, nodeOf('sab-2', { 'sab-3': 'moves' }))).toBe(false);
    expect(isReached(dead, nodeOf('sab-2', {}))).toBe(false);
  });

  test('are reached by their id where one of the two does not say what it sees', () => {
    expect(isReached(nodeOf('sab-1'), nodeOf('sab-2', {}))).toBe(true);
    expect(isReached(nodeOf('sab-1', {}), nodeOf('sab-2'))).toBe(true);
    const late = { capabilities_json: JSON.stringify({ poolHeartbeat: 'no' }) };
    expect(isReached(nodeOf('sab-1', {}, late), nodeOf('sab-2', {}))).toBe(true);
  });
});
