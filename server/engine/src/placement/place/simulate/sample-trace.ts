/** Samples a trace to a given demand. */
import { assert } from '@novacron/contract/result';
import type { Rng } from '../../../env.ts';
import type { PlacementNode, VmRequest } from '../model/placement.ts';

/**
 * Shuffles a trace and cuts it where its demand reaches a multiple of the fleet's capacity; if the
 * trace demands less, further rows are drawn from it at random.
 * @param goal - `ratio`: 1.3 demands 30 % more than there is, of devices, or of cores in a fleet
 *   without devices
 * @returns the requests in the order in which they arrive, each under a name of its own; all of
 *   them once where none demands what is counted
 * Source: the protocol of the openb experiments (Weng et al., ATC 2023).
 */
export function sampleTrace<Ask extends VmRequest>(
  requests: readonly Ask[],
  goal: { readonly nodes: readonly PlacementNode[]; readonly ratio: number; readonly rng: Rng },
): readonly Ask[] {
  const { nodes, ratio, rng } = goal;
  assert(Number.isFinite(ratio) && ratio >= 0, 'a demand is a ratio of 0 or more');
  const shuffled = shuffle(requests, rng.fork('shuffle'));
  const ownDevices = nodes.reduce((sum, node) => sum + devicesMilli(node), 0);
  const [capacity, demandOf] =
    ownDevices > 0
      ? [ownDevices, demandedMilli]
      : [
          nodes.reduce((sum, node) => sum + node.capacity.cpuCores, 0),
          ({ cpuCores }: VmRequest) => cpuCores,
        ];
  const draw = rng.fork('draw');
  const drawn: Ask[] = [];
  const isPossible = requests.some((request) => demandOf(request) > 0);
  let demand = 0;
  for (let at = 0; isPossible && demand < capacity * ratio; at += 1) {
    const request = shuffled[at] ?? requests[Math.floor(draw.next() * requests.length)];
    if (request === undefined) break;
    drawn.push(request);
    demand += demandOf(request);
  }
  return (isPossible ? drawn : shuffled).map((request, at) => ({
    ...request,
    name: `${request.name}#${at}`,
  }));
}

/** All devices of a node, whole ones as they are counted when nothing is placed. */
function devicesMilli({ devices = [] }: PlacementNode): number {
  return devices.reduce((sum, { freeMilli }) => sum + freeMilli.length * 1000, 0);
}

function demandedMilli({ devices = [] }: VmRequest): number {
  return devices.reduce((sum, { count, milli }) => sum + count * milli, 0);
}

/** Fisher and Yates. */
function shuffle<T>(items: readonly T[], rng: Rng): readonly T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const at = Math.floor(rng.next() * (last + 1));
    const [one, other] = [shuffled[last], shuffled[at]];
    if (one === undefined || other === undefined) continue;
    shuffled[last] = other;
    shuffled[at] = one;
  }
  return shuffled;
}
