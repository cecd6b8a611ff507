/** Empties one node, so that it can be worked on. */
import { type FleetState, setInService } from '../fleet/fleet-state.ts';
import { imbalanceAfter, measureImbalance } from '../fleet/measure-imbalance.ts';
import { emptyNode, type UnmovedVm } from './empty-node.ts';

/** Takes the node out of service and spreads its VMs evenly over the others. */
export function drainNode(state: FleetState, node: number): readonly UnmovedVm[] {
  setInService(state, node, 'out');
  return emptyNode(state, node, (vm, to) => [
    imbalanceAfter(state, measureImbalance(state), { vm, to }),
  ]);
}
