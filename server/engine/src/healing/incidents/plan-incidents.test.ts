import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainIncidents, summarySentence } from './explain-incidents.ts';
import type { DownVm, Failure, KnownIncident, WatchedNode } from './model/incident.ts';
import { planIncidents, REOPEN_MS } from './plan-incidents.ts';

const PLATFORM = 'tnt_platform';

const node = (name: string, more: Partial<WatchedNode> = {}): WatchedNode => ({
  name,
  zone: 'zone-a',
  state: 'answers',
  ...more,
});
const silent = (name: string, zone = 'zone-a') => node(name, { state: 'silent', zone });
const others = (count: number, zone = 'zone-a') =>
  Array.from({ length: count }, (_, at) => node(`other-${zone}-${at}`, { zone }));
const down = (name: string, more: Partial<DownVm> = {}): DownVm => ({
  id: `vm_${name}`,
  name,
  tenantId: PLATFORM,
  node: 'a',
  fault: 'node',
  group: null,
  ...more,
});

interface World {
  readonly nodes?: readonly WatchedNode[];
  readonly vms?: readonly DownVm[];
  readonly replacing?: ReadonlySet<string>;
}

function toKnown({ vms, ...failure }: Failure, at: number, before = 0): KnownIncident {
  const ids = vms.map(({ id }) => id);
  // As it is stored: with all that were down at any time.
  const affected = Math.max(failure.vmCount, ids.length, before);
  const summary = summarySentence({ vms, ...failure, vmCount: affected });
  return { ...failure, summary, affected, id: `inc_${at}`, down: ids, resolvedAtMs: null };
}

/** Incidents as a store keeps them, from round to round. */
function follow() {
  let known: readonly KnownIncident[] = [];
  let count = 0;
  return (world: World, nowMs = 0) => {
    const input = { platformTenantId: PLATFORM, nodes: [], vms: [], known, ...world };
    const plan = planIncidents(input, { nowMs });
    const changed = new Map(plan.change.map((each) => [each.incident.id, each.failure]));
    const resolved = new Set(plan.resolve.map(({ incident }) => incident.id));
    known = [
      ...known.map((incident) => {
        const failure = changed.get(incident.id);
        if (failure !== undefined)
          return { ...toKnown(failure, 0, incident.affected), id: incident.id };
        return resolved.has(incident.id) ? { ...incident, resolvedAtMs: nowMs } : incident;
      }),
      ...plan.open.map((failure) => {
        count += 1;
        return toKnown(failure, count);
      }),
    ];
    return explainIncidents(plan);
  };
}

