/** Describes the events of an incident for people. */
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import { HOLD_ALL } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { findEnds, type MemberEnd } from './find-ends.ts';

/** Events that are looked at. */
const EVENTS_MAX = 1_000;

/** Something that happened. */
export interface Step {
  /** Unit: ms since the Unix epoch. */
  readonly atMs: number;
  /** For people. */
  readonly what: string;
  /** Actor; null: the event was observed, or the person belongs to another tenant. */
  readonly by: string | null;
  readonly operation_id: string | null;
}

const ENDS: Readonly<Record<MemberEnd, (vm: string) => string>> = {
  up: (vm) => `VM ${vm} is running again`,
  deleted: (vm) => `VM ${vm} was deleted`,
  stopped: (vm) => `VM ${vm} was stopped on request`,
  merged: (vm) => `VM ${vm} is still down, as part of another incident`,
};

/**
 * Lists observations and what people said, each list in no order. Operations happen between the
 * two: several steps may have the same time.
 */
export async function observedSteps(
  deps: CapabilityDeps,
  row: IncidentRow,
  members: readonly IncidentMemberRow[],
): Promise<{ readonly begin: readonly Step[]; readonly end: readonly Step[] }> {
  const ends = await findEnds(deps, members, new Map([[row.id, row]]));
  const downs = members.map(({ down_at_ms, vm_name, node_name }) =>
    seen(down_at_ms, `VM ${vm_name} on ${node_name} is down`),
  );
  const ups = members.flatMap(({ id, up_at_ms, vm_name }) =>
    up_at_ms === null ? [] : [seen(up_at_ms, ENDS[ends.get(id) ?? 'up'](vm_name))],
  );
  return {
    begin: [seen(row.opened_at_ms, 'opened'), ...downs, ...(await holdsDuring(deps, row))],
    end: [...ups, ...(await saidOf(deps, row))],
  };
}

function seen(atMs: number, what: string, by: string | null = null): Step {
  return { atMs, what, by, operation_id: null };
}

/** Each acknowledgement, silence, end and return, of which the row keeps the last only. */
async function saidOf({ store }: CapabilityDeps, row: IncidentRow): Promise<readonly Step[]> {
  const types = ['acknowledged', 'silenced', 'resolved', 'reopened'];
  const events = await store.read({
    from: 'events',
    where: {
      tenant_id: row.tenant_id,
      target: row.id,
      type: { in: types.map((type) => `incident.${type}`) },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: EVENTS_MAX,
  });
  const steps = events.map(({ type, at_ms, data_json }) => {
    const data = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    const by = typeof data.by === 'string' ? data.by : null;
    return seen(at_ms, tell(type, data), by);
  });
  // While it was silenced, none was published of its end.
  const { resolved_at_ms: atMs, resolution } = row;
  const isThere = atMs === null || steps.some((step) => step.atMs === atMs);
  return isThere ? steps : [...steps, seen(atMs, `resolved (${resolution})`)];
}

function tell(type: string, data: Readonly<Record<string, unknown>>): string {
  switch (type) {
    case 'incident.acknowledged':
      return typeof data.comment === 'string' ? `acknowledged: ${data.comment}` : 'acknowledged';
    case 'incident.silenced':
      return `silenced until ${String(data.silenced_until)}`;
    case 'incident.reopened':
      return 'reopened';
    default:
      return `resolved (${String(data.resolution)})`;
  }
}

/** Healing was held and released. Who of the platform did it, and why, is not said to tenants. */
async function holdsDuring(
  { store, clock }: CapabilityDeps,
  { tenant_id, opened_at_ms: from, resolved_at_ms }: IncidentRow,
): Promise<readonly Step[]> {
  const events = await store.read({
    from: 'events',
    where: {
      target: { in: [HOLD_ALL, tenant_id] },
      type: { in: ['healing.held', 'healing.released'] },
      at_ms: { from, until: (resolved_at_ms ?? clock.nowMs()) + 1 },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: EVENTS_MAX,
  });
  return events.map(({ type, target, at_ms, data_json, tenant_id: whose }) => {
    const { by, reason } = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    const scope = target === HOLD_ALL ? ' for all tenants' : '';
    const what =
      type === 'healing.held'
        ? `healing put on hold${scope}${whose === tenant_id ? `: ${String(reason)}` : ''}`
        : `healing released${scope}`;
    return seen(at_ms, what, whose === tenant_id && typeof by === 'string' ? by : null);
  });
}

/** The stops of VMs before they were given up. */
export async function stopSteps(
  { store }: CapabilityDeps,
  row: IncidentRow,
  { members, fromMs }: { readonly members: readonly IncidentMemberRow[]; readonly fromMs: number },
): Promise<readonly Step[]> {
  const events = await store.read({
    from: 'events',
    where: {
      tenant_id: row.tenant_id,
      target: { in: [...new Set(members.map(({ vm_id }) => vm_id))] },
      type: 'vm.stopped',
      at_ms: { from: fromMs, until: (row.resolved_at_ms ?? Number.MAX_SAFE_INTEGER - 1) + 1 },
    },
    orderBy: { column: 'at_ms', direction: 'asc' },
    limit: EVENTS_MAX,
  });
  return events.map(({ at_ms, data_json }) => {
    const { name, stop_reason } = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    const why = typeof stop_reason === 'string' ? ` (${stop_reason})` : '';
    return seen(at_ms, `VM ${String(name)} stopped${why}`);
  });
}
