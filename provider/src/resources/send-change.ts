/**
 * Sends updates and deletes under the condition that the desired fields are those that the plan was
 * made from: an optimistic lock. A plan may be older than its apply, and Terraform requires that
 * the result has every value that the plan has shown.
 */
import { equalJson } from '@novacron/contract/json';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { temporaryName } from '@novacron/contract/schema/resource';
import { isRecord } from '../cty/is-record.ts';
import { splitLabels, withAllLabels } from '../fields/default-labels.ts';
import {
  changedFields,
  containsUnknown,
  sameValue,
  stateOf,
  type Values,
} from '../fields/field-values.ts';
import type { ResourceKindInfo } from '../fields/resource-kinds.ts';
import { showChange } from '../fields/shown-values.ts';
import { timeoutOf } from '../fields/timeouts.ts';
import type { PrivateState } from '../framework/private-state.ts';
import type { ResourceAnswer, Session } from '../rpc/session.ts';
import { createHolderWait } from './await-holder.ts';
import { REVISION_KEY, SIZE_KEY } from './planning/plan-write.ts';

/** Sends of one update; each further one means that another write was committed in between. */
const ATTEMPTS_MAX = 8;

/** The answer of a write. */
export interface Written {
  readonly resource?: ResourceAnswer;
  readonly operation: OutputOf<'operation.get'>;
  readonly notices?: readonly string[] | undefined;
}

/** A planned update. */
export interface PlannedUpdate {
  readonly id: string;
  readonly prior: Values;
  readonly desired: Values;
  /** Configuration as written: `ignore_changes` is not applied to it. */
  readonly config: Values;
  /** The changed fields, as the server receives them. */
  readonly input: Values;
}

/** What a write needs of the handler that sends it. */
interface SendContext {
  readonly client: Session;
  readonly signal: AbortSignal;
  readonly privateState: PrivateState;
}

/**
 * Sends an update. Where the desired fields have changed since the plan, their values decide: only
 * a field that is configured or that this plan changes is a conflict.
 * @returns the server's answer, or `revision-mismatch` with the fields that have changed: then
 *   nothing is written
 */
export function sendUpdate(
  context: SendContext,
  { kind, table }: ResourceKindInfo,
  update: PlannedUpdate,
): Promise<Result<Written, Problem>> {
  const { client: session, signal } = context;
  const { id, input, prior } = update;
  return sendIfUnchanged(context, kind, {
    id,
    send: (condition) =>
      session.client.call(`${kind}.update`, { ...input, ...condition, id }, { signal }),
    awaitHolder: createHolderWait(session, signal, timeoutOf(update.desired, 'update').durationMs),
    refusalBy: (current) => {
      const conflicts = findConflicts(table, update, stateOf(table, current, prior)).filter(
        // What the server clears with a resource that this run has deleted.
        ({ was, is }) => is !== null || !session.deleted.has(String(was)),
      );
      return conflicts.length === 0 ? undefined : changedSincePlan(conflicts);
    },
  });
}

/**
 * Sends a delete. A field that has another value than the plan was made from is a conflict: what
 * is deleted is no longer what the plan has shown.
 * @param prior - the state that the plan was made from
 * @returns the server's answer, or `revision-mismatch` with the fields that have changed: then
 *   nothing is deleted
 */
export function sendDelete(
  context: SendContext,
  { kind, table }: ResourceKindInfo,
  prior: Values,
): Promise<Result<Written, Problem>> {
  const { client: session, signal, privateState } = context;
  const id = String(prior.id);
  const isScaled = (prior.scaling ?? prior.desired_size ?? null) !== null;
  const size = isScaled ? undefined : privateState.get(SIZE_KEY);
  return sendIfUnchanged(context, kind, {
    id,
    isOfWhole: size !== undefined,
    send: (condition) => session.client.call(`${kind}.delete`, { ...condition, id }, { signal }),
    refusalBy: (current) => {
      const desired = findDeleteConflicts(table, prior, stateOf(table, current, prior));
      const isResized = size !== undefined && size !== current.size;
      const resized = isResized ? [{ name: 'size', was: size, is: current.size }] : [];
      const conflicts = [...desired, ...resized];
      return conflicts.length === 0 ? undefined : changedSincePlan(conflicts, 'deleted');
    },
  });
}

/** The revision of a resource for which a write is sent: of its desired fields, or of all. */
interface Condition {
  readonly if_desired_revision?: string;
  readonly if_revision?: number;
}

/** A write under a condition. */
interface ConditionalWrite {
  readonly id: string;
  /** Whether it depends on more than the desired fields: these are read before it is sent. */
  readonly isOfWhole?: boolean;
  readonly send: (condition: Condition) => Promise<Result<Written, Problem>>;
  /** Waits for the holder of a value that the write needs; resolves with false to give up. */
  readonly awaitHolder?: (refusal: Problem) => Promise<boolean>;
  /** Problem of the write, given the resource as it is now; undefined if it may be sent. */
  readonly refusalBy: (current: ResourceAnswer) => Problem | undefined;
}

/** Sends a write until the resource does not change between its check and the write. */
async function sendIfUnchanged(
  context: SendContext,
  kind: ResourceKindInfo['kind'],
  write: ConditionalWrite,
): Promise<Result<Written, Problem>> {
  const { send, awaitHolder, isOfWhole = false } = write;
  const expected = revisionOf(context.privateState);
  let condition: Condition = expected === undefined ? {} : { if_desired_revision: expected };
  let isToCheck = isOfWhole;
  for (let attempt = 1; ; attempt += 1) {
    if (isToCheck) {
      const checked = await checkCurrent(context, kind, write);
      if (!checked.ok) return checked;
      condition = checked.value;
    }
    const answer = await send(condition);
    isToCheck = false;
    if (!answer.ok && awaitHolder !== undefined && (await awaitHolder(answer.error))) continue;
    isToCheck = !answer.ok && answer.error.code === 'revision-mismatch';
    if (!isToCheck || expected === undefined || attempt >= ATTEMPTS_MAX) return answer;
  }
}

