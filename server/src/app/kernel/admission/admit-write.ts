/**
 * The one way a write happens: prepare (pure reading and planning), ask the policies, commit
 * everything at once, then let the executor carry it out. A preview is the same without the commit.
 */
import type { OperationId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations';
import type { PlacementDecision } from '@novacron/contract/placement';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { traceFields } from '@novacron/tracing/trace-fields';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables.ts';
import type { CallContext } from '../../composition/application.ts';
import { decideWrite } from '../../policy/decide/decide-write.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import type { StoredKind } from '../../rows/resource-tables.ts';
import { auditChange, auditRefusal } from '../audit/audit.ts';
import { baselineChanges } from '../baselines/baseline.ts';
import type { AppDeps, InstanceDeps } from '../context/deps.ts';
import { eventChange } from '../events/events.ts';
import {
  type EarlierAnswer,
  findEarlierAnswer,
  idempotencyChanges,
  type KeyedRequest,
  requestOf,
} from '../idempotency/idempotency.ts';
import {
  insertOperation,
  type NewOperation,
  planOperation,
} from '../operations/admit-operation.ts';
import type { OperationStepDefinition } from '../operations/operation-definition.ts';
import { planOperationTrace } from '../operations/trace-operations.ts';
import { takeTurn } from './admission-semaphore.ts';

/**
 * Rounds of "somebody was faster": each one means that another write went through. More than a
 * batch of JSON-RPC holds, whose elements all start from the same moment.
 */
export const ADMISSION_ROUNDS_MAX = 128;

/**
 * An operation that takes longer than this goes backward: longer than all attempts at the slowest
 * step, which is a migration, so that only what hangs for good is meant.
 */
const OPERATION_MS_MAX = 8 * 3_600_000;

/** Writes that leave every field as it is. */
const APPLIES_NOTHING: readonly OperationName[] = [
  ...(['vm.migrate', 'vm.start', 'vm.stop', 'snapshot.restore', 'drift.remediate'] as const),
];

/** Everything a write will do, before it is allowed to. */
export interface PreparedWrite {
  /** To be committed alone, after which the write is prepared again. */
  readonly announce?: ChangeSet;
  readonly resourceKind: StoredKind | 'node' | 'fleet' | 'reservation';
  readonly target: { readonly id: string; readonly name: string };
  /** The fields as they are; null for a create. */
  readonly before: JsonObject | null;
  /** The fields wanted; null for a delete. */
  readonly wanted: JsonObject | null;
  /** Admission itself: desired state and reservations. */
  readonly changes: ChangeSet;
  readonly steps: readonly OperationStepDefinition[];
  readonly onSuccess: ChangeSet;
  readonly onFailure: ChangeSet;
  /** Lets go of the resource when its operation could not be undone. */
  readonly onStuck: ChangeSet;
  /** Takes the resource back from `onStuck`; without it a stuck operation is not retried. */
  readonly onRetry?: ChangeSet;
  readonly placement: PlacementDecision | null;
  /** What to tell the requester besides what policies say. */
  readonly notices?: readonly string[];
  /** Fields whose change restarts what runs. */
  readonly restarts?: readonly string[];
  /** Fields whose new value says what the old one says. */
  readonly respelled?: readonly string[];
  /** Fields that were found to be otherwise than wanted, and that it does not ask to be changed. */
  readonly leaves?: JsonObject;
}

/** What preparing may know. */
export interface WriteScope {
  readonly deps: AppDeps;
  readonly context: CallContext;
  readonly operationId: OperationId;
  readonly nowMs: number;
}

/** A scope that leads to an operation, which belongs to the server that admits it. */
export interface AdmissionScope extends WriteScope {
  readonly deps: InstanceDeps;
}

/** Reads and plans one kind of write; all problems at once. */
export type Prepare<Input> = (
  input: Input,
  scope: WriteScope,
) => Promise<Result<PreparedWrite, readonly Problem[]>>;

/** What an admitted write answers with. */
export interface AdmittedWrite {
  /** `earlier`: the same request has been admitted before, maybe by another server. */
  readonly admission: 'new' | 'earlier';
  readonly resourceId: string;
  readonly operation: Tables['operations'];
  readonly warnings: readonly { readonly policy: string; readonly message: string }[];
  readonly notices: readonly string[];
}

/** Says "read again and plan again": the guard of an optimistic change has failed. */
export function replan(what: string): Problem {
  return problem('conflict', {
    detail: `${what} was changed by somebody else at the same time.`,
    remedy: 'Send the request again.',
    data: { replan: true },
  });
}

/** Admits a write: all of it is durable when this answers. */
export async function admitWrite<Input extends Readonly<Record<string, unknown>>>(
  name: OperationName,
  input: Input,
  prepare: Prepare<Input>,
  deps: InstanceDeps,
  context: CallContext,
): Promise<Result<AdmittedWrite, Problem>> {
  let last: Problem = replan('It');
  const attempt = () => tryToAdmit(name, input, prepare, deps, context);
  for (let round = 0; round < ADMISSION_ROUNDS_MAX; round += 1) {
    const tried = round === 0 ? await attempt() : await takeTurn(deps, context, attempt);
    if (tried.ok || tried.error.data?.replan !== true) return tried;
    last = tried.error;
    deps.telemetry?.count('novacron_admission_replans_total', { operation: name });
  }
  return err(last);
}

async function tryToAdmit<Input extends Readonly<Record<string, unknown>>>(
  name: OperationName,
  input: Input,
  prepare: Prepare<Input>,
  deps: InstanceDeps,
  context: CallContext,
): Promise<Result<AdmittedWrite, Problem>> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const request = requestOf(name, input, context);
  const earlier = await findEarlierAnswer(deps.store, context, request);
  if (!earlier.ok) return earlier;
  if (earlier.value.kind === 'found') {
    const { kind: _, ...answered } = earlier.value;
    return ok({ admission: 'earlier', ...answered, warnings: [], notices: [] });
  }
  return admitOnce(name, input, prepare, scope, { ...request, earlier: earlier.value });
}