describe('an incident', () => {
  test('of a node is opened once, follows its VMs, and is resolved when the node answers', () => {
    const round = follow();
    const nodes = [silent('a'), ...others(9)];
    expect(round({ nodes, vms: [down('web'), down('db')] })).toEqual([
      'opened: Node a does not answer; 2 VMs affected',
    ]);
    expect(round({ nodes, vms: [down('web'), down('db')] })).toEqual([]);
    expect(round({ nodes, vms: [down('db')] })).toEqual([
      'changed: Node a does not answer; 1 VM affected',
    ]);
    expect(round({ nodes: [node('a'), ...others(9)] })).toEqual(['resolved: node_lost a']);
    expect(round({ nodes: [node('a'), ...others(9)] })).toEqual([]);
  });

  test('of a node in maintenance is opened only after its planned end', () => {
    const round = follow();
    const idle = [node('a', { state: 'idle' }), ...others(9)];
    const overdue = [node('a', { state: 'overdue' }), ...others(9)];
    expect(round({ nodes: idle })).toEqual([]);
    expect(round({ nodes: overdue })).toEqual([
      'opened: The maintenance of node a has not ended in the planned time',
    ]);
    expect(round({ nodes: overdue })).toEqual([]);
    expect(round({ nodes: idle })).toEqual(['resolved: maintenance_overdue a']);
  });

  test('of a node in maintenance for too long is apart from that of its zone', () => {
    const overdue = node('a', { state: 'overdue' });
    const nodes = [overdue, silent('b'), silent('c'), ...others(3)];
    const plan = planIncidents(
      { platformTenantId: PLATFORM, nodes, vms: [], known: [] },
      { nowMs: 0 },
    );
    expect(plan.open.map(({ key, nodes: names }) => [key, names])).toEqual([
      ['maintenance_overdue a', ['a']],
      ['zone_lost zone-a', ['b', 'c']],
    ]);
  });

  test('of a node whose agent hangs is apart from those of nodes that do not answer', () => {
    const hangs = node('a', { state: 'unresponsive' });
    const nodes = [hangs, silent('b'), ...others(9)];
    const input = { platformTenantId: PLATFORM, nodes, vms: [], known: [] };
    const plan = planIncidents(input, { nowMs: 0 });
    expect(plan.open).toMatchObject([
      { key: 'agent_unresponsive a', nodes: ['a'], severity: 'warning', vmCount: 0 },
      { key: 'node_lost b', nodes: ['b'] },
    ]);
    expect(explainIncidents(plan)[0]).toBe(
      'opened: The agent of node a does not respond; the node is alive',
    );
    // Two of three: were it silent, most of the fleet would be.
    const few = planIncidents(
      { ...input, nodes: [hangs, silent('b'), ...others(1)] },
      { nowMs: 0 },
    );
    expect(few.open.map(({ key }) => key)).toEqual(['agent_unresponsive a', 'node_lost b']);
  });

  test('of an agent or a VM is not over while a node is lost with it', () => {
    const agent = follow();
    agent({ nodes: [node('a', { state: 'unresponsive' }), ...others(9)] });
    expect(agent({ nodes: [silent('a'), ...others(9)] })).toContain(
      'resolved: agent_unresponsive a, which is part of node_lost a',
    );
    const vm = follow();
    vm({ nodes: [node('a'), ...others(9)], vms: [down('sick', { fault: 'unhealthy' })] });
    expect(vm({ nodes: [silent('a'), ...others(9)], vms: [down('sick')] })).toContain(
      'resolved: unhealthy vm_sick, which is part of node_lost a',
    );
  });

  test('of a node that answers is over, whatever else may fail there', () => {
    const next = follow();
    next({ nodes: [silent('a'), ...others(9)] });
    const conditions = [{ kind: 'disk_failing', evidence: 'sda' }] as const;
    expect(next({ nodes: [node('a', { conditions }), ...others(9)] })).toContain(
      'resolved: node_lost a',
    );
  });

  test('of a node without VMs is a warning to those who run the fleet', () => {
    const plan = planIncidents(
      { platformTenantId: PLATFORM, nodes: [silent('a'), ...others(9)], vms: [], known: [] },
      { nowMs: 0 },
    );
    expect(plan.open).toMatchObject([{ severity: 'warning', tenantId: PLATFORM, vmCount: 0 }]);
  });

  test('of a node that is known to be off lasts until its VMs run elsewhere', () => {
    const round = follow();
    const dead = [node('a', { state: 'dead' }), ...others(9)];
    expect(round({ nodes: dead, vms: [down('web')] })).toHaveLength(1);
    expect(round({ nodes: dead })).toEqual(['resolved: node_lost a']);
  });

  test('is shown to each tenant with its own VMs only', () => {
    const vms = [down('web', { tenantId: 'tnt_b' }), down('db', { tenantId: 'tnt_c' })];
    const nodes = [silent('a'), ...others(9)];
    const plan = planIncidents({ platformTenantId: PLATFORM, nodes, vms, known: [] }, { nowMs: 0 });
    expect(
      plan.open.map((each) => [each.tenantId, each.vms.map(({ name }) => name), each.vmCount]),
    ).toEqual([
      ['tnt_b', ['web'], 1],
      ['tnt_c', ['db'], 1],
      [PLATFORM, [], 2],
    ]);
  });

  test('of several silent nodes of a zone is one, which takes over that of the first', () => {
    const round = follow();
    const zoneB = others(9, 'zone-b');
    expect(round({ nodes: [silent('a'), silent('b', 'zone-b'), ...zoneB, ...others(9)] })).toEqual([
      'opened: Node a does not answer; 0 VMs affected',
      'opened: Node b does not answer; 0 VMs affected',
    ]);
    const three = [silent('a'), silent('c'), silent('d'), silent('b', 'zone-b')];
    expect(round({ nodes: [...three, ...zoneB, ...others(7)] })).toEqual([
      'opened: 3 nodes of zone-a do not answer; 0 VMs affected',
      'resolved: node_lost a, which is part of zone_lost zone-a',
    ]);
    expect(round({ nodes: [silent('c'), node('a'), node('d'), ...zoneB, ...others(7)] })).toEqual([
      'changed: 1 node of zone-a does not answer; 0 VMs affected',
      'resolved: node_lost b',
    ]);
  });

  test('of nodes that run is one of their zone, apart from that of a dead node', () => {
    const round = follow();
    const cutOff = ['a', 'b'].map((name) => node(name, { state: 'cut_off' }));
    expect(round({ nodes: [silent('a'), ...others(9)] })).toHaveLength(1);
    expect(round({ nodes: [...cutOff, silent('c'), ...others(9)], vms: [down('web')] })).toEqual([
      'opened: 2 nodes of zone-a run, and servers do not hear them; 1 VM affected',
      'opened: Node c does not answer; 0 VMs affected',
      'resolved: node_lost a, which is part of management_lost zone-a',
    ]);
    expect(round({ nodes: [node('a', { state: 'cut_off' }), node('c'), ...others(9)] })).toEqual([
      'changed: Node a of zone-a runs, and servers do not hear it; 0 VMs affected',
      'resolved: node_lost c',
    ]);
    expect(round({ nodes: [silent('a'), ...others(9)] })).toEqual([
      'reopened: Node a does not answer; 0 VMs affected',
      'resolved: management_lost zone-a, which is part of node_lost a',
    ]);
  });

  test('of a node that one other node alone says to run names that one to the platform', () => {
    const round = follow();
    const cutOff = node('a', { state: 'cut_off' });
    const vms = [down('web'), down('db', { tenantId: 'tnt_b' })];
    expect(round({ nodes: [cutOff, ...others(9)], vms })).toHaveLength(2);
    const lone = { ...cutOff, loneWitness: 'other-zone-a-3' };
    expect(round({ nodes: [lone, ...others(9)], vms })).toEqual([
      'changed: Node a of zone-a runs, and servers do not hear it; 2 VMs affected; ' +
        'other-zone-a-3 alone says that a runs',
    ]);
    expect(round({ nodes: [lone, ...others(9)], vms })).toEqual([]);
    expect(round({ nodes: [cutOff, ...others(9)], vms })).toEqual([
      'changed: Node a of zone-a runs, and servers do not hear it; 2 VMs affected',
    ]);
  });

  test('of most of the fleet is one', () => {
    expect(follow()({ nodes: [silent('a'), silent('b', 'zone-b'), silent('c')] })).toEqual([
      'opened: Most nodes do not answer (3); 0 VMs affected',
    ]);
  });

  test('of a crash loop is one for each VM group', () => {
    const loop = { fault: 'crash_loop', node: 'other-zone-a-0' } as const;
    const vms = [
      down('web-1', { ...loop, group: 'web' }),
      down('web-2', { ...loop, group: 'web' }),
      down('db', loop),
    ];
    expect(follow()({ nodes: others(3), vms })).toEqual([
      'opened: 2 VMs of web stopped again and again, and are not started any more',
      'opened: db stopped again and again, and is not started any more',
    ]);
  });

  test('of a VM group is not over while its new members start', () => {
    const round = follow();
    const vms = [down('web-1', { fault: 'unhealthy', group: 'web' })];
    round({ nodes: others(3), vms });
    expect(round({ nodes: others(3), replacing: new Set(['inc_1']) })).toEqual([]);
    expect(round({ nodes: others(3) })).toHaveLength(1);
  });

  test('of which some VMs are up again changes once, and then nothing does', () => {
    const round = follow();
    const ill = (name: string) => down(name, { fault: 'unhealthy', group: 'web' });
    round({ nodes: others(3), vms: ['web-1', 'web-2', 'web-3'].map(ill) });
    expect(round({ nodes: others(3), vms: [ill('web-1')] })).toHaveLength(1);
    expect(round({ nodes: others(3), vms: [ill('web-1')] })).toEqual([]);
  });

  test('of machines that are gone is one for each node', () => {
    const gone = { fault: 'machine_missing', node: 'b' } as const;
    expect(follow()({ nodes: [node('b')], vms: [down('x', gone), down('y', gone)] })).toEqual([
      'opened: 2 VMs gone from node b',
    ]);
  });

  test.each([
    ['soon is the same again', REOPEN_MS - 1, 'reopened'],
    ['later is another one', REOPEN_MS, 'opened'],
  ])('whose cause returns %s', (_title, afterMs, word) => {
    const round = follow();
    round({ nodes: [silent('a'), ...others(9)] });
    round({ nodes: [node('a'), ...others(9)] });
    expect(round({ nodes: [silent('a'), ...others(9)] }, afterMs)).toEqual([
      `${word}: Node a does not answer; 0 VMs affected`,
    ]);
    expect(round({ nodes: [silent('a'), ...others(9)] }, afterMs)).toEqual([]);
  });
});

