/** A fleet on which the VMs of a batch are placed one by one. */

import type { Env } from '../../../env.ts';
import { tryPlacement } from '../../place/decide/decide-placement.ts';
import { type FleetIndex, findNamedNode } from '../../place/index/fleet-index.ts';
import { type FleetOverlay, openOverlay, placeOnOverlay } from '../../place/index/fleet-overlay.ts';
import type {
  PlacementNode,
  PlacementPlan,
  PlacementRequest,
} from '../../place/model/placement.ts';
import { type LicenceLedger, takeLicences, withLicences } from './licence-ledger.ts';

/** The fleet, with the VMs of the batch placed so far. */
export interface BatchFleet {
  readonly overlay: FleetOverlay;
  readonly ledger: LicenceLedger;
  readonly placed: { readonly request: PlacementRequest; readonly node: PlacementNode }[];
}

/** The fleet without any of the batch. */
export function openBatchFleet(index: FleetIndex): BatchFleet {
  return { overlay: openOverlay(index), ledger: new Map(), placed: [] };
}

/** Finds the best node for a VM; undefined where none can hold it. */
export function findPlace(
  fleet: BatchFleet,
  request: PlacementRequest,
  env: Env,
): PlacementPlan | undefined {
  const tried = tryPlacement(fleet.overlay, withLicences(request, fleet.ledger), env);
  return tried.ok ? tried.value : undefined;
}

/** Places a VM according to a plan. */
export function putOnFleet(
  fleet: BatchFleet,
  request: PlacementRequest,
  plan: PlacementPlan,
): void {
  const { target_node: name } = plan.decision;
  placeOnOverlay(fleet.overlay, request, plan);
  takeLicences(request, name, fleet.ledger);
  const node = findNamedNode(fleet.overlay.index, name);
  if (node !== undefined) fleet.placed.push({ request, node });
}
