/**
 * Sends the request of an attempt from one server at a time. Which one sends is stored before it
 * does. A vote, a signal, a pause or a cancellation may come to another server, which takes the
 * execution over: it waits for the one that has sent the request, and sends it again only where
 * that one has ended, as what has become of the request is not known then. While automation is held
 * it is not sent again: a restored server may find a request that was answered long ago.
 */

import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { wait } from '@novacron/runtime/wait';
import { z } from 'zod';
import type { Change } from '../../../../ports/store.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { StepOutcome } from '../../../kernel/definitions/operation-definition.ts';
import { readHolds } from '../../../kernel/holds/find-hold.ts';
import { ownerGuard } from '../../../kernel/operations/commit-progress.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';
import { failed } from '../../../platform/egress-outcome.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { type AutomationRun, attemptRow, findRow } from './automation-run.ts';
import { GIVEN_UP, HOLD_LOOK_MS, STOPPED } from './await-task.ts';

/** Interval at which a server checks whether another server has received the answer. Unit: ms. */
const LOOK_MS = 500;

/**
 * Maximum time that another server may take for a request, including its wait in the queue. Unit:
 * ms.
 */
const SENT_MS_MAX = 1_260_000;

/** The server that has a request, and how it has failed there. */
const Sender = z.object({
  server: z.string(),
  failure: z
    .object({
      message: z.string(),
      next: z.enum(['retry', 'final']),
      waitMs: z.number().optional(),
    })
    .optional(),
});
type Sender = z.infer<typeof Sender>;

type Failed = Extract<StepOutcome, { readonly kind: 'failed' }>;

/** The end of an attempt that another server has stored. */
export interface EndedElsewhere {
  readonly kind: 'ended-elsewhere';
}

/** Sends a request, or waits for the server that has sent it. */
export async function sendOnce<Outcome extends { readonly kind: 'answered' }>(
  run: AutomationRun,
  send: () => Promise<Outcome | StepOutcome>,
): Promise<Outcome | StepOutcome | EndedElsewhere> {
  const { clock, instanceId } = run.parts.deps;
  const endMs = clock.nowMs() + SENT_MS_MAX;
  let known = await findRow(run);
  for (;;) {
    const result = known?.result ?? null;
    if (result !== null) return { kind: 'ended-elsewhere' };
    const sender = senderOf(known);
    if (sender?.failure !== undefined) return failedAs(sender.failure);
    const isElsewhere =
      sender !== undefined && sender.server !== instanceId && clock.nowMs() < endMs;
    if (!isElsewhere || (await isGone(run, sender.server))) break;
    if (isStopped(run)) return failed('it goes on', 'retry');
    // What has been sent is waited for, as it is by the server that has sent it.
    await wait({ timers: run.parts.deps.timers, delayMs: LOOK_MS, signals: [run.stopping] });
    known = await findRow(run);
  }
  await awaitRelease(run);
  if (run.signal.aborted) return isStopped(run) ? failed('it goes on', 'retry') : GIVEN_UP;
  const begun = await begin(run, known);
  if (!begun.ok) return failed(begun.error.detail, 'retry');
  const outcome = await send();
  if (outcome.kind === 'failed' && !isStopped(run)) await noteFailure(run, outcome);
  return outcome;
}

/** Waits while automation is held. What is taken back is not part of it. */
async function awaitRelease({ parts, part, row, signal }: AutomationRun): Promise<void> {
  const { store, clock, timers } = parts.deps;
  while (part === 'action' && !signal.aborted) {
    const holds = await readHolds(store, { of: 'automation', nowMs: clock.nowMs() });
    if (!holds.ofTenant(row.tenant_id)) return;
    await wait({ timers, delayMs: HOLD_LOOK_MS, signals: [signal] });
  }
}

function failedAs({ message, next, waitMs }: NonNullable<Sender['failure']>): Failed {
  const least = waitMs === undefined ? {} : { waitMs };
  return { kind: 'failed', message, next, ...least };
}

/**
 * Stores the end of a request where this server has sent it, also where another one runs the
 * execution by now and waits for it.
 * @returns the outcome; with its record where that has to be stored with the log
 */
export async function storeEnd(run: AutomationRun, outcome: StepOutcome): Promise<StepOutcome> {
  const { record, ...ended } = outcome;
  if (record === undefined) return outcome;
  const done = await commitChanges(run.parts.deps, [senderGuard(run), record]);
  return done.ok ? ended : outcome;
}

/** Guard: this server has the request of an attempt. */
function senderGuard({ parts, id }: AutomationRun): Change {
  const expect = { sender_json: textOf({ server: parts.deps.instanceId }) };
  const otherwise = replan(`The attempt ${id}`);
  return { kind: 'update', table: 'execution_steps', id, set: {}, expect, otherwise };
}

function textOf(sender: Sender): string {
  return JSON.stringify(sender);
}

function senderOf(row: Tables['execution_steps'] | undefined): Sender | undefined {
  const json = row?.sender_json ?? null;
  return json === null ? undefined : Sender.parse(JSON.parse(json));
}

async function isGone({ parts }: AutomationRun, server: string): Promise<boolean> {
  const isServerGone = await parts.findLiveServers();
  return isServerGone(server);
}

function isStopped({ stopping, signal }: AutomationRun): boolean {
  return stopping.aborted || (signal.aborted && signal.reason === STOPPED);
}

/** Stores that this server sends it; refused where another one has been faster. */
async function begin(
  run: AutomationRun,
  known: Tables['execution_steps'] | undefined,
): Promise<Result<unknown, Problem>> {
  const { parts, id, row } = run;
  const { deps } = parts;
  const sender_json = textOf({ server: deps.instanceId });
  const otherwise = replan(`The attempt ${id}`);
  const change: Change =
    known === undefined
      ? {
          kind: 'insert',
          into: 'execution_steps',
          row: attemptRow(run, { sender_json }),
          otherwise,
        }
      : {
          kind: 'update',
          table: 'execution_steps',
          id,
          set: { sender_json },
          expect: { sender_json: known.sender_json, result: null },
          otherwise,
        };
  // Not its fence, which rises when this server takes the execution over from itself.
  return commitChanges(deps, [ownerGuard(row, deps.instanceId), change]);
}

/** Stores the failure for a server that has taken the execution over meanwhile. */
async function noteFailure(run: AutomationRun, { message, next, waitMs }: Failed): Promise<void> {
  const { deps } = run.parts;
  const failure = { message, next, ...(waitMs === undefined ? {} : { waitMs }) };
  const sender_json = textOf({ server: deps.instanceId, failure });
  const set = { sender_json };
  const otherwise = replan(`The attempt ${run.id}`);
  const change = { kind: 'update', table: 'execution_steps', id: run.id, set, otherwise } as const;
  const done = await commitChanges(deps, [senderGuard(run), change]);
  if (!done.ok) deps.logger.info({ attempt: run.id }, 'a failed request could not be recorded');
}
