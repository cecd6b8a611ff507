/** Idempotency keys: a repeated create gets the same answer until its caller acknowledges it. */
import { createHash } from 'node:crypto';
import { keysOf } from '@novacron/contract/closed-table';
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import { canonicalJson } from '@novacron/contract/json';
import { WRITE_ONLY_FIELDS } from '@novacron/contract/kinds/secret-fields';
import { LIST_TOTAL_MAX } from '@novacron/contract/operation/listing';
import type {
  OperationName,
  OutputOf,
  ParsedInputOf,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, ChangeSet, Store } from '../../../ports/store.ts';
import type { TableName, Tables } from '../../../ports/tables/tables.ts';
import { type Page, pageOf } from '../../rows/page.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CallContext, Principal } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { exactTo, readTimeRange } from '../lists/read-list.ts';
import { claimedByAnother, moveClaim, newClaim, standingOf } from './claims.ts';
import { idempotencyRowId } from './row-id.ts';

/** The result of an earlier request with the same key; `gone`: its resource was deleted since. */
export type EarlierAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'gone'; readonly operationId: string }
  | {
      readonly kind: 'found';
      readonly resourceId: string;
      readonly operation: Tables['operations'];
      /** Moves the answer to this request; to be committed before it is given. */
      readonly takeover: ChangeSet;
    };

/** A request as its idempotency key stores it. */
export interface KeyedRequest {
  readonly key: string | undefined;
  /** The run that it belongs to, where the client says so. */
  readonly claim: string | undefined;
  readonly hash: string;
}

/** A request as its idempotency key remembers it. */
export function requestOf(
  name: OperationName,
  input: Readonly<Record<string, unknown>>,
  context: CallContext,
): KeyedRequest {
  // Every run has its own claim, and a repeat by another run is the same request.
  const { idempotency_key: key, claim, ...asked } = input;
  const text = canonicalJson({
    name,
    input: withoutSecrets({ ...asked, ...(key === undefined ? {} : { idempotency_key: key }) }),
    deployment: context.deployment,
  });
  return {
    key: typeof key === 'string' ? key : undefined,
    claim: typeof claim === 'string' ? claim : undefined,
    hash: createHash('sha256').update(text).digest('hex'),
  };
}

/** An input without the fields that may not even be hashed: a hash would confirm a guess. */
function withoutSecrets(input: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !WRITE_ONLY_FIELDS.has(name)));
}

/**
 * Looks for an earlier answer; `idempotency-key-reused` when the key came with another request,
 * `name-taken` when the answer belongs to another run. If the created resource was deleted since,
 * the key is free for any request.
 */
export async function findEarlierAnswer(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  context: CallContext,
  request: KeyedRequest,
): Promise<Result<EarlierAnswer, Problem>> {
  if (request.key === undefined) return ok({ kind: 'none' });
  const id = idempotencyRowId(context.principal.tenantId, request.key);
  const [row] = await store.read({ from: 'idempotency_keys', where: { id } });
  if (row === undefined) return ok({ kind: 'none' });
  const [operation] = await store.read({ from: 'operations', where: { id: row.operation_id } });
  if (operation === undefined || !(await isThere(store, operation))) {
    return ok({ kind: 'gone', operationId: row.operation_id });
  }
  if (row.request_hash !== request.hash) return err(keyReused(request.key));
  const nowMs = clock.nowMs();
  const { executionId } = context.principal;
  const isLeft = await isLeftBySync({ store }, row, context.principal);
  const standing = isLeft ? ABANDONED : standingOf(row, request.claim, nowMs);
  if (standing.kind === 'held' || standing.kind === 'delivered') {
    return err(claimedByAnother(operation, standing));
  }
  const takeover =
    standing.kind === 'own' ? [] : [moveClaim(row, { claim: request.claim, executionId }, nowMs)];
  return ok({ kind: 'found', resourceId: row.resource_id, operation, takeover });
}

const ABANDONED = { kind: 'abandoned' } as const;

/**
 * Whether an earlier sync of the same application, with the same API key, has left an answer: it
 * has ended, so its token is refused, and nothing of it can still write the state. What did not
 * get into the state belongs to the next sync. Other workflows have no state of their own.
 */
