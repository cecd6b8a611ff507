/**
 * Lifecycle of an alert: first and repeated firing of its rule, acknowledgement or silencing by
 * users, and resolution once the rule no longer holds. At most one alert is open per policy and
 * target, however often the rule fires. Source of the idea: Prometheus' Alertmanager, which groups,
 * silences and resolves.
 */

/** Whether it is over, whether a person looks after it, and whether it is to be quiet. */
export type AlertState = 'open' | 'acknowledged' | 'silenced' | 'resolved';

/** Stored state of an alert. Times are milliseconds since the Unix epoch. */
export interface AlertRecord {
  readonly state: AlertState;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Number of firings since it was first seen. */
  readonly count: number;
  /** null: not acknowledged. */
  readonly acknowledgedAtMs: number | null;
  /** null: not silenced. */
  readonly silencedUntilMs: number | null;
  /** null: it is not over. */
  readonly resolvedAtMs: number | null;
}

/** An alert that returns sooner is the same one: it flaps. Unit: ms. */
const SAME_MS = 10 * 60_000;

/** A rule has fired. */
export interface RaisedAlert {
  readonly record: AlertRecord;
  /** Whether it is announced: not while it is silenced. */
  readonly isAnnounced: boolean;
}

/**
 * Raises an alert.
 * @param known - what is remembered of the same policy and target; undefined for the first time
 */
export function raiseAlert(known: AlertRecord | undefined, nowMs: number): RaisedAlert {
  const isSame =
    known !== undefined && (known.resolvedAtMs === null || nowMs - known.resolvedAtMs < SAME_MS);
  const before = isSame ? known : undefined;
  const record = withState(
    {
      firstSeenMs: before?.firstSeenMs ?? nowMs,
      lastSeenMs: nowMs,
      count: (before?.count ?? 0) + 1,
      acknowledgedAtMs: before?.acknowledgedAtMs ?? null,
      // A silence was asked for until a time, whatever becomes of the alert before.
      silencedUntilMs: known?.silencedUntilMs ?? null,
      resolvedAtMs: null,
    },
    nowMs,
  );
  return { record, isAnnounced: record.state !== 'silenced' };
}

/**
 * Looks at an alert again.
 * @param rule - whether a rule of the policy asks for an alert about the target now
 * @returns undefined where it stays as it is
 */
export function settleAlert(
  known: AlertRecord,
  { rule, nowMs }: { readonly rule: 'holds' | 'ended'; readonly nowMs: number },
): AlertRecord | undefined {
  if (known.state === 'resolved') return undefined;
  const next = withState({ ...known, resolvedAtMs: rule === 'holds' ? null : nowMs }, nowMs);
  return next.state === known.state ? undefined : next;
}

/** A person looks after it, which ends a silence. */
export function acknowledgeAlert(known: AlertRecord, nowMs: number): AlertRecord {
  return withState({ ...known, acknowledgedAtMs: nowMs, silencedUntilMs: null }, nowMs);
}

/** It is to be quiet until a time. */
export function silenceAlert(
  known: AlertRecord,
  { untilMs, nowMs }: { readonly untilMs: number; readonly nowMs: number },
): AlertRecord {
  return withState({ ...known, silencedUntilMs: untilMs }, nowMs);
}

/** Ends a silence that is over, and names the state that follows from the times. */
function withState(record: Omit<AlertRecord, 'state'>, nowMs: number): AlertRecord {
  const { silencedUntilMs: untilMs } = record;
  const isQuiet = untilMs !== null && untilMs > nowMs;
  const rest = { ...record, silencedUntilMs: isQuiet ? untilMs : null };
  return { ...rest, state: stateOf(rest) };
}

function stateOf(record: Omit<AlertRecord, 'state'>): AlertState {
  if (record.resolvedAtMs !== null) return 'resolved';
  if (record.silencedUntilMs !== null) return 'silenced';
  return record.acknowledgedAtMs === null ? 'open' : 'acknowledged';
}
