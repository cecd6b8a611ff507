/** Finds states of the caller's tenant, and says what they are. */

import { isRecord } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  TerraformState,
  TerraformStateVersion,
} from '@novacron/contract/terraform-state/terraform-state';
import type {
  TerraformStateRow,
  TerraformStateVersionRow,
} from '../../../ports/tables/automation/terraform-state-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems, listWhole, type WholeList } from '../../kernel/lists/list-items.ts';
import type { Page } from '../../rows/page.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';
import { refuseState } from './state-row.ts';

type ReadDeps = Pick<CapabilityDeps, 'store' | 'clock'>;

/** Shows a state. Problems: `not-found`. */
export async function getState(
  deps: ReadDeps,
  { id }: ParsedInputOf<'terraform_state.get'>,
  context: CallContext,
): Promise<Result<TerraformState, Problem>> {
  const found = await findState(deps, id, context);
  return found.ok ? ok(toState(found.value)) : found;
}

/** Lists the states of the tenant. */
export async function listStates(
  { store, clock }: ReadDeps,
  input: ParsedInputOf<'terraform_state.list'>,
  { principal }: CallContext,
): Promise<Result<Page<TerraformState>, Problem>> {
  const where = { tenant_id: principal.tenantId };
  const rows = await store.read({ from: 'terraform_states', where });
  const usable = rows.filter(({ name }) => refuseState({ principal }, name) === undefined);
  const request = { operation: 'terraform_state.list', input, nowMs: clock.nowMs() } as const;
  return listItems(request, usable.map(toState));
}

/** Lists the versions of a state, newest first. Problems: `not-found`. */
export async function listVersions(
  deps: ReadDeps,
  input: ParsedInputOf<'terraform_state.versions'>,
  context: CallContext,
): Promise<Result<WholeList<TerraformStateVersion>, Problem>> {
  const { id, ...listed } = input;
  const found = await findState(deps, id, context);
  if (!found.ok) return found;
  const rows = await readVersions(deps, id);
  const all = rows.map((row) => {
    const item = toVersion(row);
    return { id: row.id, item, ...item };
  });
  const nowMs = deps.clock.nowMs();
  const request = { operation: 'terraform_state.versions', input: listed, nowMs } as const;
  const { items, ...total } = listWhole(request, all);
  return ok({ items: items.map(({ item }) => item), ...total });
}

/** Finds a state by id. Problems: `not-found`, `forbidden` for a key that may not use it. */
export async function findState(
  { store }: Pick<ReadDeps, 'store'>,
  id: TerraformStateRow['id'],
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<TerraformStateRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'terraform_states', where });
  if (row === undefined) return err(notFound('terraform_state', id));
  const forbidden = refuseState({ principal }, row.name);
  return forbidden === undefined ? ok(row) : err(forbidden);
}

/** The versions of a state, oldest first. */
export function readVersions(
  { store }: Pick<ReadDeps, 'store'>,
  stateId: string,
): Promise<readonly TerraformStateVersionRow[]> {
  const orderBy = { column: 'version', direction: 'asc' } as const;
  return store.read({ from: 'terraform_state_versions', where: { state_id: stateId }, orderBy });
}

/** Finds a version. Problems: `not-found`. */
export async function findVersion(
  { store }: Pick<ReadDeps, 'store'>,
  { id, name }: TerraformStateRow,
  version: number,
): Promise<Result<TerraformStateVersionRow, Problem>> {
  const where = { state_id: id, version };
  const [row] = await store.read({ from: 'terraform_state_versions', where });
  if (row !== undefined) return ok(row);
  return err(
    problem('not-found', {
      detail: `The state ${name} has no version ${version}.`,
      remedy: `See which it has: novacron terraform-state versions ${name}`,
      fields: [{ path: ['version'], message: 'does not exist' }],
    }),
  );
}

/** A state as answers carry it. */
export function toState(row: TerraformStateRow): TerraformState {
  const { id, name, version, serial, lineage } = row;
  return {
    id,
    name,
    version,
    serial,
    lineage,
    lock: toLock(row),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}

function toLock({ lock_id, lock_json, locked_by, locked_at_ms }: TerraformStateRow) {
  if (lock_id === null) return null;
  const said = parseStored(lock_json ?? '{}');
  const textOf = (key: string) => {
    const value = isRecord(said) ? said[key] : undefined;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    id: lock_id,
    operation: textOf('Operation'),
    who: textOf('Who'),
    locked_by: locked_by ?? '',
    locked_at: toTimestamp(locked_at_ms ?? 0),
  };
}

function toVersion(row: TerraformStateVersionRow): TerraformStateVersion {
  const { version, serial, lineage, terraform_version, resources, bytes, restored_from } = row;
  const made = { created_at: toTimestamp(row.created_at_ms), created_by: row.created_by };
  return {
    version,
    serial,
    lineage,
    terraform_version,
    resources,
    bytes,
    restored_from,
    ...made,
  };
}