/** Returns the condition under which a write may be sent, or the problem that it has by now. */
async function checkCurrent(
  { client: session, signal }: SendContext,
  kind: ResourceKindInfo['kind'],
  { id, isOfWhole, refusalBy }: ConditionalWrite,
): Promise<Result<Condition, Problem>> {
  const current: Result<ResourceAnswer, Problem> = await session.client.call(
    `${kind}.get`,
    { id },
    { signal },
  );
  if (!current.ok) return current;
  const refusal = refusalBy(current.value);
  if (refusal !== undefined) return err(refusal);
  const { revision, desired_revision } = current.value;
  return ok(
    isOfWhole === true
      ? { if_revision: Number(revision) }
      : { if_desired_revision: String(desired_revision) },
  );
}

function revisionOf(privateState: PrivateState): string | undefined {
  const revision = privateState.get(REVISION_KEY);
  return typeof revision === 'string' ? revision : undefined;
}

/** A field that has another value than the plan was made from. */
export interface Conflict {
  readonly name: string;
  readonly was: unknown;
  readonly is: unknown;
}

/**
 * Finds the fields that keep an update from being made as planned.
 * @param table - the fields of the kind
 * @param current - the object as it is now
 */
export function findConflicts(
  table: ResourceKindInfo['table'],
  { id, prior, desired, config, input }: PlannedUpdate,
  current: Values,
): readonly Conflict[] {
  const was = withAllLabels(prior);
  const is = withAllLabels(splitLabels(current, prior));
  const planned = withAllLabels(desired);
  return changedFields(table, was, is)
    .filter((name) => {
      // Another resource of this run has taken the name that this update gives up.
      if (name === 'name' && is.name === temporaryName(String(was.name), id)) return false;
      const isThere =
        !containsUnknown(planned[name]) && sameValue(table[name], planned[name], is[name]);
      return !isThere && (name in input || isManaged(config[name], desired[name]));
    })
    .map((name) => ({ name, was: was[name], is: is[name] }));
}

/**
 * Finds the fields that keep an object from being deleted as planned: all that have changed, except
 * a reference that is gone and a size that its own scaling rules have changed.
 */
export function findDeleteConflicts(
  table: ResourceKindInfo['table'],
  prior: Values,
  current: Values,
): readonly Conflict[] {
  const was = withAllLabels(prior);
  const is = withAllLabels(splitLabels(current, prior));
  return changedFields(table, was, is)
    .filter((name) => {
      // Another resource of this run has taken the name.
      if (name === 'name' && is.name === temporaryName(String(was.name), String(prior.id))) {
        return false;
      }
      const isReleased = (is[name] ?? null) === null && table[name]?.references !== undefined;
      const isScaled = name === 'desired_size' && (prior.scaling ?? null) !== null;
      return !isReleased && !isScaled;
    })
    .map((name) => ({ name, was: was[name], is: is[name] }));
}

/**
 * Whether the configuration sets a field. It differs from the plan where `ignore_changes` lists the
 * field; a plan has more values than a configuration where defaults were added.
 */
function isManaged(configured: unknown, planned: unknown): boolean {
  return (configured ?? null) !== null && includes(planned, configured);
}

function includes(planned: unknown, configured: unknown): boolean {
  if ((configured ?? null) === null || containsUnknown(planned)) return true;
  if (Array.isArray(configured)) {
    return Array.isArray(planned) && configured.length === planned.length;
  }
  if (!isRecord(configured)) return configured === planned;
  if (!isRecord(planned)) return false;
  return Object.entries(configured).every(([name, each]) => includes(planned[name], each));
}

/**
 * Returns the problem of a write whose plan is out of date: `revision-mismatch`.
 * @param done - what did not happen
 */
export function changedSincePlan(
  conflicts: readonly Conflict[],
  done: 'written' | 'deleted' = 'written',
): Problem {
  const lines = conflicts.map(({ name, was, is }) => showChange(name, was, is));
  return problem('revision-mismatch', {
    detail: `Another client has changed it since the plan was made:\n\n${lines.join('\n')}`,
    remedy: `Nothing was ${done}. Make a new plan, which starts from the current values.`,
    fields: conflicts.map(({ name }) => ({ path: [name], message: 'has changed since the plan' })),
  });
}

/**
 * Returns the state after an update: of fields that it did not write, as planned. Where the server
 * has another value by now, the next refresh reports it.
 * @param sent.input - the fields that the update has written
 * @param sent.revisionKey - private state key of the revision that belongs to the state
 */
export function asPlanned(
  state: Values,
  planned: Values,
  sent: {
    readonly input: Values;
    readonly privateState: PrivateState;
    readonly revisionKey?: string;
  },
): Values {
  const others = Object.keys(state).filter((name) => {
    if (name in sent.input || !(name in planned) || containsUnknown(planned[name])) return false;
    return !equalJson(state[name] ?? null, planned[name] ?? null);
  });
  if (others.length === 0) return state;
  // The revision is that of other values than those of the state.
  sent.privateState.delete(sent.revisionKey ?? REVISION_KEY);
  return { ...state, ...Object.fromEntries(others.map((name) => [name, planned[name]])) };
}
