/** Plans which nodes on standby are woken for VMs that forecasts expect. See README.md. */
import { type FleetState, makeFleetState, switchService } from './fleet/fleet-state.ts';
import type { Shortage, SleepingNode, WakingInput, WakingPlan } from './model/optimizer.ts';
import { type FoundShortage, findShortage, isShorter } from './rules/find-shortage.ts';

/**
 * Plans it. The expected VMs get the room on nodes in service, and on those that are being woken;
 * where that is too little, or would take N+1 from a node, more are woken.
 * @returns as few nodes as give the expected VMs all the room that waking every node would, those
 * that wake soonest first; no nodes where waking does not help
 */
export function planWaking(input: WakingInput): WakingPlan {
  const { nodes, vms, expected, waking } = input;
  const state = makeFleetState({
    goal: { kind: 'consolidate', headroomRatio: 0 },
    nodes: nodes.map((node) => (waking.has(node.name) ? { ...node, status: 'ready' } : node)),
    vms,
    expected,
    movesMax: 0,
    failover: 'keep',
  });
  const unsafe = state.unguarded;
  const before = findShortage(state, unsafe);
  const isEnough = before.vms === 0 && before.unguarded.size === 0;
  const woken = isEnough ? [] : chooseNodes(state, input.sleeping, unsafe);
  const after = findShortage(state, unsafe);
  return {
    wake: woken.map((node) => nameOf(state, node)),
    expected: expected.filter(({ count }) => count > 0),
    before: toShortage(state, before),
    after: toShortage(state, after),
  };
}

/** Wakes all of them, and then does without as many as possible: those that wake last first. */
function chooseNodes(
  state: FleetState,
  sleeping: readonly SleepingNode[],
  unsafe: ReadonlySet<number>,
): readonly number[] {
  const slotOf = new Map(state.nodes.map(({ name }, slot) => [name, slot]));
  const candidates = [...sleeping]
    .sort((left, right) => left.wakeMs - right.wakeMs || (left.name < right.name ? -1 : 1))
    .flatMap(({ name }) => slotOf.get(name) ?? []);
  for (const node of candidates) switchService(state, node, 'in');
  const best = findShortage(state, unsafe);
  const spared = new Set<number>();
  for (const node of candidates.toReversed()) {
    switchService(state, node, 'out');
    if (isShorter(findShortage(state, unsafe), best)) switchService(state, node, 'in');
    else spared.add(node);
  }
  return candidates.filter((node) => !spared.has(node));
}

function toShortage(state: FleetState, { vms, unguarded }: FoundShortage): Shortage {
  return { vms, unguarded: [...unguarded].map((node) => nameOf(state, node)).sort() };
}

function nameOf({ nodes }: FleetState, node: number): string {
  return nodes[node]?.name ?? '';
}
