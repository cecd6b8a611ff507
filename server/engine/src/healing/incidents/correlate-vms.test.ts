/** VMs without a group that fail by one cause are one incident. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { explainIncidents, summarySentence } from './explain-incidents.ts';
import type { DownVm, Failure, KnownIncident, Shared } from './model/incident.ts';
import { planIncidents } from './plan-incidents.ts';
import { APART_MS_MAX } from './rules/correlate-vms.ts';

const PLATFORM = 'tnt_platform';

const shared = (kind: Shared['kind'], name: string, vmCount: number): Shared => ({
  kind,
  id: `id of ${name}`,
  name,
  vmCount,
});
const UBUNTU = shared('template', 'ubuntu', 200);
const NETWORK = shared('network', 'default', 1_000);
const onNode = (name: string, vmCount = 20) => shared('node', name, vmCount);

const failing = (at: number, shares: readonly Shared[], more: Partial<DownVm> = {}): DownVm => ({
  id: `vm_${at}`,
  name: `vm-${at}`,
  tenantId: 'tnt_a',
  node: 'a',
  fault: 'crash_loop',
  group: null,
  sinceMs: 0,
  shares,
  ...more,
});

const many = (count: number, sharesOf: (at: number) => readonly Shared[], from = 0) =>
  Array.from({ length: count }, (_, at) => failing(from + at, sharesOf(from + at)));

/** Incidents as a store keeps them, from round to round. */
function follow() {
  let known: readonly KnownIncident[] = [];
  return (vms: readonly DownVm[], nowMs = 0) => {
    const input = { platformTenantId: PLATFORM, nodes: [], vms, known };
    const plan = planIncidents(input, { nowMs });
    const toKnown = ({ vms: down, ...failure }: Failure, id: string): KnownIncident => ({
      ...failure,
      id,
      summary: summarySentence({ vms: down, ...failure }),
      affected: failure.vmCount,
      down: down.map((vm) => vm.id),
      resolvedAtMs: null,
    });
    const changed = new Map(plan.change.map((each) => [each.incident.id, each.failure]));
    const resolved = new Set(plan.resolve.map(({ incident }) => incident.id));
    const before = known.length;
    known = [
      ...known.map((incident) => {
        const failure = changed.get(incident.id);
        if (failure !== undefined) return toKnown(failure, incident.id);
        return resolved.has(incident.id) ? { ...incident, resolvedAtMs: nowMs } : incident;
      }),
      ...plan.open.map((failure, at) => toKnown(failure, `inc_${before + at}`)),
    ];
    return explainIncidents(plan);
  };
}