async function isLeftBySync(
  { store }: Pick<KernelDeps, 'store'>,
  { execution_id: earlierId, created_by: by }: Tables['idempotency_keys'],
  { id: caller, executionId, tenantId: tenant_id }: Principal,
): Promise<boolean> {
  if (earlierId === null || executionId === undefined || by !== caller) return false;
  const where = { id: { in: [earlierId, executionId] }, tenant_id, kind: 'workflow.run' };
  const found = await store.read({ from: 'operations', where });
  const earlier = found.find(({ id }) => id === earlierId);
  const own = found.find(({ id }) => id === executionId);
  if (earlier === undefined || own === undefined || earlier.finished_at_ms === null) return false;
  return (
    earlier.target_id === own.target_id && applicationOfWorkflow(own.target_name) !== undefined
  );
}

/** Moves an answer to the request that gets it, if it belonged to a run that has ended. */
export async function commitTakeover(
  store: Store,
  takeover: ChangeSet,
): Promise<Result<void, Problem>> {
  return takeover.length === 0 ? ok(undefined) : store.commit(takeover);
}

/** The tables of what keyed creates make besides resources. */
const OTHER_TABLES = {
  reservation: 'reservations',
  tenant: 'tenants',
  role: 'roles',
  policy_waiver: 'policy_waivers',
  policy_data: 'policy_data',
  api_key: 'api_keys',
  enrollment: 'enrollments',
  workflow: 'workflows',
  price_list: 'price_lists',
  budget: 'budgets',
} as const satisfies Record<string, TableName>;

function tableOfTarget(kind: string): TableName | undefined {
  const known = ResourceKind.safeParse(kind);
  if (known.success) return RESOURCE_TABLES[known.data];
  const other = keysOf(OTHER_TABLES).find((each) => each === kind);
  return other === undefined ? undefined : OTHER_TABLES[other];
}

async function isThere(store: Store, operation: Tables['operations']): Promise<boolean> {
  const from = tableOfTarget(operation.target_kind);
  if (from === undefined) return true;
  const rows = await store.read({ from, where: { id: operation.target_id } });
  return rows.length > 0;
}

/** The changes that store a request under its key, replacing one whose resource is gone. */
export function idempotencyChanges(
  context: CallContext,
  request: KeyedRequest & { readonly earlier: EarlierAnswer },
  resourceId: string,
  operation: Tables['operations'],
): Change[] {
  if (request.key === undefined) return [];
  const { tenantId } = context.principal;
  const id = idempotencyRowId(tenantId, request.key);
  const otherwise = problem('conflict', {
    detail: 'The same request with the same idempotency key is being admitted right now.',
    remedy: 'Send the request again.',
    data: { replan: true },
  });
  const { earlier } = request;
  const forgotten: Change[] =
    earlier.kind === 'gone'
      ? [
          {
            kind: 'delete',
            from: 'idempotency_keys',
            id,
            expect: { operation_id: earlier.operationId },
            otherwise,
          },
        ]
      : [];
  return [
    ...forgotten,
    {
      kind: 'insert',
      into: 'idempotency_keys',
      row: {
        id,
        tenant_id: tenantId,
        request_hash: request.hash,
        resource_id: resourceId,
        operation_id: operation.id,
        created_at_ms: operation.created_at_ms,
        created_by: context.principal.id,
        execution_id: context.principal.executionId ?? null,
        ...newClaim(request.claim, operation.created_at_ms),
      },
      otherwise,
    },
  ];
}

