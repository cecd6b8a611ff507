/**
 * Renames of one plan that depend on each other. Terraform changes resources in any order, so a
 * name may be taken before its holder gives it up; a queue would deadlock. Previews store which
 * resources give up their names in a plan. A rename of the same plan moves such a holder to a
 * temporary name, from which the holder's own rename or deletion goes on.
 */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { temporaryName } from '@novacron/contract/schema/resource';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { desiredOf, desiredRevisionOf } from '../../rows/answer-resource.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import type { WriteScope } from '../admission/prepared-write.ts';
import { auditChange } from '../audit/audit.ts';
import { baselineChanges, proveBaselines } from '../baselines/baseline.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { eventChange } from '../events/events.ts';
import { changedColumns, changeIdle } from './new-row.ts';

/** How long a plan can be applied whose renames depend on each other. Unit: milliseconds. */
export const NAME_INTENT_MS = 30 * 86_400_000;

/** The kinds whose names are columns of their own and nothing else: policies are signed by name. */
const KINDS = [
  'vm',
  'network',
  'security_group',
  'volume',
  'snapshot',
  'template',
  'ssh_key',
] as const;

type RenamedKind = (typeof KINDS)[number];

function renamedKindOf(operation: string, verb: string): RenamedKind | undefined {
  return KINDS.find((kind) => operation === `${kind}.${verb}`);
}

/** A previewed rename or deletion. */
interface PreviewedChange {
  readonly operation: string;
  readonly session?: string | undefined;
  /** The input as far as it is known. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Stores that a resource gives up its name in a plan. There is at most one row a resource: the
 * latest plan replaces it.
 */
export async function storeNameIntent(
  { store, clock }: Pick<KernelDeps, 'store' | 'clock'>,
  { principal }: CallContext,
  { operation, session, input }: PreviewedChange,
): Promise<void> {
  const deleted = renamedKindOf(operation, 'delete');
  const kind = deleted ?? renamedKindOf(operation, 'update');
  const { id, name } = input;
  const newName = deleted === undefined ? name : '';
  if (kind === undefined || session === undefined) return;
  if (typeof id !== 'string' || typeof newName !== 'string') return;
  const { tenantId } = principal;
  const row = await readNamed(store, kind, { id, tenant_id: tenantId });
  if (row === undefined || row.name === newName) return;
  const intent = {
    id: row.id,
    tenant_id: tenantId,
    resource_kind: kind,
    session,
    desired_revision: desiredRevisionOf(row),
    old_name: row.name,
    new_name: newName,
    created_at_ms: clock.nowMs(),
  };
  // One that could not be stored is one that is refused at apply, as if it had expired.
  await store.commit([{ kind: 'put', into: 'name_intents', row: intent }]);
}

/**
 * Frees the name that an update of a plan takes, where the plan has its holder give it up.
 * @returns `conflict` with `data.holds_name` while the holder is being changed or deleted. Without
 *   an intent nothing is changed, and the update is refused because the name is taken
 */
export async function vacateName(
  operation: OperationName,
  input: Readonly<Record<string, unknown>>,
  scope: WriteScope,
): Promise<Result<void, Problem>> {
  const { deps, context, nowMs } = scope;
  const kind = renamedKindOf(operation, 'update');
  const { id, name } = input;
  if (kind === undefined || context.client !== 'terraform') return ok(undefined);
  if (typeof id !== 'string' || typeof name !== 'string') return ok(undefined);
  const tenant_id = context.principal.tenantId;
  const holder = await readNamed(deps.store, kind, { tenant_id, name, id: { not: id } });
  if (holder === undefined) return ok(undefined);
  const intents = await deps.store.read({
    from: 'name_intents',
    where: {
      tenant_id,
      id: { in: [id, holder.id] },
      created_at_ms: { above: nowMs - NAME_INTENT_MS },
    },
  });
  const taking = intents.find((intent) => intent.id === id);
  const leaving = intents.find((intent) => intent.id === holder.id);
  const isPlanned =
    taking?.new_name === name &&
    leaving?.old_name === name &&
    leaving.session === taking.session &&
    leaving.desired_revision === desiredRevisionOf(holder);
  if (!isPlanned) return ok(undefined);
  if (holder.busy_operation_id !== null) return err(nameHeldByChange(kind, holder));
  return deps.store.commit(await planVacating(kind, holder, scope));
}

/** Moves a resource to its temporary name, with its baseline: the move is not drift. */
async function planVacating(
  kind: RenamedKind,
  holder: ResourceRow,
  scope: WriteScope,
): Promise<ChangeSet> {
  const { deps, context, nowMs } = scope;
  const name = temporaryName(holder.name, holder.id);
  const target = { id: holder.id, name };
  const desired = { ...desiredOf(holder), name };
  const columns = changedColumns(holder, scope, { name, desired, busy: 'no' });
  // The row was read from the table of its kind; the compiler does not connect both.
  const moved: Change = changeIdle(kind, holder as never, columns as never);
  return [
    moved,
    ...(await planBaseline(kind, target, scope)),
    auditChange(deps, context, {
      operation: `${kind}.update`,
      outcome: 'done',
      resourceKind: kind,
      target,
      changes: { name: { was: holder.name, is: name } },
      atMs: nowMs,
    }),
    eventChange(deps, {
      tenantId: context.principal.tenantId,
      type: `${kind}.update.succeeded`,
      source: 'api',
      target: holder.id,
      priority: 'normal',
      data: { name },
    }),
  ];
}

/** The baseline with the new name. One that is not what was recorded stays as it is. */
async function planBaseline(
  kind: RenamedKind,
  target: { readonly id: string; readonly name: string },
  scope: WriteScope,
): Promise<ChangeSet> {
  const { store } = scope.deps;
  const where = { id: target.id };
  const [row] = await store.read({ from: 'baselines', where, damaged: 'blank' });
  const applied = row === undefined ? undefined : parseStored<FieldValues>(row.applied_json);
  if (row === undefined || applied === undefined) return [];
  const { proof } = (await proveBaselines(store, [row])).get(row.id) ?? {};
  if (proof === 'tampered') return [];
  return baselineChanges(scope, {
    kind,
    target,
    fields: { ...applied, name: target.name },
    origin: row.origin === 'adopt' ? 'adopt' : 'apply',
    deployment: row.deployment,
  });
}

async function readNamed(
  store: KernelDeps['store'],
  kind: RenamedKind,
  where: Readonly<Record<string, unknown>>,
): Promise<ResourceRow | undefined> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const rows: readonly ResourceRow[] = await store.read({ from, where });
  return rows[0];
}

function nameHeldByChange(kind: string, { name, busy_operation_id }: ResourceRow): Problem {
  const noun = kind.replaceAll('_', ' ');
  return problem('conflict', {
    detail:
      `The ${noun} ${name} is being changed by ${busy_operation_id} and has the name until ` +
      'that has ended.',
    remedy:
      `Wait for it (novacron operation wait ${busy_operation_id}) and then send the request ` +
      'again.',
    data: { holds_name: true, operation_id: busy_operation_id },
  });
}
