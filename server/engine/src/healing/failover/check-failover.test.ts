import { describe, expect, test } from '@jest/globals';
import { makeId, type VmId } from '@novacron/contract/ids';
import fc from 'fast-check';
import { makeNode, makeVm } from '../../../test/fleet.ts';
import { planPlacement } from '../../placement/place/plan-placement.ts';
import { makeRng } from '../../rng.ts';
import { checkFailover, slotOf, unitsOf } from './check-failover.ts';
import type { FailoverInput, FailoverVm } from './model/failover.ts';
import { planLoss } from './plan-loss.ts';

const GB = 1024;

interface VmPlan {
  readonly node: number;
  readonly cpu: number;
  readonly memory: number;
  readonly priority: number;
  readonly restarts: boolean;
  readonly zone: number | undefined;
  readonly group: string | undefined;
}

function vmIdOf(at: number): VmId {
  return makeId(
    'vm',
    at,
    Uint8Array.from({ length: 10 }, () => at % 256),
  );
}

const nameOf = (node: number) => `n${node}`;
const zoneOf = (node: number) => `zone-${node % 2}`;

function makeFleet(count: number, plans: readonly VmPlan[]): FailoverInput {
  const names = new Set(Array.from({ length: count }, (_, at) => nameOf(at)));
  const used = new Map<number, { cpuCores: number; memoryMib: number; diskGb: number }>();
  const vms = plans.flatMap((plan, at): readonly FailoverVm[] => {
    const node = plan.node % count;
    const taken = used.get(node) ?? { cpuCores: 0, memoryMib: 0, diskGb: 0 };
    const after = {
      cpuCores: taken.cpuCores + plan.cpu,
      memoryMib: taken.memoryMib + plan.memory * GB,
      diskGb: taken.diskGb + 1,
    };
    if (after.cpuCores > 8 || after.memoryMib > 32 * GB) return [];
    used.set(node, after);
    const name = `vm-${at}`;
    const sizes = { cpuCores: plan.cpu, memoryMib: plan.memory * GB, diskGb: 1 };
    const apart = {
      rule: 'apart',
      level: 'node',
      need: 'required',
      to: { kind: 'group', group: plan.group ?? '' },
    } as const;
    return [
      {
        id: vmIdOf(at),
        tenantId: 't',
        node: nameOf(node),
        priority: plan.priority,
        request: {
          vm: makeVm({ name, ...sizes, group: plan.group }),
          constraints: {
            zone: plan.zone === undefined ? undefined : zoneOf(plan.zone),
            ...(plan.group === undefined ? {} : { affinity: [apart] }),
          },
          strategy: 'balanced',
        },
        restart: plan.restarts ? { reach: names } : undefined,
      },
    ];
  });
  const nodes = Array.from({ length: count }, (_, at) =>
    makeNode(nameOf(at), {
      zone: zoneOf(at),
      capacity: { cpuCores: 8, memoryMib: 32 * GB, diskGb: 1000 },
      used: used.get(at) ?? { cpuCores: 0, memoryMib: 0, diskGb: 0 },
      vmCount: plans.filter(({ node }) => node % count === at).length,
    }),
  );
  return { nodes, vms };
}

function plansOf(more: { readonly rules: boolean }): fc.Arbitrary<readonly VmPlan[]> {
  const none = fc.constant(undefined);
  return fc.array(
    fc.record({
      node: fc.nat(20),
      cpu: fc.integer({ min: 1, max: 4 }),
      memory: fc.integer({ min: 1, max: 12 }),
      priority: fc.nat(2),
      restarts: fc.boolean(),
      zone: more.rules
        ? fc.oneof({ weight: 3, arbitrary: none }, { arbitrary: fc.nat(1), weight: 1 })
        : none,
      group: more.rules
        ? fc.oneof(
            { weight: 3, arbitrary: none },
            { arbitrary: fc.constantFrom('a', 'b'), weight: 1 },
          )
        : none,
    }),
    { maxLength: 24 },
  );
}

/** Every set of nodes of a size. */
function setsOf(count: number, size: number): readonly (readonly string[])[] {
  if (size === 0) return [[]];
  return Array.from({ length: count }, (_, at) => at).flatMap((at) =>
    setsOf(at, size - 1).map((rest) => [...rest, nameOf(at)]),
  );
}

