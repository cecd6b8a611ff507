/** `novacron workflow backfill`: shows the moments of a schedule, asks, and starts them. */
import { Backfill } from '@novacron/contract/automation/backfill';
import { readMoment } from '@novacron/contract/formats/read-moment';
import { err, ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { askToGoAhead } from '../../operations/confirm-plan.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';
import type { Document } from '../../output/render-output.ts';

/** Backfill to start. */
export interface BackfillRequest {
  /** Id or name. */
  readonly workflow: string;
  readonly schedule: number | undefined;
  readonly from: string;
  readonly until: string;
  /** `plan`: only shows the moments; `ask`: then asks, where a person can answer. */
  readonly mode: 'plan' | 'ask' | 'carry-out';
}

/**
 * Shows the moments, and starts those that have no execution. Failures: wrong usage, and problems
 * of the server.
 */
export async function backfillWorkflow(
  session: Session,
  request: BackfillRequest,
): Promise<Outcome> {
  const { io } = session;
  const input = await inputOf(session, request);
  if (!input.ok) return { failure: input.error };
  const planned = await callOperation(session, 'workflow.backfill', {
    ...input.value,
    dry_run: true,
  });
  if (!planned.ok) return { failure: planned.error };
  const plan = Backfill.parse(planned.value);
  const isAsked = request.mode === 'ask' && io.hasTerminal;
  if (request.mode !== 'carry-out' && !isAsked) {
    io.stderr.write('Dry run. Add --yes to start them\n');
    return { document: toDocument(plan) };
  }
  if (isAsked) {
    io.stderr.write(textOf(plan));
    const refused = await askToGoAhead(session);
    if (refused !== undefined) return { failure: refused };
  }
  const done = await callOperation(session, 'workflow.backfill', {
    ...input.value,
    confirm: plan.count,
  });
  return done.ok ? { document: toDocument(Backfill.parse(done.value)) } : { failure: done.error };
}

/** The period is the same in both calls, also where it is given as durations. */
async function inputOf(session: Session, request: BackfillRequest) {
  const { schedule } = request;
  const nowMs = session.io.now().getTime();
  const from = readTime(nowMs, request.from, 'from');
  if (!from.ok) return from;
  const until = readTime(nowMs, request.until, 'until');
  if (!until.ok) return until;
  const id = await resolveName(session, ['workflow'], request.workflow);
  if (!id.ok) return id;
  const place = schedule === undefined ? {} : { schedule };
  return ok({ id: id.value, ...place, from: from.value, until: until.value });
}

function readTime(nowMs: number, text: string, flag: string): Result<string, Failure> {
  const atMs = readMoment(text, nowMs);
  if (atMs !== undefined) return ok(new Date(atMs).toISOString());
  const forms = 'a time such as 2026-11-20T08:00:00Z, or how long ago it was, such as 7d';
  return err(usageFailure(`--${flag} must be ${forms}`));
}

function toDocument(value: Backfill): Document {
  return { kind: 'report', value, text: textOf(value) };
}

function textOf({ workflow, version, cron, timezone, count, started, moments }: Backfill): string {
  const left = moments.filter(({ status }) => status === 'to_start').length;
  const head =
    `${workflow} version ${version}, ${cron} ${timezone}: ${countOf(count, 'moment')}, ` +
    `${started} started now, ${left} to start`;
  const lines = moments.map(({ at, execution_id: id, started_by: by }) =>
    id === null ? `${at}  to start` : `${at}  ${id} (${by})`,
  );
  return [head, ...lines].map((line) => `${plainLine(line)}\n`).join('');
}
