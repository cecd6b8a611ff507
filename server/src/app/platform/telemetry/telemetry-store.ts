/** Counts what is committed: it reads the change set, so every writer is covered. */
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { inSpan, type Tracer } from '@novacron/tracing/tracer';
import type { Change, Store } from '../../../ports/store.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { aroundCommits } from '../../kernel/write/commit-changes.ts';

/** Wraps the store with metrics. A refused change set only counts as a commit with that outcome. */
export function observeStore(
  store: Store,
  { telemetry, tracer }: { readonly telemetry: Telemetry; readonly tracer: Tracer },
): Store {
  return aroundCommits(store, async (changes, commit) => {
    const stopTimer = telemetry.startTimer('novacron_store_commit_duration_seconds');
    const done = await commitInSpan(tracer, changes.length, commit);
    stopTimer({});
    const outcome = done.ok ? 'done' : done.error.code;
    telemetry.count('novacron_store_commits_total', { outcome });
    if (done.ok) for (const change of changes) countChange(telemetry, change);
    return done;
  });
}

/** Commits outside of any request and operation get no span. */
function commitInSpan(
  tracer: Tracer,
  size: number,
  commit: () => ReturnType<Store['commit']>,
): ReturnType<Store['commit']> {
  if (tracer.current() === undefined) return commit();
  const start = {
    name: 'store commit',
    kind: 'client' as const,
    attributes: { 'db.operation.name': 'COMMIT', 'db.operation.batch.size': size },
  };
  return inSpan(tracer, start, commit, (done) =>
    done.ok ? {} : { attributes: { 'error.type': done.error.code } },
  );
}

function countChange(telemetry: Telemetry, change: Change): void {
  if (change.kind === 'update') {
    if (change.table !== 'events' || change.set.position === undefined) return;
    telemetry.count('novacron_events_published_total', {});
    return;
  }
  if (change.kind === 'put' && change.into === 'scaling_events') {
    telemetry.count('decisions_made_total', { kind: 'scaling' });
    countScaling(telemetry, change.row.scaling_outcome);
  }
  if (change.kind === 'put' && change.into === 'autonomous_decisions') {
    telemetry.count('decisions_made_total', { kind: 'autonomous' });
  }
  if (change.kind === 'patch' && change.table === 'scaling_events') {
    countScaling(telemetry, change.set.scaling_outcome);
  }
  if (change.kind === 'put' && change.into === 'compliance_findings') {
    telemetry.count('compliance_violations_total', { severity: change.row.severity });
  }
  const followed = followedState(change);
  if (followed !== undefined) {
    telemetry.count('optimization_recommendations_total', { state: followed });
  }
  if (change.kind !== 'insert') return;
  switch (change.into) {
    case 'operations':
      telemetry.count('novacron_operations_started_total', { kind: change.row.kind });
      break;
    case 'events':
      countAlert(telemetry, change.row.type);
      break;
    case 'operation_log':
      countLogEntry(telemetry, change.row.entry_json);
      break;
    case 'placement_decisions':
      telemetry.count('decisions_made_total', { kind: 'placement' });
      break;
    case 'audit':
      telemetry.count('novacron_audit_entries_total', {
        outcome: change.row.outcome,
        client: change.row.client,
      });
      break;
    default:
      break;
  }
}

/** The state that a recommendation has from now on; undefined for other changes. */
function followedState(change: Change): string | undefined {
  if (change.kind === 'put' && change.into === 'recommendations') return change.row.state;
  const isPatch = change.kind === 'patch' && change.table === 'recommendations';
  return isPatch ? change.set.state : undefined;
}

/** A change of size that has ended is measured before it counts as succeeded. */
const MEASURING = 'measuring';

function countScaling(telemetry: Telemetry, outcome: string | null | undefined): void {
  if (outcome == null || outcome === MEASURING) return;
  telemetry.count('novacron_scaling_decisions_total', { outcome });
}

/** Alerts say by events what becomes of them. */
const ALERT = 'alert.';

function countAlert(telemetry: Telemetry, type: string): void {
  if (!type.startsWith(ALERT)) return;
  telemetry.count('novacron_alerts_total', { change: type.slice(ALERT.length) });
}

/** The first characters of the log entries of a step that succeeded, and of one that begins. */
const SUCCEEDED = '{"kind":"succeeded"';
const STARTED = '{"kind":"started"';

/** Stored form of first attempts; quotes within a text are escaped, so nothing else matches. */
const FIRST_ATTEMPT = '"direction":"do","attempt":1,';
const FORWARD = { direction: 'do' } as const;

function countLogEntry(telemetry: Telemetry, text: string): void {
  // Half of all entries are not counted, and most others are first attempts.
  if (text.startsWith(SUCCEEDED)) return;
  if (text.startsWith(STARTED) && text.includes(FIRST_ATTEMPT)) {
    telemetry.count('novacron_workflow_steps_total', FORWARD);
    return;
  }
  // The executor wrote it a moment ago: parsing it by its schema would only cost time.
  const entry: LogEntry = JSON.parse(text);
  if (entry.kind === 'started') {
    const { direction } = entry;
    telemetry.count('novacron_workflow_steps_total', { direction });
    if (entry.attempt > 1) telemetry.count('novacron_workflow_step_retries_total', { direction });
  } else if (entry.kind === 'failed') {
    const { direction, next } = entry;
    telemetry.count('workflow_step_failures', { direction, next });
  }
}