describe('VMs without a group that fail within a short time', () => {
  test.each<[string, readonly Shared[], string]>([
    ['a template', [UBUNTU, NETWORK], 'made from the template ubuntu'],
    ['a node', [onNode('a', 200), UBUNTU], 'on a'],
    ['a storage', [shared('storage', 'rack-1', 210), NETWORK], 'with disks in the storage rack-1'],
    [
      'a security group',
      [shared('security_group', 'web', 200), NETWORK],
      'with the security group web',
    ],
    ['a network', [NETWORK], 'in the network default'],
    [
      'a change',
      [shared('change', 'anna (vm.update: memory_gb)', 200), UBUNTU],
      'that were changed by anna (vm.update: memory_gb)',
    ],
  ])('are one incident by %s', (_what, shares, words) => {
    expect(follow()(many(200, () => shares))).toEqual([
      `opened: 200 VMs ${words} stopped again and again, and are not started any more`,
    ]);
  });

  test('are one incident when they fail one after another, also where two looked different', () => {
    const round = follow();
    const sharesOf = (at: number) => [onNode(at < 2 ? 'a' : `n${at}`), UBUNTU, NETWORK];
    expect(round(many(1, sharesOf))).toEqual([
      'opened: vm-0 stopped again and again, and is not started any more',
    ]);
    const first = round(many(2, sharesOf));
    expect(first).toContain(
      'opened: 2 VMs on a stopped again and again, and are not started any more',
    );
    expect(first.join()).toMatch(
      /resolved: crash_loop vm_0, which is part of crash_loop tnt_a of/u,
    );
    const second = round(many(40, sharesOf));
    expect(second).toContain(
      'opened: 40 VMs made from the template ubuntu stopped again and again, ' +
        'and are not started any more',
    );
    expect(second.join()).toMatch(/resolved: .*node.*, which is part of .*template/u);
    // It stays so while VMs recover, down to the last one, and ends with it.
    expect(round(many(41, sharesOf).slice(30))).toHaveLength(1);
    expect(round(many(41, sharesOf).slice(40)).join()).toMatch(/^changed: 1 VMs? made from/u);
    expect(round([]).join()).toMatch(/^resolved: .*template/u);
  });

  test('are two incidents where two things have failed', () => {
    const sharesOf = (at: number) => [onNode(at < 20 ? 'a' : `n${at}`), at < 20 ? NETWORK : UBUNTU];
    expect(follow()(many(100, sharesOf))).toEqual([
      'opened: 20 VMs on a stopped again and again, and are not started any more',
      'opened: 80 VMs made from the template ubuntu stopped again and again, ' +
        'and are not started any more',
    ]);
  });

  test('leave what explains a failure well as it is, though one more shares less with it', () => {
    const round = follow();
    const sharesOf = (at: number) => [onNode(at < 20 ? 'a' : `n${at}`), UBUNTU];
    round(many(20, sharesOf));
    expect(round(many(21, sharesOf))).toEqual([
      'opened: vm-20 stopped again and again, and is not started any more',
    ]);
  });

  test('stay apart where they share nothing', () => {
    expect(follow()(many(3, (at) => [onNode(`n${at}`)]))).toHaveLength(3);
  });

  test('stay apart where they fail in different ways, belong to tenants, or to groups', () => {
    const alike = [failing(1, [UBUNTU]), failing(2, [UBUNTU])];
    const other = failing(3, [UBUNTU], { fault: 'unhealthy' });
    const stranger = failing(4, [UBUNTU], { tenantId: 'tnt_b' });
    const member = failing(5, [UBUNTU], { group: 'web' });
    expect(follow()([...alike, other, stranger, member]).sort()).toEqual(
      [
        'opened: 2 VMs made from the template ubuntu stopped again and again, ' +
          'and are not started any more',
        'opened: web stopped again and again, and is not started any more',
        'opened: The health check of vm-3 fails',
        'opened: vm-4 stopped again and again, and is not started any more',
      ].sort(),
    );
  });

  test.each([
    ['later is another incident', APART_MS_MAX + 1, 2],
    ['soon is the same one', APART_MS_MAX, 0],
  ])('by a cause that takes VMs %s', (_when, afterMs, opened) => {
    const round = follow();
    const first = many(4, () => [UBUNTU]);
    expect(round(first)).toHaveLength(1);
    const more = [4, 5].map((at) => failing(at, [UBUNTU], { sinceMs: afterMs }));
    const said = round([...first, ...more], afterMs);
    expect(said.filter((line) => line.startsWith('opened'))).toHaveLength(Math.min(1, opened));
    expect(said.filter((line) => line.startsWith('changed'))).toHaveLength(opened === 0 ? 1 : 0);
  });

  test('reopen their incident where the cause returns soon', () => {
    const round = follow();
    round(many(4, () => [UBUNTU]));
    round([]);
    const again = many(3, () => [UBUNTU]).map((vm) => ({ ...vm, sinceMs: 60_000 }));
    expect(round(again, 60_000).join()).toMatch(/^reopened: 3 VMs made from the template ubuntu/u);
  });
});

describe('a round of VMs that share things', () => {
  const shares = fc.subarray([UBUNTU, NETWORK, onNode('a'), onNode('b')]);
  const vms = fc.uniqueArray(
    fc.record({
      at: fc.nat({ max: 8 }),
      shares,
      tenantId: fc.constantFrom('tnt_a', 'tnt_b'),
      fault: fc.constantFrom<'crash_loop' | 'unhealthy'>('crash_loop', 'unhealthy'),
      sinceMs: fc.constantFrom(0, 100_000, 1_000_000),
    }),
    { selector: ({ at }) => at },
  );
  test('has every VM once, at its own tenant, and changes nothing when repeated', () => {
    fc.assert(
      fc.property(fc.array(vms, { minLength: 1, maxLength: 5 }), (history) => {
        const round = follow();
        const worlds = history.map((drawn) =>
          drawn.map(({ at, shares: own, ...more }) => failing(at, own, more)),
        );
        for (const world of worlds) {
          round(world);
          expect(round(world)).toEqual([]);
          const input = { platformTenantId: PLATFORM, nodes: [], vms: world, known: [] };
          const shown = planIncidents(input, { nowMs: 0 }).open.flatMap((each) =>
            each.vms.map((vm) => `${each.tenantId} ${vm.id}`),
          );
          expect(shown.sort()).toEqual(world.map((vm) => `${vm.tenantId} ${vm.id}`).sort());
        }
      }),
    );
  });
});
