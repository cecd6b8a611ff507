/** `novacron drift watch`: reports drift as it appears and is resolved, driven by events. */

import type { DriftSeverity, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import { err, ok, type Result } from '@novacron/contract/result';
import { EVENT_PAUSE_MS, eventsAfter, newestPosition } from '../../client/event-positions.ts';
import type { Session } from '../../client/session.ts';
import type { Failure } from '../../failures/failure.ts';
import { pause } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import type { Fields } from '../../output/fields.ts';
import { plainLine } from '../../output/plain-text.ts';
import type { OutputFormat } from '../../output/render-output.ts';
import { writeJson, writeYaml } from '../../output/write-values.ts';
import { sortRecords } from './describe-record.ts';
import { failureOfDrift, readRecords } from './read-records.ts';

/** Drift to watch. */
export interface WatchRequest {
  readonly kind?: string;
  readonly deployment?: string;
  /** Ends with the first drift that is so severe. */
  readonly failOn: DriftSeverity | undefined;
  /** Watches so long and ends; else until interrupted. Unit: seconds. */
  readonly forSeconds?: number;
}

/** One reported change. */
type Change =
  | { readonly change: 'drifted'; readonly record: ExplainedDriftRecord }
  | { readonly change: 'resolved'; readonly record: ExplainedDriftRecord };

/**
 * Writes what has drifted, then every change of that. Failures: problems of the server, the
 * finding of `failOn`, interrupted.
 */
export async function watchDrift(session: Session, request: WatchRequest): Promise<Outcome> {
  const end = new AbortController();
  const { timers } = session.io;
  const cancel =
    request.forSeconds === undefined
      ? () => {}
      : timers.after(request.forSeconds * 1000, () => end.abort());
  const until = AbortSignal.any([session.signal, end.signal]);
  try {
    const failure = await follow(session, request, until);
    if (failure !== undefined) return { failure };
    return end.signal.aborted ? {} : { failure: { kind: 'interrupted', message: 'interrupted' } };
  } finally {
    cancel();
  }
}

/** @returns why it stopped before it was interrupted */
async function follow(
  session: Session,
  request: WatchRequest,
  until: AbortSignal,
): Promise<Failure | undefined> {
  // The position comes first: what happens from here on is either in the report or an event.
  const newest = await newestPosition(session);
  if (!newest.ok) return newest.error;
  let seen = newest.value;
  const first = await reportChanges(session, request, new Map());
  if (!first.ok) return first.error;
  let known = first.value;
  if (session.progress === 'shown') {
    session.io.stderr.write(`Watching. ${countOf(known.size, 'resource')} drifted.\n`);
  }
  while (!until.aborted) {
    await pause(session.io.timers, EVENT_PAUSE_MS, until);
    if (until.aborted) return undefined;
    // Any event may have changed something; where events were forgotten, everything may have.
    const events = await eventsAfter(session, seen);
    if (!events.ok) return events.error;
    if (events.value.position === seen) continue;
    seen = events.value.position;
    const reported = await reportChanges(session, request, known);
    if (!reported.ok) return reported.error;
    known = reported.value;
  }
  return undefined;
}

type Known = ReadonlyMap<string, ExplainedDriftRecord>;

/** Writes what differs from what is known. Failures: also the finding of `failOn`. */
async function reportChanges(
  session: Session,
  request: WatchRequest,
  known: Known,
): Promise<Result<Known, Failure>> {
  const records = await readRecords(session, filterOf(request));
  if (!records.ok) return records;
  const now = new Map(records.value.map((record) => [record.resource_id, record]));
  const { io, output } = session;
  for (const change of changesBetween(known, now)) io.stdout.write(textOf(change, output));
  const failure = failureOfDrift(records.value, request.failOn);
  return failure === undefined ? ok(now) : err(failure);
}

function filterOf({ kind, deployment }: WatchRequest): Fields {
  return {
    ...(kind === undefined ? {} : { resource_kind: kind }),
    ...(deployment === undefined ? {} : { deployment }),
  };
}

function changesBetween(before: Known, now: Known): readonly Change[] {
  const isKnown = (record: ExplainedDriftRecord): boolean => {
    const earlier = before.get(record.resource_id);
    return JSON.stringify(earlier?.explanation) === JSON.stringify(record.explanation);
  };
  const fresh = [...now.values()].filter((record) => !isKnown(record));
  const gone = [...before.values()].filter(({ resource_id: id }) => !now.has(id));
  return [
    ...sortRecords(fresh.map((record) => ({ record }))).map(({ record }) => ({
      change: 'drifted' as const,
      record,
    })),
    ...gone.map((record) => ({ change: 'resolved' as const, record })),
  ];
}

function textOf(change: Change, format: OutputFormat): string {
  if (format === 'json') return `${writeJson(change)}\n`;
  if (format === 'yaml') return `---\n${writeYaml(change)}`;
  const { resource_kind: kind, resource_name: name, explanation } = change.record;
  if (change.change === 'resolved') return `${kind} ${plainLine(name)} is no longer drifted\n`;
  return explanation
    .map((line, index) => `${index === 0 ? '' : '  '}${plainLine(line)}\n`)
    .join('');
}
