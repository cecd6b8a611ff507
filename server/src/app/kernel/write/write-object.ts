/**
 * Writes of administrative objects: tenants, roles, API keys, channels, settings. They have no
 * steps, so there is no operation to follow. A keyed create is answered again instead of being
 * repeated: its key refers to an operation that has ended, like the key of a resource, so that
 * claims, deliveries and acknowledgements are the same for all.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/resource-problems.ts';
import { auditChange, auditRefusal } from '../audit/audit.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { idempotencyChanges, requestOf } from '../idempotency/idempotency.ts';
import { insertOperation, planOperation } from '../operations/admit-operation.ts';
import { reserveOnly, toDefinition } from '../operations/saga.ts';
import { planOperationTrace } from '../operations/trace-operations.ts';
import {
  type AnsweredRequest,
  type AskedWrite,
  decide,
  takeWrite,
  tryToTake,
  type Write,
} from './take-write.ts';

/** The commit of a write that the policies allow, and its answer. */
interface PlannedObject<Answer> {
  readonly changes: ChangeSet;
  /** Entries of the audit log; by default one with the fields that the write changes. */
  readonly audit?: ChangeSet;
  readonly events?: ChangeSet;
  readonly answer: Answer;
}

/** A write that was checked. */
export type ObjectWrite<Answer> = AskedWrite & {
  /** Refuses it before the policies are asked, with an entry in the audit log. */
  readonly found?: Problem | undefined;
} & (
    | PlannedObject<Answer>
    | { readonly plan: () => Promise<Result<PlannedObject<Answer>, Problem>> }
  );

/** The result of a check. A problem is not audited. */
export type CheckedObject<Answer> = Promise<Result<ObjectWrite<Answer>, Problem>>;

/** A request to write an object. */
interface AskedObject<Answer> {
  readonly name: OperationName;
  readonly check: () => CheckedObject<Answer>;
  /** For a create that may have an idempotency key. */
  readonly keyed?: {
    readonly input: Readonly<Record<string, unknown>>;
    /** Answers for the object that an earlier request with the same key has created. */
    readonly show: (id: string) => Promise<Result<Answer, Problem>>;
  };
}

/** Admits a write, and repeats it after a conflict. Problems: those of `takeWrite`. */
export function admitObject<Answer>(
  deps: KernelDeps,
  context: CallContext,
  asked: AskedObject<Answer>,
): Promise<Result<Answer, Problem>> {
  return takeWrite(deps, context, toObjectWrite(context, asked));
}

/**
 * Commits a checked write if the policies allow it. Problems: what its check has found,
 * `policy-denied`, those of its plan and of the store.
 */
export function commitObject<Answer>(
  deps: KernelDeps,
  context: CallContext,
  write: ObjectWrite<Answer>,
): Promise<Result<Answer, Problem>> {
  const check = async () => ok(write);
  return tryToTake(deps, context, toObjectWrite(context, { name: write.operation, check }));
}

/** A write of an object, as all writes are taken. */
export function toObjectWrite<Answer>(
  context: CallContext,
  { name, check, keyed }: AskedObject<Answer>,
): Write<Answer> {
  return {
    operation: name,
    ...(keyed === undefined
      ? {}
      : {
          keyed: {
            request: requestOf(name, keyed.input, context),
            show: ({ resourceId }) => keyed.show(resourceId),
          },
        }),
    check: async (deps) => {
      const checked = await check();
      if (!checked.ok) return err([checked.error]);
      const write = checked.value;
      return ok({
        writes: [{ ...write, target: targetOf(write) }],
        target: targetOf(write),
        found: write.found,
        plan: async () => {
          const planned = 'plan' in write ? await write.plan() : ok(write);
          if (!planned.ok) return err([planned.error]);
          const { answer } = planned.value;
          const changesFor = (request: AnsweredRequest) =>
            changesOf(deps, context, { write, planned: planned.value, request });
          return ok({ commit: (request) => ({ changes: changesFor(request), answer }) });
        },
      });
    },
  };
}

function changesOf(
  deps: KernelDeps,
  context: CallContext,
  {
    write,
    planned: { changes, audit, events = [] },
    request,
  }: {
    readonly write: ObjectWrite<unknown>;
    readonly planned: PlannedObject<unknown>;
    readonly request: AnsweredRequest;
  },
): ChangeSet {
  const { operation, resourceKind, target, before, wanted } = write;
  const fields = changedFields(before, wanted);
  const entry = { operation, outcome: 'done', resourceKind, target, changes: fields } as const;
  return [
    ...keyChanges(deps, context, write, request),
    ...changes,
    ...(audit ?? [auditChange(deps, context, entry)]),
    ...events,
  ];
}

/** Asks the policies, and audits their refusal. @returns undefined when the write is allowed */
export async function refuseByPolicy(
  deps: KernelDeps,
  context: CallContext,
  write: AskedWrite,
): Promise<Problem | undefined> {
  const asked = { ...write, target: targetOf(write) };
  const { problem: refusal } = await decide(deps, context, asked, 'commit');
  // A request that is sent again later was not decided.
  const isDecided = refusal !== undefined && refusal.code !== 'rate-limited';
  if (isDecided) await auditObject(deps, context, write, refusal);
  return refusal;
}

/** Audits a refusal of another kind. */
export async function auditObject(
  deps: KernelDeps,
  context: CallContext,
  write: Pick<AskedWrite, 'operation' | 'target'>,
  refusal: Problem,
): Promise<void> {
  await auditRefusal(deps, context, write.operation, targetOf(write), refusal);
}

/** An object has no id before it is created. */
function targetOf({ operation, target }: Pick<AskedWrite, 'operation' | 'target'>) {
  return operation.endsWith('.create') ? { id: '', name: target.name } : target;
}

/** The changes that store the key of a create; none for a request without a key. */
function keyChanges(
  deps: KernelDeps,
  context: CallContext,
  { operation: kind, resourceKind, target }: ObjectWrite<unknown>,
  request: AnsweredRequest,
): ChangeSet {
  if (request.key === undefined) return [];
  const operationId = deps.ids.next('op');
  const subject = {
    id: operationId,
    tenant_id: context.principal.tenantId,
    kind,
    target_kind: resourceKind,
    target_id: target.id,
    target_name: target.name,
    created_at_ms: deps.clock.nowMs(),
    created_by: context.principal.name,
  };
  const operation = planOperation(deps, subject, {
    ...toDefinition(reserveOnly([])),
    requestId: context.requestId,
    ...planOperationTrace(deps.tracer, { operationId, parent: context.trace }),
  });
  return [
    // First: of the same request sent twice, the later one then finds this answer.
    ...idempotencyChanges(context, request, target.id, operation.row),
    ...insertOperation(operation, replan('The operation')),
  ];
}
