/** Finds the dimensions of a request that no node can satisfy. */
import type { PlacementRequest } from '../model/placement.ts';
import type { Dimension, RejectedNode, RejectionReason } from '../model/rule.ts';
import { AMOUNT_KEYS, DIMENSIONS } from '../resources/find-shortage.ts';

/** A dimension that is to blame. */
export interface Fault {
  readonly dimension: Dimension;
  /** `too-large`: no node could hold it even when empty. `shortage`: too little is free now. */
  readonly kind: 'too-large' | 'shortage';
  readonly asked: number;
  /** The most that a node has (`too-large`) or has free (`shortage`), in the dimension's unit. */
  readonly most: number;
  /** Nodes that reject the VM for this dimension, out of how many that were considered. */
  readonly refusing: number;
  readonly considered: number;
  /** Whether all nodes of the fleet were considered or only those that the request allows. */
  readonly scope: 'fleet' | 'allowed';
}

/** Reasons that follow from the request itself; they remain whatever happens to the node. */
export const CONSTRAINT_REASONS: readonly RejectionReason[] = [
  'pinned-elsewhere',
  'excluded',
  'zone',
  'node-label',
  'taint',
  'residency',
  'spot-risk',
  'affinity',
  'anti-affinity',
  'spread',
];

/**
 * Finds the dimensions at fault: those in which no node that the request allows could hold the VM
 * even when empty; if there are none, those for which most of the ready nodes reject the VM.
 * @returns none where status or constraints alone are to blame
 */
export function findFaults(
  { vm }: PlacementRequest,
  rejected: readonly RejectedNode[],
): readonly Fault[] {
  const allowed = rejected.filter((entry) => !isRefusedFor(entry, CONSTRAINT_REASONS));
  const scope = allowed.length === rejected.length ? 'fleet' : 'allowed';
  const tooLarge = DIMENSIONS.flatMap((dimension): readonly Fault[] => {
    const key = AMOUNT_KEYS[dimension];
    const most = Math.max(...allowed.map(({ node }) => node.capacity[key]));
    if (allowed.length === 0 || vm[key] <= most) return [];
    const considered = allowed.length;
    return [
      {
        dimension,
        kind: 'too-large',
        asked: vm[key],
        most,
        refusing: considered,
        considered,
        scope,
      },
    ];
  });
  return tooLarge.length > 0
    ? tooLarge
    : findShortages(vm, allowed).map((fault) => ({ ...fault, scope }));
}

/** Whether any of the reasons stands against the node. */
function isRefusedFor({ rejections }: RejectedNode, reasons: readonly RejectionReason[]): boolean {
  return rejections.some(({ reason }) => reasons.includes(reason));
}

function findShortages(
  vm: PlacementRequest['vm'],
  allowed: readonly RejectedNode[],
): readonly Omit<Fault, 'scope'>[] {
  const ready = allowed.filter((entry) => !isRefusedFor(entry, ['status']));
  const shortages = DIMENSIONS.map((dimension): Omit<Fault, 'scope'> => {
    const key = AMOUNT_KEYS[dimension];
    return {
      dimension,
      kind: 'shortage',
      asked: vm[key],
      most: Math.max(0, ...ready.map(({ node }) => node.capacity[key] - node.used[key])),
      refusing: ready.filter((entry) => isRefusedFor(entry, [dimension])).length,
      considered: ready.length,
    };
  });
  const mostRefusing = Math.max(...shortages.map(({ refusing }) => refusing));
  return shortages.filter(({ refusing }) => refusing > 0 && refusing === mostRefusing);
}
