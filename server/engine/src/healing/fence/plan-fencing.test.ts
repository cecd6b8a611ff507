import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainFencing } from './explain-fencing.ts';
import type { FenceableNode, PoolEvidence } from './model/fencing.ts';
import { planFencing } from './plan-fencing.ts';

const AFTER_MS = 60_000;

const node = (name: string, more: Partial<FenceableNode> = {}): FenceableNode => ({
  id: `id of ${name}`,
  name,
  zone: 'zone-a',
  rack: `rack of ${name}`,
  state: 'answers',
  wasSilent: false,
  isSettled: false,
  silentMs: 0,
  hasDevice: true,
  vms: 3,
  pool: null,
  underWay: false,
  notBeforeMs: null,
  storage: null,
  ...more,
});
const silent = (name: string, more: Partial<FenceableNode> = {}) =>
  node(name, { state: 'silent', silentMs: AFTER_MS, ...more });
const others = (count: number, zone = 'zone-a') =>
  Array.from({ length: count }, (_, at) => node(`other-${zone}-${at}`, { zone }));

function plan(nodes: readonly FenceableNode[], nowMs = 0) {
  const { fence, held } = planFencing({ nodes, afterMs: AFTER_MS }, { nowMs });
  return { fence: fence.map(({ name }) => name), held };
}

describe('a silent node', () => {
  test.each<[string, Partial<FenceableNode>, readonly string[]]>([
    ['is powered off', {}, ['a']],
    ['that was heard just now is left alone', { silentMs: AFTER_MS - 1 }, []],
    ['without a device is left alone', { hasDevice: false }, []],
    ['whose VMs wait for it is left alone', { vms: 0 }, []],
    ['that is being powered off is left alone', { underWay: true }, []],
    ['that is known to be off is left alone', { state: 'dead' }, []],
    ['out of service is left alone', { state: 'idle' }, []],
    ['after a failure waits', { notBeforeMs: 10 }, []],
  ])('%s', (_title, more, expected) => {
    expect(plan([silent('a', more), ...others(3)]).fence).toEqual(expected);
  });

  test('is tried again after a failure', () => {
    expect(plan([silent('a', { notBeforeMs: 10 }), ...others(3)], 10).fence).toEqual(['a']);
  });

  test('is powered off although another one was cut off long ago', () => {
    const settled = silent('b', { isSettled: true, vms: 0 });
    expect(plan([silent('a'), settled, ...others(2)])).toEqual({ fence: ['a'], held: [] });
    const just = { ...settled, isSettled: false };
    expect(plan([silent('a'), just, ...others(2)]).fence).toEqual([]);
  });

  test('of a fleet of two is powered off', () => {
    expect(plan([silent('a'), ...others(1)]).fence).toEqual(['a']);
  });

  test('waits for another one of its zone that is being powered off', () => {
    const nodes = [silent('a', { underWay: true }), silent('b'), ...others(20)];
    expect(plan(nodes).fence).toEqual([]);
    const elsewhere = [silent('c', { zone: 'zone-b' }), ...others(9, 'zone-b')];
    expect(plan([...nodes, ...elsewhere]).fence).toEqual(['c']);
  });
});