/** Starts the VMs one after another on the nodes of a plan, by the rules of placement. */
function recover({ nodes, vms }: FailoverInput, lost: readonly string[]) {
  const { outcomes } = planLoss({ nodes, vms }, lost);
  let now = nodes.map((node) =>
    lost.includes(node.name) ? { ...node, status: 'lost' as const } : node,
  );
  let there = vms;
  const failed: string[] = [];
  for (const { vm, to, why } of outcomes) {
    if (to === undefined) {
      if (why !== 'nowhere') failed.push(vm.request.vm.name);
      continue;
    }
    const { request } = vm;
    const idOf = new Map(now.map(({ name, id }) => [name, id] as const));
    const peers = there.flatMap((each) => {
      const nodeId = idOf.get(each.node);
      const { name, labels, group } = each.request.vm;
      const apart = each.request.constraints.affinity;
      // Recoveries ignore peers on dead nodes.
      if (lost.includes(each.node)) return [];
      return each === vm || nodeId === undefined ? [] : [{ nodeId, name, labels, group, apart }];
    });
    const constraints = { ...request.constraints, node: to };
    const placed = planPlacement(
      { ...request, constraints, nodes: now, peers },
      { nowMs: 0, rng: makeRng('recovery') },
    );
    if (!placed.ok) failed.push(`${request.vm.name}: ${placed.error.detail}`);
    now = now.map((node) => {
      if (node.name !== to) return node;
      const { used } = node;
      const { cpuCores, memoryMib, diskGb } = request.vm;
      return {
        ...node,
        used: {
          cpuCores: used.cpuCores + cpuCores,
          memoryMib: used.memoryMib + memoryMib,
          diskGb: used.diskGb + diskGb,
        },
      };
    });
    there = there.map((each) => (each === vm ? { ...each, node: to } : each));
  }
  return failed;
}

const plan = (node: number, more: Partial<VmPlan> = {}): VmPlan => ({
  node,
  cpu: 2,
  memory: 8,
  priority: 1,
  restarts: true,
  zone: undefined,
  group: undefined,
  ...more,
});