async function admitOnce<Input extends Readonly<Record<string, unknown>>>(
  name: OperationName,
  input: Input,
  prepare: Prepare<Input>,
  scope: AdmissionScope,
  request: KeyedRequest & { readonly earlier: EarlierAnswer },
): Promise<Result<AdmittedWrite, Problem>> {
  const { deps, context } = scope;
  const prepared = await prepare(input, scope);
  if (!prepared.ok) {
    // What speaks against it may be this very request, sent twice and admitted a moment ago.
    const earlier = await findEarlierAnswer(deps.store, context, request);
    if (earlier.ok && earlier.value.kind === 'found') return err(replan('It'));
    const found = prepared.error[0] ?? replan('It');
    if (found.data?.replan !== true) await auditRefusal(deps, context, name, input, found);
    return err(found);
  }
  const decision = await decideWrite(deps, context, {
    operation: name,
    resourceKind: prepared.value.resourceKind,
    target: prepared.value.target,
    before: prepared.value.before,
    wanted: prepared.value.wanted,
    unknown: [],
  });
  if (decision.problem !== undefined) {
    // The input of a change has an id at most; people know the resource by its name.
    const about = { ...input, name: prepared.value.target.name };
    await auditRefusal(deps, context, name, about, decision.problem);
    return err(decision.problem);
  }
  const { announce = [] } = prepared.value;
  if (announce.length > 0) {
    const announced = await deps.store.commit(announce);
    return announced.ok ? err(replan('A rule')) : announced;
  }
  const operation = planWrite(name, prepared.value, scope);
  const { row } = operation;
  const done = await deps.store.commit(
    admissionChanges(name, prepared.value, operation, { scope, request }),
  );
  if (!done.ok) return done;
  const logged = { operation: row.id, requestId: context.requestId, kind: row.kind };
  const traced = traceFields(context.trace);
  deps.logger.info({ ...logged, ...traced, target: row.target_id }, 'operation admitted');
  const { warnings } = decision;
  const { target, notices = [] } = prepared.value;
  return ok({ admission: 'new', resourceId: target.id, operation: row, warnings, notices });
}

