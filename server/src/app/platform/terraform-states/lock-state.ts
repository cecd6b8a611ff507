/** Locks and unlocks states, as Terraform does around each run. */
import { isRecord } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { TerraformStateRow } from '../../../ports/tables/automation/terraform-state-rows.ts';
import { mayCall } from '../../access/identity/may-call.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { hasEnded } from '../../kernel/operations/has-ended.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { readVersions } from './find-state.ts';
import { readRoom } from './state-quota.ts';
import {
  auditOf,
  findByName,
  isHolder,
  newState,
  otherLock,
  type StateRefusal,
  UNLOCKED,
  updateState,
} from './state-row.ts';

/** The operation of a run that writes nothing, as Terraform names it. */
const PLAN = 'OperationTypePlan';

type LockDeps = Pick<CapabilityDeps, 'store' | 'ids' | 'clock' | 'logger'>;

/** Locks a state, which need not have been written yet. @param lock - what Terraform sends */
export async function lockState(
  deps: LockDeps,
  { name, lock }: { readonly name: string; readonly lock: unknown },
  context: CallContext,
): Promise<Result<void, StateRefusal>> {
  const { principal } = context;
  if (!isRecord(lock) || typeof lock.ID !== 'string' || lock.ID === '') return err(noLock());
  const before = await findByName(deps, principal.tenantId, name);
  if (before?.lock_id != null && !(await isLeft(deps, before))) {
    return err({ kind: 'locked', lock: before.lock_json ?? '{}' });
  }
  const full = await refuseFull(deps, { before, name, lock }, context);
  if (full !== undefined) return err({ kind: 'locked', lock: JSON.stringify(full) });
  const nowMs = deps.clock.nowMs();
  const set = {
    lock_id: lock.ID,
    lock_json: JSON.stringify(lock),
    locked_by: principal.name,
    locked_at_ms: nowMs,
    lock_execution_id: principal.executionId ?? null,
  };
  const row = { ...(before ?? newState(deps, context, name)), ...set };
  const otherwise = replan(`The state ${name}`);
  const stored: Change =
    before === undefined
      ? { kind: 'insert', into: 'terraform_states', row, otherwise }
      : updateState(before, set);
  const done = await commitChanges(deps, [
    stored,
    // Taken over from an execution that has ended.
    ...(before?.lock_id == null
      ? []
      : [auditOf(deps, context, row, 'unlock', { lock_id: before.lock_id })]),
    auditOf(deps, context, row, 'lock', { lock_id: lock.ID }),
  ]);
  if (done.ok) return ok(undefined);
  // Another run was faster.
  const now = await findByName(deps, principal.tenantId, name);
  return err(
    now?.lock_id != null
      ? { kind: 'locked', lock: now.lock_json ?? '{}' }
      : { kind: 'problem', problem: done.error },
  );
}

/**
 * Whether a lock was left behind by a step that was killed. Its execution has ended, and with it
 * the token of the step: a process that is left of it can neither write the state nor change
 * anything else.
 */
async function isLeft(
  deps: LockDeps,
  { lock_execution_id: id }: TerraformStateRow,
): Promise<boolean> {
  return id !== null && hasEnded(deps, id);
}

/**
 * Refuses a run that changes a state for whose next version there is no room: it would end with
 * a state that cannot be stored. As a lock, because the id of a lock is all that Terraform
 * prints of a refusal.
 */
async function refuseFull(
  deps: LockDeps,
  {
    before,
    name,
    lock,
  }: {
    readonly before: TerraformStateRow | undefined;
    readonly name: string;
    readonly lock: Readonly<Record<string, unknown>>;
  },
  { principal }: CallContext,
): Promise<{ readonly ID: string } | undefined> {
  if (before === undefined || lock.Operation === PLAN) return undefined;
  const versions = await readVersions(deps, before.id);
  const room = await readRoom(deps, { tenantId: principal.tenantId, name });
  const full = room(versions.at(-1)?.bytes ?? 0);
  return full && { ID: `none. ${full.detail} ${full.remedy}` };
}

/** Unlocks a state. A lock of another run stays. */
export async function unlockState(
  deps: LockDeps,
  { name, lockId }: { readonly name: string; readonly lockId: string },
  context: CallContext,
): Promise<Result<void, StateRefusal>> {
  const row = await findByName(deps, context.principal.tenantId, name);
  if (row === undefined || row.lock_id === null) return ok(undefined);
  const { principal } = context;
  const mayUnlock = isHolder(row, principal) || mayCall(principal, 'terraform_state.unlock');
  if (row.lock_id !== lockId || !mayUnlock) {
    return err({ kind: 'problem', problem: heldByOther(row, lockId) });
  }
  const done = await commitChanges(deps, [
    updateState(row, UNLOCKED),
    auditOf(deps, context, row, 'unlock', { lock_id: lockId }),
  ]);
  return done.ok ? ok(undefined) : err({ kind: 'problem', problem: done.error });
}

function noLock(): StateRefusal {
  return {
    kind: 'problem',
    problem: problem('validation-failed', {
      detail: 'The request does not say which lock it asks for.',
      remedy: 'Send the lock as Terraform does: a JSON object with an ID.',
      fields: [{ path: ['ID'], message: 'is missing' }],
    }),
  };
}

function heldByOther(row: TerraformStateRow, lockId: string): Problem {
  return otherLock(row, {
    asked: lockId,
    remedy:
      'Wait for that run. If it has ended without removing its lock: ' +
      `novacron terraform-state unlock ${row.name} --lock-id ${row.lock_id}`,
  });
}
