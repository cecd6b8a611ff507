/**
 * Prior odds of each cause, against everything not listed. A cause without odds is not considered
 * for that kind of incident.
 */
import type { IncidentCause } from '../../incidents/model/incident.ts';
import type { CauseKind } from '../model/diagnosis.ts';

const OFTEN = 0.5;
const AT_TIMES = 0.2;
const RARELY = 0.05;

type Odds = ReadonlyMap<CauseKind, number>;

/** Odds for incidents about which nothing is known. */
export const NO_ODDS: Odds = new Map();

const OF_NODES: Odds = new Map<CauseKind, number>([
  ['host_failed', OFTEN],
  ['host_unreachable', OFTEN],
  ['node_work', AT_TIMES],
  ['shared_infrastructure', AT_TIMES],
  ['servers_cut_off', RARELY],
]);

/** Prior odds of each kind of cause, by the cause of the incident. */
export const PRIOR_ODDS: Readonly<Record<IncidentCause, Odds>> = {
  fleet_lost: OF_NODES,
  zone_lost: OF_NODES,
  node_lost: OF_NODES,
  management_lost: new Map<CauseKind, number>([
    ['host_unreachable', OFTEN],
    ['shared_infrastructure', AT_TIMES],
    ['node_work', AT_TIMES],
    ['servers_cut_off', RARELY],
  ]),
  machine_missing: new Map<CauseKind, number>([
    ['removed_outside', OFTEN],
    ['node_storage_lost', AT_TIMES],
    ['node_work', AT_TIMES],
  ]),
  crash_loop: new Map<CauseKind, number>([
    ['recent_change', OFTEN],
    ['guest_kernel', AT_TIMES],
    ['guest_memory', AT_TIMES],
    ['guest_shutdown', AT_TIMES],
    ['disk_error', AT_TIMES],
    ['hypervisor_process', AT_TIMES],
    ['template_image', AT_TIMES],
    ['host_memory', RARELY],
    ['host_failed', RARELY],
  ]),
  unhealthy: new Map<CauseKind, number>([
    ['recent_change', OFTEN],
    ['guest_memory', AT_TIMES],
    ['guest_kernel', AT_TIMES],
    ['disk_error', AT_TIMES],
    ['hypervisor_process', AT_TIMES],
    ['host_memory', RARELY],
    ['template_image', RARELY],
  ]),
  maintenance_overdue: new Map<CauseKind, number>([['node_work', OFTEN]]),
  agent_unresponsive: new Map<CauseKind, number>([
    ['host_memory', AT_TIMES],
    ['node_work', RARELY],
  ]),
  // Why no node can hold it is known.
  standby_missing: NO_ODDS,
  // What the store does not know, it cannot explain.
  unknown_machine: NO_ODDS,
  // What led to it is in its history.
  second_copy: NO_ODDS,
  // What is wrong was read on the host: there is nothing to guess.
  disk_failing: NO_ODDS,
  memory_errors: NO_ODDS,
  raid_degraded: NO_ODDS,
  storage_errors: NO_ODDS,
  memory_pressure: NO_ODDS,
  disk_full: NO_ODDS,
};