describe('the levels of fencing', () => {
  const storage = { vms: 2, notBeforeMs: null };
  const levels = (more: Partial<FenceableNode>, nowMs = 0) => {
    const nodes = [silent('a', more), ...others(3)];
    const { fence, cutOff } = planFencing({ nodes, afterMs: AFTER_MS }, { nowMs });
    return [fence.length > 0 ? 'power' : null, cutOff.length > 0 ? 'storage' : null];
  };

  test.each<[string, Partial<FenceableNode>, readonly (string | null)[]]>([
    ['begin with the power', { storage }, ['power', null]],
    [
      'go on to the storage after the power failed',
      { storage, notBeforeMs: 99 },
      [null, 'storage'],
    ],
    ['take the storage where no controller is', { storage, hasDevice: false }, [null, 'storage']],
    [
      'leave the storage where no VM has all of its disks there',
      { storage: { ...storage, vms: 0 }, hasDevice: false },
      [null, null],
    ],
    [
      'wait after both have failed',
      { storage: { ...storage, notBeforeMs: 99 }, notBeforeMs: 99 },
      [null, null],
    ],
    [
      'try the power again for VMs that the storage gives not away',
      { storage: { ...storage, vms: 0 }, notBeforeMs: 0 },
      ['power', null],
    ],
    [
      'end where the storage has given all VMs away',
      { storage: { ...storage, vms: 0 }, vms: 0, notBeforeMs: 0 },
      [null, null],
    ],
    ['are none while one is under way', { storage, underWay: true }, [null, null]],
    ['are none for a node that answers', { storage, state: 'answers' }, [null, null]],
  ])('%s', (_title, more, expected) => {
    expect(levels(more)).toEqual(expected);
  });

  test('are none for a node whose heartbeat moves in the storage', () => {
    const pool: PoolEvidence = { kind: 'moves', by: ['b'], guests: 1 };
    expect(levels({ storage, pool, hasDevice: false })).toEqual([null, null]);
  });

  test('are held alike where many nodes are silent at once', () => {
    const both = ['a', 'b'].map((name) => silent(name, { storage, hasDevice: false }));
    const plan = planFencing({ nodes: [...both, ...others(7)], afterMs: AFTER_MS }, { nowMs: 0 });
    expect(plan).toMatchObject({ fence: [], cutOff: [], held: [{ zone: 'zone-a' }] });
  });

  test('are explained', () => {
    const explain = (more: Partial<FenceableNode>) => {
      const nodes = [silent('a', { storage, ...more }), ...others(3)];
      return explainFencing(planFencing({ nodes, afterMs: AFTER_MS }, { nowMs: 0 }));
    };
    expect(explain({ notBeforeMs: 99 })).toEqual([
      'a is cut off from its storage: no heartbeat for 60 s, its power could not be switched, ' +
        '2 VMs start elsewhere then',
    ]);
    expect(explain({ hasDevice: false })).toEqual([
      expect.stringContaining('it has no power switch'),
    ]);
  });
});

describe('a second channel', () => {
  const read = (kind: PoolEvidence['kind']): PoolEvidence => ({ kind, by: ['b', 'c'], guests: 3 });
  const suspected = (name: string, more: Partial<FenceableNode> = {}) =>
    node(name, { state: 'suspected', silentMs: 5_000, ...more });
  const round = (nodes: readonly FenceableNode[]) =>
    explainFencing(planFencing({ nodes, afterMs: AFTER_MS }, { nowMs: 0 }));

  test('that has stopped as well makes a suspected node due at once', () => {
    expect(round([suspected('a', { pool: read('stopped') }), ...others(3)])).toEqual([
      'a is powered off: no heartbeat for 5 s, and the one in the shared storage has stopped ' +
        '(read by b, c), 3 VMs start elsewhere then',
    ]);
    expect(plan([silent('a', { silentMs: 21_000, pool: read('stopped') }), ...others(3)])).toEqual({
      fence: ['a'],
      held: [],
    });
  });

  test('that moves keeps a node on, however long servers do not hear it', () => {
    const hour = { silentMs: 3_600_000, pool: read('moves') };
    expect(round([silent('a', hour), ...others(3)])).toEqual([
      'a is not powered off: servers do not hear it, and its heartbeat in the shared storage ' +
        'moves (read by b, c). Its management network or its agent is away, and 3 guests run',
    ]);
  });

  test.each([
    ['is not known', read('unknown')],
    ['is not there', null],
  ])('that %s leaves the time of silence to decide', (_title, pool) => {
    expect(plan([suspected('a', { pool }), ...others(3)]).fence).toEqual([]);
    expect(plan([silent('a', { silentMs: AFTER_MS - 1, pool }), ...others(3)]).fence).toEqual([]);
    expect(plan([silent('a', { pool }), ...others(3)]).fence).toEqual(['a']);
  });

  test.each<[string, Partial<FenceableNode>]>([
    ['without a device', { hasDevice: false }],
    ['whose VMs wait for it', { vms: 0 }],
    ['that is being powered off', { underWay: true }],
    ['after a failure', { notBeforeMs: 10 }],
  ])('is no reason to power off a node %s', (_title, more) => {
    expect(plan([suspected('a', { pool: read('stopped'), ...more }), ...others(3)]).fence).toEqual(
      [],
    );
  });

  test('is no reason where many nodes are suspected at once', () => {
    const pool = read('stopped');
    const both = [suspected('a', { pool }), suspected('b', { pool })];
    expect(plan([...both, ...others(7)])).toMatchObject({ fence: [], held: [{ zone: 'zone-a' }] });
    // Of a larger zone one may be, and then the next.
    expect(plan([...both, ...others(8)]).fence).toEqual(['a']);
    const rack = both.map((each) => ({ ...each, rack: 'rack-1' }));
    expect(plan([...rack, ...others(20)])).toMatchObject({ fence: [], held: [{ rack: 'rack-1' }] });
  });

  test('that moves does not make the others of its zone due', () => {
    const nodes = [silent('a', { pool: read('moves') }), silent('b'), ...others(7)];
    expect(plan(nodes).fence).toEqual([]);
  });
});

