/** Plans which incidents are opened, changed and resolved now. See README.md. */
import type { Env } from '../../env.ts';
import { summarySentence } from './explain-incidents.ts';
import type {
  Failure,
  IncidentCause,
  IncidentInput,
  IncidentPlan,
  KnownIncident,
} from './model/incident.ts';
import { findFailures } from './rules/find-failures.ts';

/** A cause that returns within this time reopens its incident. */
export const REOPEN_MS = 600_000;

/**
 * Causes that are over before people can look, and may have damaged data: their incidents stay open
 * until they are acknowledged.
 */
export const UNTIL_ACKNOWLEDGED: ReadonlySet<IncidentCause> = new Set(['second_copy']);

/** Plans a round. */
export function planIncidents(input: IncidentInput, { nowMs }: Pick<Env, 'nowMs'>): IncidentPlan {
  const failures = findFailures(input);
  const isRecent = ({ resolvedAtMs }: KnownIncident) =>
    resolvedAtMs === null || nowMs - resolvedAtMs < REOPEN_MS;
  const known = new Map<string, KnownIncident>();
  // An open incident hides resolved ones of its cause.
  for (const incident of [...input.known].filter(isRecent).sort(openLast)) {
    known.set(identityOf(incident), incident);
  }
  const open: Failure[] = [];
  const change: IncidentPlan['change'][number][] = [];
  for (const failure of failures) {
    const incident = known.get(identityOf(failure));
    if (incident === undefined) open.push(failure);
    else if (differs(incident, failure)) {
      change.push({ incident, failure, reopened: incident.resolvedAtMs !== null });
    }
  }
  const current = new Set(failures.map(identityOf));
  const isInspected = (node: string): boolean =>
    input.strangers?.has(node) === true || !input.nodes.some(({ name }) => name === node);
  const resolve = input.known
    .filter((each) => each.resolvedAtMs === null && !current.has(identityOf(each)))
    .filter(({ cause, acknowledged }) => !UNTIL_ACKNOWLEDGED.has(cause) || acknowledged === true)
    // What was down is gone, and what replaces it is still starting.
    .filter(({ id }) => input.replacing?.has(id) !== true)
    // A node that was not inspected yet may still have its machines.
    .filter(({ cause, nodes }) => cause !== 'unknown_machine' || nodes.every(isInspected))
    .map((incident) => ({ incident, mergedInto: findMerged(incident, failures) }));
  return { open, change, resolve };
}

function identityOf({ tenantId, key }: { readonly tenantId: string; readonly key: string }) {
  return `${tenantId} ${key}`;
}

function openLast(left: KnownIncident, right: KnownIncident): number {
  return (left.resolvedAtMs ?? Number.MAX_VALUE) - (right.resolvedAtMs ?? Number.MAX_VALUE);
}

function differs(incident: KnownIncident, failure: Failure): boolean {
  const down = failure.vms.map(({ id }) => id);
  const vmCount = Math.max(failure.vmCount, incident.affected);
  return (
    incident.resolvedAtMs !== null ||
    incident.severity !== failure.severity ||
    incident.vmCount !== failure.vmCount ||
    // That one node alone says so, that the node is back, or that the process hangs, is news.
    ((SAYS_MORE.has(failure.cause) || failure.isBack === true) &&
      incident.summary !== summarySentence({ ...failure, vmCount })) ||
    !sameSet(incident.nodes, failure.nodes) ||
    !sameSet(incident.down, down)
  );
}

/** Causes of which the summary says more than nodes and VMs. */
const SAYS_MORE: ReadonlySet<string> = new Set(['management_lost', 'unhealthy', 'unknown_machine']);

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const names = new Set(left);
  return names.size === new Set(right).size && right.every((name) => names.has(name));
}

/** Causes by which nodes are down, the widest first: they have everything on these nodes. */
const WIDER: readonly string[] = ['fleet_lost', 'zone_lost', 'management_lost', 'node_lost'];

/** Causes whose nodes may belong to a wider one, once more is known. */
const MERGED: ReadonlySet<string> = new Set([...WIDER, 'agent_unresponsive']);

/**
 * The failure that now has the nodes of an incident, such as that of their zone, or one of its VMs:
 * what is still down there is not over.
 */
function findMerged(incident: KnownIncident, failures: readonly Failure[]): string | null {
  const down = new Set(incident.down);
  const own = failures.filter(({ tenantId }) => tenantId === incident.tenantId);
  const wider = own
    .filter(({ cause }) => WIDER.includes(cause))
    .sort((left, right) => WIDER.indexOf(left.cause) - WIDER.indexOf(right.cause))
    .find(({ nodes, vms }) =>
      MERGED.has(incident.cause)
        ? incident.nodes.some((name) => nodes.includes(name))
        : vms.some(({ id }) => down.has(id)),
    );
  // Its VMs have turned out to fail by what others fail by, too.
  const shared = own.find(
    ({ cause, vms }) => cause === incident.cause && vms.some(({ id }) => down.has(id)),
  );
  return (wider ?? shared)?.key ?? null;
}
