/** Moves all VMs off a node: what draining and consolidating have in common. */
import { type FleetState, hasRoom, losesRestart, mayGo, moveVm } from '../fleet/fleet-state.ts';
import type { MoveRefusal } from '../model/optimizer.ts';

/**
 * Ranks a node for a VM: the first number that differs counts, and the lower is tried sooner;
 * undefined: the node is not tried.
 */
export type RankNode = (vm: number, to: number) => readonly number[] | undefined;

/** A VM that stays, and why. */
export interface UnmovedVm {
  readonly vm: number;
  readonly why: string;
  /** Whether N+1 alone keeps it: without that rule it could move. */
  readonly byFailover: boolean;
}

const WHY: Readonly<Record<MoveRefusal, string>> = {
  room: 'no other node in service has room for it',
  marks: 'no other node in service with room is of the kind that it asks for',
  rules: 'on every node with room it would break a rule about other VMs',
  failover: "wherever it went, some node's VMs would lose the room to restart elsewhere",
};

/**
 * Moves all VMs of a node: the highest priority first, and of equals the largest.
 * @returns those that stay
 */
export function emptyNode(state: FleetState, node: number, rank: RankNode): readonly UnmovedVm[] {
  const stayed: UnmovedVm[] = [];
  for (const vm of inOrder(state, node)) {
    const immovable = state.vms[vm]?.immovable;
    const isOverBudget = state.made.length >= state.movesMax;
    const stays =
      immovable ?? (isOverBudget ? `the budget of ${state.movesMax} moves is used up` : undefined);
    if (stays !== undefined) {
      stayed.push({ vm, why: stays, byFailover: false });
      continue;
    }
    const refusal = sendAway(state, vm, rank);
    if (refusal === undefined) continue;
    stayed.push({ vm, why: explain(state, vm, refusal), byFailover: refusal === 'failover' });
  }
  return stayed;
}

/** A pin is named: no room and no other node would help. */
function explain({ vms }: FleetState, vm: number, refusal: MoveRefusal): string {
  const pin = vms[vm]?.request.constraints.node;
  return refusal === 'marks' && pin !== undefined
    ? `it is pinned to ${pin} (placement.node)`
    : WHY[refusal];
}

function inOrder({ vms, residents }: FleetState, node: number): readonly number[] {
  const sizeOf = (vm: number) => vms[vm]?.request.vm;
  const priorityOf = (vm: number) => vms[vm]?.priority ?? 0;
  return [...(residents[node] ?? [])].sort(
    (left, right) =>
      priorityOf(right) - priorityOf(left) ||
      (sizeOf(right)?.memoryMib ?? 0) - (sizeOf(left)?.memoryMib ?? 0) ||
      (sizeOf(right)?.cpuCores ?? 0) - (sizeOf(left)?.cpuCores ?? 0) ||
      left - right,
  );
}

/**
 * Moves a VM. @returns the rejection of the nearest node; undefined when the VM was moved
 */
function sendAway(state: FleetState, vm: number, rank: RankNode): MoveRefusal | undefined {
  const targets = state.nodes
    .flatMap((_, to) => {
      const ranked = mayGo(state, vm, to) ? rank(vm, to) : undefined;
      return ranked === undefined
        ? []
        : [{ to, ranks: [Number(losesRestart(state, vm, to)), ...ranked] }];
    })
    .sort((left, right) => compareRanks(left.ranks, right.ranks));
  const isPinned = state.vms[vm]?.request.constraints.node !== undefined;
  let nearest: MoveRefusal = isPinned || hasRoomSomewhere(state, vm) ? 'marks' : 'room';
  for (const { to } of targets) {
    const refusal = moveVm(state, vm, to);
    if (refusal === undefined) return undefined;
    if (nearest !== 'failover') nearest = refusal;
  }
  return nearest;
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((rank, place) => rank !== right[place]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function hasRoomSomewhere(state: FleetState, vm: number): boolean {
  return state.nodes.some(
    (_, to) => state.home[vm] !== to && state.inService[to] === 1 && hasRoom(state, vm, to),
  );
}
