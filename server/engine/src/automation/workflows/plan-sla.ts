/** Plans what is to be said and done about the SLA of an execution: each moment is judged once. */

/** A moment of an SLA. */
export type SlaMoment = 'warning' | 'breached' | 'escalated';

/** The moments of an execution. Unit: ms since the epoch. */
export interface SlaTimes {
  readonly warnMs: number | null;
  readonly breachMs: number;
  readonly escalateMs: number | null;
}

/** An SLA, and how far it has been judged. */
export interface SlaState {
  readonly times: SlaTimes;
  /** The next moment to judge; null: all have been. */
  readonly dueMs: number | null;
  /** End of the execution; null while it runs. */
  readonly endedMs: number | null;
}

/** SLA events to record. */
export interface SlaPlan {
  /** Moments at which the execution had not ended, in their order. */
  readonly missed: readonly SlaMoment[];
  /** The next moment to judge; null after the last one. */
  readonly dueMs: number | null;
}

/** Plans what is due. A moment that a server looks at late is judged as of that moment. */
export function planSla({ times, dueMs, endedMs }: SlaState, nowMs: number): SlaPlan {
  const open = momentsOf(times).filter(({ atMs }) => dueMs !== null && atMs >= dueMs);
  const due = open.filter(({ atMs }) => atMs <= nowMs);
  const missed = due.filter(({ atMs }) => endedMs === null || endedMs > atMs);
  const next = open.find(({ atMs }) => atMs > nowMs);
  return { missed: missed.map(({ moment }) => moment), dueMs: next?.atMs ?? null };
}

/** The first moment to judge. Unit: ms since the epoch. */
export function firstMoment({ warnMs, breachMs }: SlaTimes): number {
  return warnMs ?? breachMs;
}

interface Timed {
  readonly moment: SlaMoment;
  readonly atMs: number;
}

/** In their order: a warning comes before the breach, an escalation after it. */
function momentsOf({ warnMs, breachMs, escalateMs }: SlaTimes): readonly Timed[] {
  return [
    ...(warnMs === null ? [] : [{ moment: 'warning' as const, atMs: warnMs }]),
    { moment: 'breached', atMs: breachMs },
    ...(escalateMs === null ? [] : [{ moment: 'escalated' as const, atMs: escalateMs }]),
  ];
}
