/**
 * Writes with an operation: the executor runs it, once everything that admits it is committed.
 */

import type { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { type OperationName, operationRow } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { traceFields } from '@novacron/tracing/trace-fields';
import type { ChangeSet } from '../../../ports/store.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/resource-problems.ts';
import { auditChange } from '../audit/audit.ts';
import { baselineChanges } from '../baselines/baseline.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { WriteDecision } from '../context/policy-question.ts';
import {
  OPERATION_DEADLINE_MS,
  type OperationDefinition,
} from '../definitions/operation-definition.ts';
import { eventSource } from '../events/event-source.ts';
import { eventChange } from '../events/events.ts';
import { idempotencyChanges, requestOf, UNKEYED } from '../idempotency/idempotency.ts';
import {
  insertOperation,
  type NewOperation,
  planOperation,
} from '../operations/admit-operation.ts';
import { toDefinition } from '../operations/saga.ts';
import { stepEvents } from '../operations/step-events.ts';
import { planOperationTrace } from '../operations/trace-operations.ts';
import { type Check, placeWrite } from './checked-write.ts';
import { dropRepeatedGuards } from './commit-changes.ts';
import type { AdmittedWrite, PreparedWrite, WriteScope } from './prepared-write.ts';
import { refuseLostNode } from './refuse-lost-node.ts';
import { type AnsweredRequest, previewWrite, takeWrite, type Write } from './take-write.ts';

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
  const admitted = await takeWrite(deps, context, toWrite({ name, input, check }, context));
  if (admitted.ok) logAdmitted(deps, context, admitted.value);
  return admitted;
}

/** Logs a write that was committed now. */
export function logAdmitted(
  { logger }: Pick<KernelDeps, 'logger'>,
  { requestId, trace }: CallContext,
  { admission, operation }: AdmittedWrite,
): void {
  if (admission === 'earlier') return;
  const { id, kind, target_id: target } = operation;
  const logged = { operation: id, requestId, kind, ...traceFields(trace), target };
  logger.info(logged, 'operation admitted');
}

/**
 * Tries to admit a write. Nothing is stored.
 * @returns what its admission would be refused with now; none where it would be admitted
 */
export async function tryWrite<
  Input extends Readonly<Record<string, unknown>>,
  Deps extends KernelDeps,
>(
  name: OperationName,
  input: Input,
  check: Check<Input, Deps>,
  deps: Deps,
  context: CallContext,
): Promise<readonly Problem[]> {
  return (await previewWrite(deps, context, toWrite({ name, input, check }, context))).problems;
}

/** A write with an operation, as all writes are taken. */
export function toWrite<Input extends Readonly<Record<string, unknown>>, Deps extends KernelDeps>(
  asked: {
    readonly name: OperationName;
    readonly input: Input;
    readonly check: Check<Input, Deps>;
  },
  context: CallContext,
): Write<AdmittedWrite, Deps> {
  const { name, input, check } = asked;
  return {
    operation: name,
    audited: input,
    keyed: {
      request: requestOf(name, input, context),
      show: async ({ resourceId, operation }) =>
        ok({ admission: 'earlier', resourceId, operation, warnings: [], notices: [] }),
    },
    check: async (deps) => {
      const scope = { deps, context, operationId: deps.ids.next('op'), nowMs: deps.clock.nowMs() };
      const checked = await check(input, scope);
      if (!checked.ok) return checked;
      return ok({
        writes: [{ ...checked.value, operation: name }],
        // An update has an id at most; people know the resource by its name.
        target: { ...input, name: checked.value.target.name },
        plan: async ([decision]) => {
          const placed = await placeWrite(checked.value);
          if (!placed.ok) return placed;
          const lost = await refuseLostNode(deps, name, placed.value.saga);
          if (lost !== undefined) return err([lost]);
          const { prerequisites, wait } = placed.value;
          const part = { name, prepared: placed.value, scope, decision };
          return ok({
            ...(prerequisites === undefined ? {} : { prerequisites }),
            wait,
            commit: (request) => commitOf(part, request),
          });
        },
      });
    },
  };
}

/** A write that the policies have allowed, ready to be committed. */
export interface AllowedWrite {
  readonly name: OperationName;
  readonly prepared: PreparedWrite;
  readonly scope: WriteScope;
  readonly decision: WriteDecision | undefined;
}

/** All that a write commits, and the answer to it. */
export function commitOf(
  { name, prepared, scope, decision }: AllowedWrite,
  request: AnsweredRequest,
): { readonly changes: ChangeSet; readonly answer: AdmittedWrite } {
  const { warnings = [], policies = [] } = decision ?? {};
  const { target, notices = [] } = prepared;
  const operation = planWrite(name, prepared, scope);
  const resourceId = target.id;
  return {
    changes: [
      ...admissionChanges(name, prepared, operation, { scope, request }),
      ...recordSetAside(name, prepared, policies, scope),
    ],
    answer: { admission: 'new', resourceId, operation: operation.row, warnings, notices },
  };
}

/**
 * The same of several writes in one commit; the first one holds the key for all.
 * @param guards - changes that all of them rely on
 */
export function commitOfAll(
  writes: readonly AllowedWrite[],
  guards: ChangeSet,
  request: AnsweredRequest,
): { readonly changes: ChangeSet; readonly answer: readonly AdmittedWrite[] } {
  const commits = writes.map((write, at) => commitOf(write, at === 0 ? request : UNKEYED));
  return {
    changes: dropRepeatedGuards([...guards, ...commits.flatMap(({ changes }) => changes)]),
    answer: commits.map(({ answer }) => answer),
  };
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
      source: eventSource(context),
      target: target.id,
      priority: 'high',
      data: { operation: name, name: target.name, by: context.principal.name, policies: setAside },
    }),
  ];
}

/** A write without steps has ended when it is admitted. */
const EMPTY_DEFINITION = { steps: [], finalize: [], rollback: [], release: [] } as const;

/** The operation that runs a write, already ended where there is nothing to do. */
function planWrite(name: OperationName, prepared: PreparedWrite, scope: WriteScope): NewOperation {
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
function admissionChanges(
  name: OperationName,
  prepared: PreparedWrite,
  operation: NewOperation,
  from: {
    readonly scope: WriteScope;
    readonly request: AnsweredRequest;
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
      source: eventSource(context),
      target: prepared.target.id,
      priority: 'normal',
      data: { operation_id: row.id, name: prepared.target.name },
    }),
    ...stepEvents(deps, { row, definition: prepared }, operation.log),
  ];
}