/** The operation that carries a write out, or that has ended where nothing is to be done. */
export function planWrite(
  name: OperationName,
  prepared: PreparedWrite,
  scope: AdmissionScope,
): NewOperation {
  const { steps, onSuccess, onFailure, onStuck } = withBookkeeping(name, prepared, scope);
  const hasEnded = steps.length === 0;
  const { deps, context, operationId, nowMs } = scope;
  const settling = hasEnded
    ? { onSuccess: [], onFailure: [], onStuck: [] }
    : { onSuccess, onFailure, onStuck };
  const subject = {
    ...{ id: operationId, tenant_id: context.principal.tenantId, kind: name },
    ...{ target_kind: prepared.resourceKind, target_id: prepared.target.id },
    ...{ target_name: prepared.target.name, created_at_ms: nowMs },
    created_by: context.principal.name,
  };
  return planOperation(deps, subject, {
    steps,
    ...settling,
    ...(hasEnded ? {} : { deadlineMs: nowMs + OPERATION_MS_MAX }),
    ...(hasEnded || prepared.onRetry === undefined ? {} : { onRetry: prepared.onRetry }),
    requestId: context.requestId,
    ...planOperationTrace(deps.tracer, { operationId, parent: context.trace }),
  });
}

/**
 * Adds what every write does besides its own changes: the baseline that drift is measured from. A
 * move, a start or a stop applies no configuration, so what has drifted stays so.
 */
function withBookkeeping(
  name: OperationName,
  prepared: PreparedWrite,
  scope: WriteScope,
): PreparedWrite {
  if (prepared.wanted === null || APPLIES_NOTHING.includes(name)) return prepared;
  if (scope.context.client !== 'terraform') return prepared;
  const { resourceKind: kind, target } = prepared;
  // Nobody applies these from a configuration.
  if (kind === 'node' || kind === 'fleet' || kind === 'reservation') return prepared;
  // Terraform has read what was found: what it leaves, its configuration wants.
  const fields = { ...prepared.wanted, ...prepared.leaves };
  const { deployment } = scope.context;
  const of = { kind, target, fields, origin: 'apply', deployment } as const;
  const baseline = baselineChanges(scope, of);
  return { ...prepared, onSuccess: [...prepared.onSuccess, ...baseline] };
}

/** Everything that admitting a write commits. */
export function admissionChanges(
  name: OperationName,
  prepared: PreparedWrite,
  operation: NewOperation,
  from: {
    readonly scope: WriteScope;
    readonly request: KeyedRequest & { readonly earlier: EarlierAnswer };
  },
): ChangeSet {
  const { scope, request } = from;
  const { deps, context } = scope;
  const { row } = operation;
  const atOnce = row.status === 'succeeded' ? withBookkeeping(name, prepared, scope).onSuccess : [];
  return [
    ...prepared.changes,
    ...atOnce,
    ...insertOperation(operation, replan('The operation')),
    ...idempotencyChanges(context, request, prepared.target.id, row),
    auditChange(deps, context, {
      operation: name,
      outcome: 'done',
      resourceKind: prepared.resourceKind,
      target: prepared.target,
      changes: changedFields(prepared.before, prepared.wanted),
      atMs: scope.nowMs,
    }),
    eventChange(deps, {
      tenantId: context.principal.tenantId,
      type: row.status === 'succeeded' ? `${name}.succeeded` : `${name}.accepted`,
      source: 'api',
      target: prepared.target.id,
      priority: 'normal',
      data: { operation_id: row.id, name: prepared.target.name },
    }),
  ];
}
