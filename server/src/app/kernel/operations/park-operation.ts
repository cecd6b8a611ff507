/**
 * Operations whose steps wait for a person, or that are paused: none of them takes memory or a
 * timer. The row says that no server runs it, and when one goes on with it in any case.
 */
import type { WorkflowPlan } from '@novacron/engine/sagas/model/workflow';
import { replan } from '../../rows/resource-problems.ts';
import type { WaitingStep } from '../definitions/operation-definition.ts';
import type { ActiveOperation } from './active-operation.ts';
import type { Progress } from './commit-progress.ts';
import { PARKED } from './parked-owner.ts';

/** The runs that need not be launched now. */
interface Waiting {
  /** Keys of the runs in progress, and of those that wait. */
  readonly busy: ReadonlySet<string>;
  /** Time at which the first wait ends automatically; undefined if there is none. */
  readonly untilMs: number | undefined;
  /** Keys of the waits that end because the operation goes no further. */
  readonly over: ReadonlySet<string>;
}

/** Forgets the waits that are over: their time is up, or the operation goes no further. */
export function stillWaiting(
  { waiting, inFlight }: Pick<ActiveOperation, 'waiting' | 'inFlight'>,
  {
    status,
    stopping,
  }: Pick<Extract<WorkflowPlan<unknown>, { kind: 'run' }>, 'status' | 'stopping'>,
  nowMs: number,
): Waiting {
  const over = new Set<string>();
  for (const [key, { untilMs }] of waiting) {
    const isGivenUp = status === 'undoing' || stopping === 'yes';
    if (isGivenUp) over.add(key);
    if (isGivenUp || untilMs <= nowMs) waiting.delete(key);
  }
  const ends = [...waiting.values()].map(({ untilMs }) => untilMs);
  const first = ends.length === 0 ? undefined : Math.min(...ends);
  return { busy: new Set([...inFlight, ...waiting.keys()]), untilMs: first, over };
}

/**
 * Lets a run wait. What it waits for may have come while it looked: then it looks again.
 * @param of.wakes - those of the operation when it began to look
 */
export function beginWait(
  operation: ActiveOperation,
  key: string,
  { outcome, wakes }: { readonly outcome: WaitingStep; readonly wakes: number },
): void {
  operation.inFlight.delete(key);
  if (wakes === operation.wakes) operation.waiting.set(key, outcome);
}

/** Ends the waits of an operation, also those that are about to begin. */
export function endWaits(operation: ActiveOperation | undefined): void {
  if (operation === undefined) return;
  operation.wakes += 1;
  operation.waiting.clear();
}

/** The earlier of two moments, either of which may be missing. */
export function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

/** The commit that parks an operation, unless one of its steps has stopped waiting meanwhile. */
export function parkingProgress(
  { row, waiting }: Pick<ActiveOperation, 'row' | 'waiting'>,
  wakeAtMs: number | undefined,
): Pick<Progress, 'changes' | 'evidence'> {
  const { id, fence: expected } = row;
  const fence = expected + 1;
  const parked = {
    kind: 'update',
    table: 'operations',
    id,
    set: { owner: PARKED, fence, wake_at_ms: wakeAtMs ?? null },
    expect: { fence: expected },
    otherwise: replan(`The operation ${id}`),
  } as const;
  const guards = [...waiting.values()].map(({ still }) => still);
  return { changes: [...guards, parked], evidence: { kind: 'fence', fence } };
}
