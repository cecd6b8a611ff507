/**
 * Creates that are one commit and have no operation to follow: tenants, roles, API keys, waivers,
 * data documents of policies. A keyed one is answered again instead of being repeated: its key
 * refers to an operation that has ended, like the key of a resource, so that claims, deliveries and
 * acknowledgements are the same for all.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import { replan } from '../../rows/replan.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
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
import { retryConflicts } from './retry-conflicts.ts';

/** Kinds of objects that are created so. */
export type CreatedKind =
  | 'tenant'
  | 'role'
  | 'policy_waiver'
  | 'policy_data'
  | 'api_key'
  | 'enrollment';

/** Returns the changes that store the key of a create; none for a request without a key. */
export type KeyChanges = (target: { readonly id: string; readonly name: string }) => ChangeSet;

/** A create, and how it is answered again. */
export interface KeyedCreate<Answer> {
  readonly name: OperationName;
  readonly kind: CreatedKind;
  readonly input: Readonly<Record<string, unknown>>;
  /** Checks and commits it, together with the changes that store its key. */
  readonly create: (keyChanges: KeyChanges) => Promise<Result<Answer, Problem>>;
  /** Answers for the object that an earlier request with the same key has created. */
  readonly show: (id: string) => Promise<Result<Answer, Problem>>;
}

/**
 * Creates an object once for each idempotency key. Problems: those of the create,
 * `idempotency-key-reused`, and `name-taken` where the answer belongs to another run.
 */
export async function createOnce<Answer>(
  deps: KernelDeps,
  context: CallContext,
  asked: KeyedCreate<Answer>,
): Promise<Result<Answer, Problem>> {
  const request = requestOf(asked.name, asked.input, context);
  return retryConflicts(deps, context, asked.name, async () => {
    const earlier = await findEarlierAnswer(deps, context, request);
    if (!earlier.ok) return earlier;
    if (earlier.value.kind === 'found') {
      const moved = await commitTakeover(deps.store, earlier.value.takeover);
      return moved.ok ? asked.show(earlier.value.resourceId) : moved;
    }
    const made = await asked.create(
      planKey(deps, context, { ...asked, request: { ...request, earlier: earlier.value } }),
    );
    if (made.ok || request.key === undefined) return made;
    // The refusal may be due to this very request, sent twice and committed a moment ago.
    const again = await findEarlierAnswer(deps, context, request);
    const isOwn = again.ok ? again.value.kind === 'found' : again.error.code === 'name-taken';
    return isOwn ? err(replan('It')) : made;
  });
}

function planKey(
  deps: KernelDeps,
  context: CallContext,
  {
    name,
    kind,
    request,
  }: {
    readonly name: OperationName;
    readonly kind: CreatedKind;
    readonly request: KeyedRequest & { readonly earlier: EarlierAnswer };
  },
): KeyChanges {
  return (target) => {
    if (request.key === undefined) return [];
    const operationId = deps.ids.next('op');
    const subject = {
      id: operationId,
      tenant_id: context.principal.tenantId,
      kind: name,
      target_kind: kind,
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
  };
}
