/** Restores, unlocks and deletes states, for people. */
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { TerraformState } from '@novacron/contract/terraform-state/terraform-state';
import type { TerraformStateRow } from '../../../ports/tables/automation/terraform-state-rows.ts';
import { refundTenant } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findState, findVersion, readVersions, toState } from './find-state.ts';
import { forgetVersions } from './kept-versions.ts';
import { otherLock, UNLOCKED, updateState } from './state-row.ts';
import { planVersion } from './write-state.ts';

type Written = Promise<Result<{ readonly resource: TerraformState }, Problem>>;

/** Makes an earlier version the current one. Problems: `not-found`, `conflict` while locked. */
export function restoreState(
  deps: CapabilityDeps,
  input: ParsedInputOf<'terraform_state.restore'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: TerraformState }> => {
    const found = await findState(deps, input.id, context);
    if (!found.ok) return found;
    const state = found.value;
    const version = await findVersion(deps, state, input.to_version);
    if (!version.ok) return version;
    const { lineage, resources, terraform_version } = version.value;
    // Terraform refuses a state whose serial is not higher than the one that it knows.
    const serial = (state.serial ?? 0) + 1;
    const head = { serial, lineage, resources, terraform_version };
    const next = { state, head, content: version.value, restoredFrom: input.to_version };
    const { row, changes } = await planVersion(deps, next, context);
    const now = { updated_at_ms: deps.clock.nowMs(), updated_by: context.principal.name };
    const set = { version: row.version, serial, lineage, ...now };
    return ok({
      ...writeOf('terraform_state.restore', state),
      found: state.lock_id === null ? undefined : isLocked(state),
      before: fieldsOf(state),
      wanted: fieldsOf({ ...state, ...set }),
      changes: [updateState(state, set), ...changes],
      answer: { resource: toState({ ...state, ...set }) },
    });
  };
  return admitObject(deps, context, { name: 'terraform_state.restore', check });
}

/** Removes a lock. Problems: `not-found`, `conflict` for another lock. */
export function removeLock(
  deps: CapabilityDeps,
  input: ParsedInputOf<'terraform_state.unlock'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: TerraformState }> => {
    const found = await findState(deps, input.id, context);
    if (!found.ok) return found;
    const state = found.value;
    const isOther = state.lock_id !== input.lock_id;
    return ok({
      ...writeOf('terraform_state.unlock', state),
      found: isOther ? notThisLock(state, input.lock_id) : undefined,
      before: fieldsOf(state),
      wanted: fieldsOf({ ...state, ...UNLOCKED }),
      changes: [updateState(state, UNLOCKED)],
      answer: { resource: toState({ ...state, ...UNLOCKED }) },
    });
  };
  return admitObject(deps, context, { name: 'terraform_state.unlock', check });
}

/** Deletes all but the newest versions. Problems: `not-found`, `conflict` while locked. */
export function pruneState(
  deps: CapabilityDeps,
  { id, keep }: ParsedInputOf<'terraform_state.prune'>,
  context: CallContext,
): Promise<Result<OutputOf<'terraform_state.prune'>, Problem>> {
  const check = async (): CheckedObject<OutputOf<'terraform_state.prune'>> => {
    const found = await findState(deps, id, context);
    if (!found.ok) return found;
    const state = found.value;
    const versions = await readVersions(deps, id);
    const { changes, bytes } = forgetVersions(versions, { keep });
    const deleted = Math.max(0, versions.length - keep);
    return ok({
      ...writeOf('terraform_state.prune', state),
      found: state.lock_id === null ? undefined : isLocked(state),
      before: { ...fieldsOf(state), versions: versions.length },
      wanted: { ...fieldsOf(state), versions: versions.length - deleted },
      changes: [
        updateState(state, {}),
        ...changes,
        ...refundTenant(state.tenant_id, { terraform_state_bytes: bytes }),
      ],
      answer: { resource: toState(state), deleted, bytes },
    });
  };
  return admitObject(deps, context, { name: 'terraform_state.prune', check });
}

/** Deletes a state with its versions. Problems: `not-found`, `conflict` while locked. */
export function deleteState(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'terraform_state.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const found = await findState(deps, id, context);
    if (!found.ok) return found;
    const state = found.value;
    const forgotten = forgetVersions(await readVersions(deps, id), { keep: 0 });
    const expect = { revision: state.revision };
    const otherwise = replan(`The state ${state.name}`);
    return ok({
      ...writeOf('terraform_state.delete', state),
      found: state.lock_id === null ? undefined : isLocked(state),
      before: fieldsOf(state),
      wanted: null,
      changes: [
        { kind: 'delete', from: 'terraform_states', id, expect, otherwise },
        ...forgotten.changes,
        ...refundTenant(state.tenant_id, { terraform_state_bytes: forgotten.bytes }),
      ],
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'terraform_state.delete', check });
}

function writeOf(
  operation: `terraform_state.${'restore' | 'prune' | 'unlock' | 'delete'}`,
  { id, name }: TerraformStateRow,
) {
  return { operation, resourceKind: 'terraform_state', target: { id, name } } as const;
}

/** What policies read, and the audit log records. */
function fieldsOf({ version, serial, lineage, lock_id }: TerraformStateRow) {
  return { version, serial, lineage, lock_id };
}

function isLocked({ name, lock_id, locked_by }: TerraformStateRow): Problem {
  return problem('conflict', {
    detail: `The state ${name} is locked by a run of ${locked_by} (${lock_id}).`,
    remedy: 'Wait for that run, and send the request again.',
    data: { lock_id },
  });
}

function notThisLock(row: TerraformStateRow, asked: string): Problem {
  return otherLock(row, {
    asked,
    remedy: `See its lock: novacron terraform-state show ${row.name}`,
  });
}
