/**
 * The only path of a write: check what is known without the fleet, ask the policies, place it,
 * commit everything at once, then let the executor run it. A preview is the same without the
 * commit.
 */

import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { traceFields } from '@novacron/tracing/trace-fields';
import type { ChangeSet } from '../../../ports/store.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/replan.ts';
import { auditChange, auditRefusal } from '../audit/audit.ts';
import { baselineChanges } from '../baselines/baseline.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { WriteDecision } from '../context/policy-question.ts';
import {
  OPERATION_DEADLINE_MS,
  type OperationDefinition,
} from '../definitions/operation-definition.ts';
import { eventChange } from '../events/events.ts';
import {
  commitTakeover,
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
import { toDefinition } from '../operations/saga.ts';
import { stepEvents } from '../operations/step-events.ts';
import { planOperationTrace } from '../operations/trace-operations.ts';
import { askOnce } from './ask-once.ts';
import { type Check, placeWrite, questionOf } from './checked-write.ts';
import { leaveOutLoadOf } from './leave-out-load-of.ts';
import type { AdmittedWrite, PreparedWrite, WriteScope } from './prepared-write.ts';
import { refuseLostNode } from './refuse-lost-node.ts';
import { retryConflicts } from './retry-conflicts.ts';

/** Admits a write: all of it is durable when this returns. */
export async function admitWrite<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(
  name: OperationName,
  input: Input,
  check: Check<Input, Deps>,
  deps: Deps,
  context: CallContext,
): Promise<Result<AdmittedWrite, Problem>> {
  const asking = askOnce(deps);
  const attempt = () => tryToAdmit(name, input, check, asking, context);
  return retryConflicts(deps, context, name, attempt);
}

async function tryToAdmit<Input extends Readonly<Record<string, unknown>>, Deps extends KernelDeps>(
  name: OperationName,
  input: Input,
  check: Check<Input, Deps>,
  deps: Deps,
  context: CallContext,
): Promise<Result<AdmittedWrite, Problem>> {
  const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
  const request = requestOf(name, input, context);
  const earlier = await findEarlierAnswer(deps, context, request);
  if (!earlier.ok) {
    if (earlier.error.code === 'name-taken') {
      await auditRefusal(deps, context, name, input, earlier.error);
    }
    return earlier;
  }
  if (earlier.value.kind === 'found') {
    const { kind: _, takeover, ...answered } = earlier.value;
    const moved = await commitTakeover(deps.store, takeover);
    if (!moved.ok) return moved;
    return ok({ admission: 'earlier', ...answered, warnings: [], notices: [] });
  }
  return admitOnce(name, input, check, scope, { ...request, earlier: earlier.value });
}

async function admitOnce<Input extends Readonly<Record<string, unknown>>, Deps extends KernelDeps>(
  name: OperationName,
  input: Input,
  check: Check<Input, Deps>,
  scope: WriteScope<Deps>,
  request: KeyedRequest & { readonly earlier: EarlierAnswer },
): Promise<Result<AdmittedWrite, Problem>> {
  const { deps, context } = scope;
  const checked = await check(input, scope);
  if (!checked.ok) return refuse(name, input, checked.error, scope, request);
  const named = { ...input, name: checked.value.target.name };
  const decision = await deps.verdicts.decide(context, questionOf(name, checked.value));
  if (decision.problem !== undefined) {
    // Not a decision: the client sends it again, perhaps often.
    const isShed = decision.problem.code === 'rate-limited';
    // An update has an id at most; people know the resource by its name.
    if (!isShed) await auditRefusal(deps, context, name, named, decision.problem);
    return err(decision.problem);
  }
  const placed = await placeWrite(checked.value);
  if (!placed.ok) return refuse(name, input, placed.error, scope, request);
  const lost = await refuseLostNode(deps, name, placed.value.saga);
  if (lost !== undefined) {
    await auditRefusal(deps, context, name, named, lost);
    return err(lost);
  }
  return commitWrite(name, placed.value, decision, scope, request);
}

/** Audits what was found in the way of a write, unless another commit was faster. */
async function refuse(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
  found: readonly Problem[],
  { deps, context }: WriteScope,
  request: KeyedRequest,
): Promise<Result<never, Problem>> {
  // The conflict may be this very request, sent twice and admitted a moment ago.
  const earlier = await findEarlierAnswer(deps, context, request);
  if (earlier.ok ? earlier.value.kind === 'found' : earlier.error.code === 'name-taken') {
    return err(replan('It'));
  }
  const [refusal = replan('It')] = await leaveOutLoadOf(deps, context, found);
  if (refusal.data?.replan !== true) await auditRefusal(deps, context, name, input, refusal);
  return err(refusal);
}

async function commitWrite(
  name: OperationName,
  prepared: PreparedWrite,
  { warnings, policies }: WriteDecision,
  scope: WriteScope,
  request: KeyedRequest & { readonly earlier: EarlierAnswer },
): Promise<Result<AdmittedWrite, Problem>> {
  const { deps, context } = scope;
  const { prerequisites = [], wait, target, notices = [] } = prepared;
  if (wait !== undefined) return err(await wait());
  if (prerequisites.length > 0) {
    const committed = await deps.store.commit(prerequisites);
    return committed.ok ? err(replan('A rule')) : committed;
  }
  const operation = planWrite(name, prepared, scope);
  const { row } = operation;
  const done = await deps.store.commit([
    ...admissionChanges(name, prepared, operation, { scope, request }),
    ...recordSetAside(name, prepared, policies, scope),
  ]);
  if (!done.ok) return done;
  const logged = { operation: row.id, requestId: context.requestId, kind: row.kind };
  const traced = traceFields(context.trace);
  deps.logger.info({ ...logged, ...traced, target: row.target_id }, 'operation admitted');
  return ok({ admission: 'new', resourceId: target.id, operation: row, warnings, notices });
}

/** Records the policies without whose verdict their own repair was admitted. */
function recordSetAside(
  name: OperationName,
  { resourceKind, target }: PreparedWrite,
  policies: readonly PolicyVerdict[],
  { deps, context, nowMs }: WriteScope,
): ChangeSet {
  const setAside = policies
    .filter(({ set_aside }) => set_aside === true)
    .map(({ policy, version, reasons }) => ({ policy, version, reasons }));
  if (setAside.length === 0) return [];
  return [
    auditChange(deps, context, {
      operation: name,
      outcome: 'policy-set-aside',
      resourceKind,
      target,
      changes: { set_aside: { was: null, is: setAside } },
      atMs: nowMs,
    }),
    eventChange(deps, {
      tenantId: context.principal.tenantId,
      type: 'policy.set_aside',
      source: 'api',
      target: target.id,
      priority: 'high',
      data: { operation: name, name: target.name, by: context.principal.name, policies: setAside },
    }),
  ];
}

/** A write without steps has ended when it is admitted. */
const EMPTY_DEFINITION = { steps: [], finalize: [], rollback: [], release: [] } as const;

/** The operation that runs a write, already ended where there is nothing to do. */
export function planWrite(
  name: OperationName,
  prepared: PreparedWrite,
  scope: WriteScope,
): NewOperation {
  const { saga, leftDisks = [], keptDisks = [] } = addBaseline(name, prepared, scope);
  const { limitMs = OPERATION_DEADLINE_MS } = prepared;
  const hasEnded = saga.steps.length === 0;
  const { deps, context, operationId, nowMs } = scope;
  const subject = {
    id: operationId,
    tenant_id: context.principal.tenantId,
    kind: name,
    target_kind: prepared.resourceKind,
    target_id: prepared.target.id,
    target_name: prepared.target.name,
    created_at_ms: nowMs,
    created_by: context.principal.name,
  };
  return planOperation(deps, subject, {
    ...toDefinition(hasEnded ? EMPTY_DEFINITION : saga),
    ...(hasEnded ? {} : { deadlineMs: nowMs + limitMs }),
    ...decisionsOf(saga.reserve),
    ...(prepared.note === undefined ? {} : { note: prepared.note }),
    ...(prepared.execution === undefined ? {} : { execution: prepared.execution }),
    ...(prepared.queuedFor === undefined ? {} : { queuedFor: prepared.queuedFor }),
    ...(prepared.strategy === undefined ? {} : { strategy: prepared.strategy }),
    ...(leftDisks.length === 0 ? {} : { leftDisks }),
    ...(keptDisks.length === 0 ? {} : { keptDisks }),
    requestId: context.requestId,
    ...planOperationTrace(deps.tracer, { operationId, parent: context.trace }),
  });
}

/** The placement decisions that a write records, whose outcome is the end of its operation. */
function decisionsOf(reserve: ChangeSet): Pick<OperationDefinition, 'decisions'> {
  const decisions = reserve.flatMap((change) =>
    change.kind === 'insert' && change.into === 'placement_decisions' ? [change.row.id] : [],
  );
  return decisions.length === 0 ? {} : { decisions };
}

/**
 * Adds the parts that every write has: the baseline that drift is measured from. A move, a start or
 * a stop applies no configuration, so existing drift remains.
 */
function addBaseline(
  name: OperationName,
  prepared: PreparedWrite,
  scope: WriteScope,
): PreparedWrite {
  if (prepared.wanted === null || operationRow(name).applies === 'nothing') return prepared;
  if (scope.context.client !== 'terraform') return prepared;
  const { resourceKind, target } = prepared;
  const kind = RESOURCE_KINDS.find((each) => each === resourceKind);
  // Nodes, the fleet and reservations come from no configuration.
  if (kind === undefined) return prepared;
  // Terraform has read the observed fields: those that it leaves alone are what it wants.
  const fields = { ...prepared.wanted, ...prepared.leaves };
  const { deployment } = scope.context;
  const of = { kind, target, fields, origin: 'apply', deployment } as const;
  const baseline = baselineChanges(scope, of);
  const { saga } = prepared;
  return { ...prepared, saga: { ...saga, finalize: [...saga.finalize, ...baseline] } };
}

/** All changes that admitting a write commits. */
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
  const atOnce = row.status === 'succeeded' ? addBaseline(name, prepared, scope).saga.finalize : [];
  return [
    ...prepared.saga.reserve,
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
    ...stepEvents(deps, { row, definition: prepared }, operation.log),
  ];
}