describe('the room for the VMs of lost nodes', () => {
  test('is there as long as the others have enough of it', () => {
    const full = (count: number) =>
      makeFleet(
        3,
        Array.from({ length: count }, (_, at) => plan(at)),
      );
    // Three nodes of four such VMs: any two of them hold eight.
    expect(checkFailover(full(8), { nodesMax: 1 })).toMatchObject({ kind: 'safe' });
    const verdict = checkFailover(full(9), { nodesMax: 1 });
    expect(verdict).toMatchObject({ kind: 'uncovered' });
    expect(checkFailover(full(9), { nodesMax: 0 })).toMatchObject({ kind: 'safe' });
    expect(checkFailover(full(4), { nodesMax: 2 })).toMatchObject({ kind: 'safe' });
    expect(checkFailover(full(5), { nodesMax: 2 })).toMatchObject({ kind: 'uncovered' });
  });

  test('is not kept for VMs that wait for their node', () => {
    const waiting = Array.from({ length: 12 }, (_, at) => plan(at, { restarts: false }));
    expect(checkFailover(makeFleet(3, waiting), { nodesMax: 2 })).toMatchObject({ kind: 'safe' });
  });

  test('is no matter where no amount of room would help', () => {
    const alone = makeFleet(3, [plan(1, { zone: 1 })]);
    expect(checkFailover(alone, { nodesMax: 1 })).toMatchObject({ kind: 'safe' });
    expect(planLoss(alone, ['n1']).outcomes).toMatchObject([{ to: undefined, why: 'nowhere' }]);
  });

  test('is of no use where rules about other VMs leave no node', () => {
    const apart = makeFleet(3, [plan(0, { group: 'a' }), plan(1, { group: 'a' })]);
    expect(checkFailover(apart, { nodesMax: 1 })).toMatchObject({ kind: 'safe' });
    const full = makeFleet(
      3,
      [0, 1, 2].map((node) => plan(node, { group: 'a' })),
    );
    const [first] = planLoss(full, ['n0']).outcomes;
    expect(first).toMatchObject({ to: undefined, why: 'others' });
    expect(checkFailover(full, { nodesMax: 1 })).toMatchObject({
      kind: 'uncovered',
      plan: { outcomes: [{ why: 'others' }] },
    });
    // One that waits for its node keeps the others off it all the same.
    const mixed = makeFleet(
      3,
      [0, 1, 2].map((node) => plan(node, { group: 'a', restarts: node > 0 })),
    );
    const waits = { id: vmIdOf(0), node: 'n0', vmId: undefined };
    expect(checkFailover(mixed, { nodesMax: 1, taken: [waits] }).kind).toBe('uncovered');
    // A write that has no part in it is not refused for it.
    const free = makeFleet(3, [...[0, 1, 2].map((node) => plan(node, { group: 'a' })), plan(0)]);
    const taken = [{ id: vmIdOf(3), node: 'n0', vmId: vmIdOf(3) }];
    expect(checkFailover(free, { nodesMax: 1, taken }).kind).toBe('safe');
  });

  test('counts no peers on lost nodes, as a recovery does not', () => {
    const fleet = makeFleet(3, [plan(0), plan(0)]);
    const together = {
      rule: 'together',
      level: 'node',
      need: 'required',
      to: { kind: 'group', group: 'pair' },
    } as const;
    const vms = fleet.vms.map((vm) => {
      const asked = makeVm({ ...vm.request.vm, group: 'pair' });
      return {
        ...vm,
        request: { ...vm.request, vm: asked, constraints: { affinity: [together] } },
      };
    });
    const { outcomes } = planLoss({ ...fleet, vms }, ['n0']);
    expect(outcomes.map(({ to }) => to)).toEqual([outcomes[0]?.to, outcomes[0]?.to]);
    expect(outcomes[0]?.to).toBeDefined();
    expect(checkFailover({ ...fleet, vms }, { nodesMax: 1 }).kind).toBe('safe');
  });

  test('counts nodes that are lost already among those that may be', () => {
    const fleet = makeFleet(3, [plan(0), plan(1), plan(2)]);
    const nodes = fleet.nodes.map((node) =>
      node.name === 'n0' ? { ...node, status: 'lost' as const } : node,
    );
    const full = nodes.map((node) =>
      node.name === 'n2' ? { ...node, used: node.capacity } : node,
    );
    expect(checkFailover({ ...fleet, nodes: full }, { nodesMax: 1 }).kind).toBe('safe');
    expect(checkFailover({ ...fleet, nodes: full }, { nodesMax: 2 }).kind).toBe('uncovered');
  });

  test('is only refused to a write that takes it, or that needs it', () => {
    const fleet = makeFleet(
      4,
      [0, 1, 2, 2, 2, 2, 0, 0, 0].map((node) => plan(node, { zone: node })),
    );
    const check = (node: string, vmId?: string) =>
      checkFailover(fleet, { nodesMax: 1, taken: [{ id: vmId ?? '', node, vmId }] }).kind;
    // Zone 0 is n0 and n2, both full; zone 1 is not.
    expect(check('n0', vmIdOf(0))).toBe('uncovered');
    expect(check('n2')).toBe('uncovered');
    expect(check('n1')).toBe('safe');
    expect(check('n3', vmIdOf(1))).toBe('safe');
  });

  test('keeps the order of recovery: priority, then size', () => {
    const vms = [plan(0), plan(0, { memory: 12 }), plan(0, { priority: 2, memory: 1 })];
    const { outcomes } = planLoss(makeFleet(3, vms), ['n0']);
    expect(outcomes.map(({ vm }) => vm.request.vm.name)).toEqual(['vm-2', 'vm-1', 'vm-0']);
    expect(outcomes.map(({ to }) => to)).toEqual(['n1', 'n2', 'n1']);
    expect(outcomes[0]?.alternatives).toEqual(['n2']);
  });

  test.each([1, 2])('suffices for any %i nodes wherever it is called safe', (nodesMax) => {
    let safe = 0;
    fc.assert(
      fc.property(plansOf({ rules: true }), fc.integer({ min: 2, max: 6 }), (plans, count) => {
        const fleet = makeFleet(count, plans);
        if (checkFailover(fleet, { nodesMax }).kind !== 'safe') return;
        safe += 1;
        for (const lost of setsOf(count, Math.min(nodesMax, count))) {
          expect(recover(fleet, lost)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
    expect(safe).toBeGreaterThan(10);
  });

  test('is missing for some nodes wherever it is called uncovered', () => {
    fc.assert(
      fc.property(plansOf({ rules: true }), (plans) => {
        const fleet = makeFleet(4, plans);
        const verdict = checkFailover(fleet, { nodesMax: 1 });
        if (verdict.kind !== 'uncovered') return;
        const { outcomes } = planLoss(fleet, verdict.plan.lost);
        expect(outcomes.some(({ why }) => why === 'room' || why === 'others')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('lasts for as many units as the check says', () => {
    let used = 0;
    const writes = fc.array(
      fc.record({
        node: fc.nat(20),
        cpu: fc.integer({ min: 1, max: 4 }),
        memory: fc.integer({ min: 1, max: 12 }),
        restarts: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(plansOf({ rules: false }), writes, (plans, more) => {
        const before = makeFleet(6, plans);
        const verdict = checkFailover(before, { nodesMax: 1 });
        if (verdict.kind !== 'safe') return;
        let left = verdict.slack;
        const taken: VmPlan[] = [];
        for (const write of more) {
          const sizes = { cpuCores: write.cpu, memoryMib: write.memory * GB, diskGb: 1 };
          const units = unitsOf(sizes, slotOf(before.vms), write.restarts ? 'yes' : 'no');
          if (units === undefined || units > left) continue;
          left -= units;
          taken.push(plan(write.node, write));
        }
        used += taken.length;
        const after = makeFleet(6, [...plans, ...taken]);
        expect(checkFailover(after, { nodesMax: 1 }).kind).toBe('safe');
      }),
      { numRuns: 300 },
    );
    expect(used).toBeGreaterThan(50);
  });
});
