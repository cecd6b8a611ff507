/**
 * Writes of administrative objects: tenants, roles, API keys, channels, settings. They take the way
 * of every write (check, ask the policies, plan, commit) and have no steps, so there is no
 * operation to follow. A keyed create is answered again instead of being repeated: its key refers
 * to an operation that has ended, like the key of a resource, so that claims, deliveries and
 * acknowledgements are the same for all.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/replan.ts';
import { askOnce } from '../admission/ask-once.ts';
import { retryConflicts } from '../admission/retry-conflicts.ts';
import { auditChange, auditRefusal } from '../audit/audit.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { PolicySubject } from '../context/policy-question.ts';
import {
  commitTakeover,
  type EarlierAnswer,
  findEarlierAnswer,
  idempotencyChanges,
  type KeyedRequest,
  requestOf,
} from '../idempotency/idempotency.ts';
import { insertOperation, planOperation } from '../operations/admit-operation.ts';
import { reserveOnly, toDefinition } from '../operations/saga.ts';
import { planOperationTrace } from '../operations/trace-operations.ts';
import { commitChanges } from './commit-changes.ts';

/** The commit of a write that the policies allow, and its answer. */
interface PlannedObject<Answer> {
  readonly changes: ChangeSet;
  /** Entries of the audit log; by default one with the fields that the write changes. */
  readonly audit?: ChangeSet;
  readonly events?: ChangeSet;
  readonly answer: Answer;
}

/** A write as policies see it. */
type AskedWrite = Omit<PolicySubject, 'unknown' | 'moment' | 'subject'>;

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

/**
 * Admits a write, and repeats it after a conflict. Problems: those of the check, `policy-denied`,
 * those of the store; of a keyed create `idempotency-key-reused`, and `name-taken` where the answer
 * belongs to another run.
 */
export function admitObject<Answer>(
  deps: KernelDeps,
  context: CallContext,
  asked: AskedObject<Answer>,
): Promise<Result<Answer, Problem>> {
  const { name, check, keyed } = asked;
  const asking = askOnce(deps);
  return retryConflicts(deps, context, name, async () => {
    if (keyed === undefined) return commitChecked(asking, context, check);
    const request = requestOf(name, keyed.input, context);
    const earlier = await findEarlierAnswer(deps, context, request);
    if (!earlier.ok) return earlier;
    if (earlier.value.kind === 'found') {
      const moved = await commitTakeover(deps.store, earlier.value.takeover);
      return moved.ok ? keyed.show(earlier.value.resourceId) : moved;
    }
    const made = await commitChecked(asking, context, check, {
      ...request,
      earlier: earlier.value,
    });
    if (made.ok || request.key === undefined) return made;
    // The refusal may be due to this very request, sent twice and committed a moment ago.
    const again = await findEarlierAnswer(deps, context, request);
    const isOwn = again.ok ? again.value.kind === 'found' : again.error.code === 'name-taken';
    return isOwn ? err(replan('It')) : made;
  });
}

async function commitChecked<Answer>(
  deps: KernelDeps,
  context: CallContext,
  check: () => CheckedObject<Answer>,
  request?: KeyedRequest & { readonly earlier: EarlierAnswer },
): Promise<Result<Answer, Problem>> {
  const checked = await check();
  return checked.ok ? commitObject(deps, context, checked.value, request) : checked;
}

/**
 * Commits a checked write if the policies allow it. Problems: what its check has found,
 * `policy-denied`, those of its plan and of the store.
 * @param request - the request that creates it, where that may have an idempotency key
 */
export async function commitObject<Answer>(
  deps: KernelDeps,
  context: CallContext,
  write: ObjectWrite<Answer>,
  request?: KeyedRequest & { readonly earlier: EarlierAnswer },
): Promise<Result<Answer, Problem>> {
  const { found } = write;
  if (found !== undefined) await auditObject(deps, context, write, found);
  const refusal = found ?? (await refuseByPolicy(deps, context, write));
  if (refusal !== undefined) return err(refusal);
  const planned = await planObject(write);
  if (!planned.ok) return planned;
  const { changes, audit, events = [], answer } = planned.value;
  const { operation, resourceKind, target, before, wanted } = write;
  const fields = changedFields(before, wanted);
  const entry = { operation, outcome: 'done', resourceKind, target, changes: fields } as const;
  const done = await commitChanges(deps, [
    ...(request === undefined ? [] : keyChanges(deps, context, write, request)),
    ...changes,
    ...(audit ?? [auditChange(deps, context, entry)]),
    ...events,
  ]);
  return done.ok ? ok(answer) : done;
}

/** Tries a write without the commit. @returns the problem that it would be refused with now */
export async function tryObject(
  deps: KernelDeps,
  context: CallContext,
  check: () => CheckedObject<unknown>,
): Promise<Problem | undefined> {
  const checked = await check();
  if (!checked.ok) return checked.error;
  const write = checked.value;
  const refusal = write.found ?? (await askPolicies(deps, context, write));
  if (refusal !== undefined) return refusal;
  const planned = await planObject(write);
  return planned.ok ? undefined : planned.error;
}

/** Asks the policies, and audits their refusal. @returns undefined when the write is allowed */
export async function refuseByPolicy(
  deps: KernelDeps,
  context: CallContext,
  write: AskedWrite,
): Promise<Problem | undefined> {
  const refusal = await askPolicies(deps, context, write);
  // A request that is sent again later was not decided.
  const isDecided = refusal !== undefined && refusal.code !== 'rate-limited';
  if (isDecided) await auditObject(deps, context, write, refusal);
  return refusal;
}

/** Audits a refusal of another kind. */
export async function auditObject(
  deps: KernelDeps,
  context: CallContext,
  write: Pick<PolicySubject, 'operation' | 'target'>,
  refusal: Problem,
): Promise<void> {
  await auditRefusal(deps, context, write.operation, targetOf(write), refusal);
}

async function askPolicies(
  deps: KernelDeps,
  context: CallContext,
  write: AskedWrite,
): Promise<Problem | undefined> {
  const { operation, resourceKind, before, wanted } = write;
  const target = targetOf(write);
  const asked = { operation, resourceKind, target, before, wanted, unknown: [] };
  return (await deps.verdicts.decide(context, asked)).problem;
}

/** An object has no id before it is created. */
function targetOf({ operation, target }: Pick<PolicySubject, 'operation' | 'target'>) {
  return operation.endsWith('.create') ? { id: '', name: target.name } : target;
}

async function planObject<Answer>(
  write: ObjectWrite<Answer>,
): Promise<Result<PlannedObject<Answer>, Problem>> {
  return 'plan' in write ? write.plan() : ok(write);
}

/** The changes that store the key of a create; none for a request without a key. */
function keyChanges(
  deps: KernelDeps,
  context: CallContext,
  { operation: kind, resourceKind, target }: ObjectWrite<unknown>,
  request: KeyedRequest & { readonly earlier: EarlierAnswer },
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