describe('rounds', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const nodes = fc.uniqueArray(
    fc.record({
      name,
      zone: fc.constantFrom('zone-a', 'zone-b'),
      state: fc.constantFrom('answers', 'silent', 'cut_off', 'dead', 'idle'),
    }),
    { selector: (each) => each.name },
  );
  const vms = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('vm_1', 'vm_2', 'vm_3', 'vm_4'),
      name,
      tenantId: fc.constantFrom(PLATFORM, 'tnt_b'),
      node: name,
      fault: fc.constantFrom('node', 'machine_missing', 'crash_loop'),
      group: fc.constantFrom(null, 'web'),
    }),
    { selector: (each) => each.id },
  );
  const worlds = fc.array(fc.record({ nodes, vms }), { minLength: 1, maxLength: 6 });

  test('with the same world change nothing', () => {
    fc.assert(
      fc.property(worlds, (history) => {
        const round = follow();
        for (const world of history) round(world);
        const last = history.at(-1) ?? {};
        expect(round(last)).toEqual([]);
      }),
    );
  });

  test('show every VM that is down to its tenant, once', () => {
    fc.assert(
      fc.property(nodes, vms, (some, all) => {
        const input = { platformTenantId: PLATFORM, nodes: some, vms: all, known: [] };
        const { open } = planIncidents(input, { nowMs: 0 });
        const shown = open.flatMap((each) => each.vms.map((vm) => [each.tenantId, vm.id]));
        expect(shown.sort()).toEqual(all.map(({ tenantId, id }) => [tenantId, id]).sort());
      }),
    );
  });
});

test('an incident of a full disk has the VMs that wait for room, and the evidence', () => {
  const round = follow();
  const conditions = [{ kind: 'disk_full', evidence: '/pool has 12 MiB free' }] as const;
  const nodes = [node('a', { conditions }), ...others(9)];
  expect(round({ nodes })).toEqual(['opened: Disk full on a: /pool has 12 MiB free']);
  const web = down('web', { fault: 'disk_full', tenantId: 'tnt_shop' });
  expect(round({ nodes, vms: [web] })).toEqual([
    'opened: Disk full on a; 1 VM affected',
    'changed: Disk full on a: /pool has 12 MiB free; 1 VM affected',
  ]);
  expect(round({ nodes, vms: [web] })).toEqual([]);
  // There is room again, and the VM is not up yet.
  expect(round({ nodes: others(10), vms: [web] })).toEqual([]);
  expect(round({ nodes: others(10) })).toHaveLength(2);
});