/** The tenant's keys with a prefix that are still answered, in order. */
export async function listKeys(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  context: CallContext,
  input: ParsedInputOf<'idempotency.list'>,
): Promise<Page<OutputOf<'idempotency.list'>['items'][number]>> {
  const { prefix, cursor, limit, count } = input;
  const { tenantId } = context.principal;
  const begin = idempotencyRowId(tenantId, prefix);
  const created_at_ms = readTimeRange(input, clock.nowMs());
  const made = created_at_ms === undefined ? {} : { created_at_ms };
  // Keys are texts in the order of their bytes: no byte of UTF-8 is above the last one.
  const prefixed = { from: begin, until: `${begin}\u{10ffff}` };
  const after = cursor === undefined ? begin : idempotencyRowId(tenantId, cursor);
  const rows = await store.read({
    from: 'idempotency_keys',
    where: { id: { ...prefixed, from: after }, ...made },
    orderBy: { column: 'id', direction: 'asc' },
    // One for the next page, and one for the item of the cursor.
    limit: limit + 2,
  });
  const behind = rows.filter(({ id }) => cursor === undefined || id !== after).slice(0, limit + 1);
  const keyed = behind.map((row) => ({ ...row, id: row.id.slice(tenantId.length + 1) }));
  const page = pageOf(keyed, limit, ({ id, resource_id, created_at_ms }) => ({
    id,
    resource_id,
    created_at: toTimestamp(created_at_ms),
  }));
  if (count !== true) return page;
  const where = { id: prefixed, ...made };
  const found = await store.count({ from: 'idempotency_keys', where, limit: LIST_TOTAL_MAX + 1 });
  return { ...page, ...exactTo(found) };
}

/** Number of released keys, and the keys of other principals. */
export interface Acknowledgement {
  readonly confirmed: number;
  readonly refused?: readonly string[];
}

/**
 * Releases the keys whose answers arrived. A principal releases what it created; rows of earlier
 * releases do not say who that was. Keys of others stay and are listed, so that a client that
 * acknowledges a whole deployment is not stopped by one of them. Problems: `forbidden` where none
 * of the keys that exist is the caller's.
 * @param reach - `any`: the caller may release keys of others
 */
export async function acknowledgeKeys(
  store: Store,
  { principal }: CallContext,
  { keys, reach }: { readonly keys: readonly string[]; readonly reach: 'own' | 'any' },
): Promise<Result<Acknowledgement, Problem>> {
  const { id: caller, tenantId, executionId } = principal;
  const ids = keys.map((key) => idempotencyRowId(tenantId, key));
  const found = await store.read({ from: 'idempotency_keys', where: { id: { in: ids } } });
  // Terraform writes its state after the provider has ended: an execution that is killed between
  // must leave its keys, and the next one confirms them when it has found them in the state.
  const rows = found.filter((row) => executionId === undefined || row.execution_id !== executionId);
  const isReleasable = ({ created_by: by }: (typeof rows)[number]) =>
    reach === 'any' || by === null || by === caller;
  const released = rows.filter(isReleasable);
  const refused = rows
    .filter((row) => !isReleasable(row))
    .map((row) => row.id.slice(tenantId.length + 1));
  if (refused.length > 0 && released.length === 0) return err(keysOfOthers(principal, refused));
  const done = await store.commit(
    released.map((row) => ({ kind: 'drop', from: 'idempotency_keys', id: row.id })),
  );
  if (!done.ok) return done;
  return ok({ confirmed: released.length, ...(refused.length === 0 ? {} : { refused }) });
}

/** Explains why keys are not released; `forbidden`. */
export function keysOfOthers({ role }: Principal, keys: readonly string[]): Problem {
  const [first = ''] = keys;
  const more = keys.length > 1 ? ` and ${keys.length - 1} more` : '';
  return problem('forbidden', {
    detail: `The idempotency key ${first}${more} was created by another principal.`,
    remedy:
      'Acknowledge it with the API key that created it, or with a role that allows ' +
      'idempotency.confirm_any.',
    data: { needed_operation: 'idempotency.confirm_any', role },
  });
}

function keyReused(key: string): Problem {
  return problem('idempotency-key-reused', {
    detail: `The idempotency key ${key} was used for a request with different content.`,
    remedy: 'Use a new key for a new request.',
  });
}

/** A failed create may be sent again under the same key. */
export function deleteKey(key: string | undefined, tenantId: string): ChangeSet {
  if (key === undefined) return [];
  return [{ kind: 'drop', from: 'idempotency_keys', id: idempotencyRowId(tenantId, key) }];
}

/** A write of several in one commit that holds no key of its own. */
export const UNKEYED = {
  key: undefined,
  claim: undefined,
  hash: '',
  earlier: { kind: 'none' },
} as const;