describe('many silent nodes at once', () => {
  test('of one zone are left alone there', () => {
    const zoneA = [silent('a'), silent('b'), ...others(7)];
    const zoneB = [silent('c', { zone: 'zone-b' }), ...others(9, 'zone-b')];
    expect(plan([...zoneA, ...zoneB])).toEqual({
      fence: ['c'],
      held: [{ zone: 'zone-a', rack: null, silent: ['a', 'b'], of: 9 }],
    });
    // One in five may be, and with the tenth node two are.
    expect(plan([...zoneA, node('tenth')]).fence).toEqual(['a']);
  });

  test('that are most of the fleet are all left alone: the server is cut off', () => {
    const nodes = [silent('a'), silent('b', { zone: 'zone-b' }), node('c', { zone: 'zone-c' })];
    const round = planFencing({ nodes, afterMs: AFTER_MS }, { nowMs: 0 });
    expect(explainFencing(round)).toEqual([
      '2 of 3 nodes in the fleet are silent at once, which has a common cause: none is powered ' +
        'off (a, b)',
    ]);
  });

  test('of one rack are left alone, also while some of them are heard again', () => {
    const rack = ['a', 'b'].map((name) => silent(name, { rack: 'rack-1' }));
    const round = planFencing({ nodes: [...rack, ...others(20)], afterMs: AFTER_MS }, { nowMs: 0 });
    expect(explainFencing(round)).toEqual([
      '2 of 2 nodes in rack-1 of zone-a are silent at once, which has a common cause: none is ' +
        'powered off (a, b)',
    ]);
    const back = node('b', { rack: 'rack-1', wasSilent: true });
    expect(plan([silent('a', { rack: 'rack-1' }), back, ...others(20)]).fence).toEqual([]);
    const long = node('b', { rack: 'rack-1' });
    expect(plan([silent('a', { rack: 'rack-1' }), long, ...others(20)]).fence).toEqual(['a']);
    expect(plan([node('a', { wasSilent: true }), back]).held).toEqual([]);
  });

  test('are not those that are known to be off', () => {
    const dead = ['x', 'y', 'z'].map((name) => node(name, { state: 'dead' }));
    const round = planFencing(
      { nodes: [silent('a'), ...dead, ...others(1)], afterMs: AFTER_MS },
      { nowMs: 0 },
    );
    expect(explainFencing(round)).toEqual([
      'a is powered off: no heartbeat for 60 s, 3 VMs start elsewhere then',
    ]);
  });
});

test('never more than one of a zone, none where many are silent, and none that is alive', () => {
  const POOL = (kind: PoolEvidence['kind']): PoolEvidence => ({ kind, by: ['x'], guests: 0 });
  const nodes = fc.array(
    fc.record({
      zone: fc.constantFrom('zone-a', 'zone-b'),
      state: fc.constantFrom('answers', 'suspected', 'silent', 'dead', 'idle'),
      pool: fc.constantFrom(null, POOL('moves'), POOL('stopped'), POOL('unknown')),
      hasDevice: fc.boolean(),
      vms: fc.nat(2),
      underWay: fc.boolean(),
      notBeforeMs: fc.constantFrom(null, 0, 9),
      storage: fc.constantFrom(null, { vms: 1, notBeforeMs: null }, { vms: 0, notBeforeMs: 9 }),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(nodes, (rows) => {
      const all = rows.map((row, at) => node(`node-${at}`, { silentMs: AFTER_MS, ...row }));
      const plan = planFencing({ nodes: all, afterMs: AFTER_MS }, { nowMs: 0 });
      const fence = [...plan.fence, ...plan.cutOff];
      for (const zone of ['zone-a', 'zone-b']) {
        const here = all.filter((each) => each.zone === zone);
        const begun = fence.filter((each) => each.zone === zone).length;
        expect(begun + here.filter(({ underWay }) => underWay && begun > 0).length).toBeLessThan(2);
        const isGone = ({ state }: FenceableNode) => state === 'silent' || state === 'suspected';
        const gone = here.filter(isGone).length;
        const serving = gone + here.filter(({ state }) => state === 'answers').length;
        if (gone >= 2 && gone > serving / 5) expect(begun).toBe(0);
      }
      expect(fence.filter(({ pool }) => pool?.kind === 'moves')).toEqual([]);
    }),
  );
});
