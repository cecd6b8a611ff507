/** Alerts: raised when a rule fires, resolved when none holds any more or their source says so. */
import type { AlertSource } from '@novacron/contract/monitoring/alert-operations';
import { raiseAlert, settleAlert } from '@novacron/engine/automation/orchestration/plan-alerts';
import type { Change } from '../../../ports/store.ts';
import type { AlertRow } from '../../../ports/tables/incident-rows.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { replan } from '../../rows/resource-problems.ts';
import { fromRecord, saidOf, toRecord, toSaidJson } from './alert-rows.ts';

type Deps = Pick<KernelDeps, 'store' | 'ids' | 'clock'>;

/** Alert of a policy about a resource, of Alertmanager, or of a watched metric. */
export interface FiredAlert {
  readonly tenantId: string;
  readonly source: AlertSource;
  /** Whether events may say so. */
  readonly events: 'published' | 'none';
  readonly policy: { readonly id: string; readonly name: string };
  readonly rule: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  readonly severity: keyof typeof PRIORITIES;
  readonly message: string;
  readonly because: readonly string[];
}

/** The alert that a rule has raised. */
export interface TrackedAlert {
  readonly id: string;
  /** Records it, and publishes `alert.opened` where it was not open before. */
  readonly changes: readonly Change[];
  /** Whether events say so: not while it is silenced. */
  readonly isAnnounced: boolean;
}

/** The priority of events by the severity of an alert. */
export const PRIORITIES = { info: 'low', warning: 'high', critical: 'critical' } as const;

/** Raises the alert of a policy and a target, or counts that it has fired again. */
export async function trackAlert(deps: Deps, fired: FiredAlert): Promise<TrackedAlert> {
  const { source, policy, target, rule, severity, message, because, tenantId } = fired;
  const [known] = await deps.store.read({
    from: 'alerts',
    where: { policy_id: policy.id, target_id: target.id },
    damaged: 'blank',
  });
  const before = known === undefined ? undefined : toRecord(known);
  const { record, isAnnounced } = raiseAlert(before, deps.clock.nowMs());
  const by = known ?? { acknowledged_by: null, silenced_by: null };
  const note = known === undefined || record.acknowledgedAtMs === null ? null : saidOf(known).note;
  const row: AlertRow = {
    id: known?.id ?? deps.ids.next('alt'),
    tenant_id: tenantId,
    severity,
    source,
    policy_id: policy.id,
    policy_name: policy.name,
    rule,
    target_kind: target.kind,
    target_id: target.id,
    target_name: target.name,
    said_json: toSaidJson({ message, because: [...because], note }),
    ...fromRecord(record, by),
  };
  const isNew = before === undefined || before.state === 'resolved';
  const isPublished = isNew && isAnnounced && fired.events === 'published';
  const opened = isPublished ? [alertEvent(deps, row, 'opened', { message })] : [];
  return { id: row.id, isAnnounced, changes: [storing(known, row), ...opened] };
}

/** A person may change the alert at the same time: then it is looked at again. */
function storing(known: AlertRow | undefined, row: AlertRow): Change {
  const { id: _id, ...set } = row;
  return known === undefined
    ? { kind: 'insert', into: 'alerts', row, otherwise: replan('The alert') }
    : changing(known, set);
}

/** Changes an alert, unless it has changed since it was read. */
export function changing({ id, state, fired }: AlertRow, set: Partial<AlertRow>): Change {
  const expect = { state, fired };
  return { kind: 'update', table: 'alerts', id, set, expect, otherwise: replan('The alert') };
}

/** Names a policy and a target. */
export function alertKey(policyId: string, targetId: string): string {
  return `${policyId}/${targetId}`;
}

/**
 * The changes of alerts whose rules hold no more, and of silences that are over: a set for each.
 * @param holding - keys of the policies and targets that ask for an alert now
 */
export function settleAlerts(
  deps: Pick<Deps, 'ids' | 'clock'>,
  rows: readonly AlertRow[],
  holding: ReadonlySet<string>,
): (readonly Change[])[] {
  return rows.flatMap((row) => {
    // Others end when their source says so.
    const isOver = row.source === 'policy' && !holding.has(alertKey(row.policy_id, row.target_id));
    const rule = isOver ? 'ended' : 'holds';
    const changes = settleOne(deps, row, { rule, events: 'published' });
    return changes.length === 0 ? [] : [changes];
  });
}

/** The changes of one alert; none where it stays as it is. */
export function settleOne(
  deps: Pick<Deps, 'ids' | 'clock'>,
  row: AlertRow,
  { rule, events }: { readonly rule: 'holds' | 'ended' } & Pick<FiredAlert, 'events'>,
): readonly Change[] {
  const next = settleAlert(toRecord(row), { rule, nowMs: deps.clock.nowMs() });
  if (next === undefined) return [];
  const isAnnounced = next.state === 'resolved' && row.state !== 'silenced';
  const isPublished = isAnnounced && events === 'published';
  const event = isPublished ? [alertEvent(deps, row, 'resolved', {})] : [];
  return [changing(row, fromRecord(next, row)), ...event];
}

/** The event of a change of an alert. */
export function alertEvent(
  deps: Pick<Deps, 'ids' | 'clock'>,
  row: AlertRow,
  verb: 'opened' | 'acknowledged' | 'silenced' | 'resolved',
  more: Readonly<Record<string, unknown>>,
): Change {
  const { severity, policy_name: policy, rule, target_id: targetId, target_name: target } = row;
  const priority = Object.entries(PRIORITIES).find(([name]) => name === severity)?.[1] ?? 'high';
  return eventChange(deps, {
    tenantId: row.tenant_id,
    type: `alert.${verb}`,
    source: row.source,
    target: row.id,
    priority: verb === 'opened' ? priority : 'normal',
    data: { severity, policy, rule, target_id: targetId, target, ...more },
  });
}
