/** Writes and reads the content of states, for Terraform's backend `http`. */
import { createHash } from 'node:crypto';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { TERRAFORM_STATE_VERSIONS_MAX } from '@novacron/contract/terraform-state/terraform-state';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type {
  TerraformStateRow,
  TerraformStateVersionRow,
} from '../../../ports/tables/automation/terraform-state-rows.ts';
import { chargeTenant } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { readVersions } from './find-state.ts';
import { forgetVersions } from './kept-versions.ts';
import { createStateReader, type StateHead } from './read-content-header.ts';
import { readRoom } from './state-quota.ts';
import {
  auditOf,
  findByName,
  isHolder,
  newState,
  type StateRefusal,
  updateState,
} from './state-row.ts';
import { dropContent, readContent, type WrittenContent, writeContent } from './stored-content.ts';

/** Versions that are kept beside a new one. */
const OTHERS_MAX = TERRAFORM_STATE_VERSIONS_MAX - 1;

type WriteDeps = Pick<CapabilityDeps, 'store' | 'ids' | 'clock' | 'logger'>;

/** A content that Terraform sends. */
export interface SentState {
  readonly name: string;
  /** Id of the lock that the sender holds; undefined where it holds none. */
  readonly lockId: string | undefined;
  /** Size of the content, where the sender says it. Unit: bytes. */
  readonly bytes?: number | undefined;
  /** MD5 of the content in Base64 (RFC 1864), where the sender says it. */
  readonly md5: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Stores a content as the next version of a state. A lock of another run refuses it. */
export async function writeState(
  deps: WriteDeps,
  { name, lockId, bytes: length = 0, md5, body }: SentState,
  context: CallContext,
): Promise<Result<void, StateRefusal>> {
  const { tenantId } = context.principal;
  const before = await findByName(deps, tenantId, name);
  const held = refuseLocked(before, lockId, context);
  if (held !== undefined) return err(held);
  const room = await readRoom(deps, { tenantId, name });
  const known = before === undefined ? [] : await readVersions(deps, before.id);
  const freed = forgetVersions(known, { keep: OTHERS_MAX }).bytes;
  const full = room(length - freed);
  if (full !== undefined) return err({ kind: 'problem', problem: full });
  let taken = -freed;
  const sums = { md5: createHash('md5'), sha256: createHash('sha256') };
  const reader = createStateReader();
  const written = await writeContent(deps, body, (bytes) => {
    sums.md5.update(bytes);
    sums.sha256.update(bytes);
    taken += bytes.length;
    return room(taken) ?? reader.take(bytes);
  });
  if (!written.ok) return err({ kind: 'problem', problem: written.error });
  const read = reader.end();
  const isWhole = md5 === undefined || md5 === sums.md5.digest('base64');
  const head = read.ok && !isWhole ? err(damagedOnItsWay()) : read;
  const content = { ...written.value, sha256: sums.sha256.digest('hex') };
  const done = head.ok
    ? await commitVersion(deps, { before, name, head: head.value, content }, context)
    : head;
  if (done.ok) return ok(undefined);
  await commitChanges(deps, dropContent(content));
  return err({ kind: 'problem', problem: done.error });
}

/** A version that is about to be committed. */
export interface NextVersion {
  readonly before: TerraformStateRow | undefined;
  readonly name: string;
  readonly head: Omit<StateHead, 'version'>;
  readonly content: WrittenContent & { readonly sha256: string };
}

async function commitVersion(
  deps: WriteDeps,
  next: NextVersion,
  context: CallContext,
): Promise<Result<void, Problem>> {
  const { before, name, head } = next;
  const nowMs = deps.clock.nowMs();
  const state = before ?? newState(deps, context, name);
  const { row, changes } = await planVersion(deps, { ...next, state }, context);
  const otherwise = replan(`The state ${name}`);
  const set = { version: row.version, serial: head.serial, lineage: head.lineage };
  const stored: Change =
    before === undefined
      ? { kind: 'insert', into: 'terraform_states', row: { ...state, ...set }, otherwise }
      : updateState(before, { ...set, updated_at_ms: nowMs, updated_by: context.principal.name });
  const fields = { version: row.version, serial: head.serial, resources: head.resources };
  return commitChanges(deps, [stored, ...changes, auditOf(deps, context, state, 'write', fields)]);
}

/** Plans the row of a version, and forgets the oldest ones. */
export async function planVersion(
  deps: WriteDeps,
  {
    state,
    head,
    content,
    restoredFrom = null,
  }: Omit<NextVersion, 'before' | 'name'> & {
    readonly state: TerraformStateRow;
    readonly restoredFrom?: number | null;
  },
  { principal }: CallContext,
): Promise<{ readonly row: TerraformStateVersionRow; readonly changes: ChangeSet }> {
  const version = state.version + 1;
  const row: TerraformStateVersionRow = {
    id: `${state.id}/${version}`,
    state_id: state.id,
    version,
    serial: head.serial,
    lineage: head.lineage,
    terraform_version: head.terraform_version,
    resources: head.resources,
    bytes: content.bytes,
    sha256: content.sha256,
    content: content.content,
    restored_from: restoredFrom,
    created_at_ms: deps.clock.nowMs(),
    created_by: principal.name,
  };
  const known = await readVersions(deps, state.id);
  const isNew = known.every((each) => each.content !== content.content);
  const forgotten = forgetVersions(known, { keep: OTHERS_MAX, content: content.content });
  const charge = { terraform_state_bytes: (isNew ? content.bytes : 0) - forgotten.bytes };
  const otherwise = replan(`The state ${state.name}`);
  return {
    row,
    changes: [
      { kind: 'insert', into: 'terraform_state_versions', row, otherwise },
      ...forgotten.changes,
      ...chargeTenant(state.tenant_id, charge),
    ],
  };
}

/** A content to send; undefined where the state was never written. */
export async function openState(
  { store }: Pick<CapabilityDeps, 'store'>,
  { name, version }: { readonly name: string; readonly version: number | undefined },
  { principal }: Pick<CallContext, 'principal'>,
): Promise<{ readonly bytes: number; readonly read: AsyncIterable<Uint8Array> } | undefined> {
  const row = await findByName({ store }, principal.tenantId, name);
  if (row === undefined) return undefined;
  const where = { state_id: row.id, version: version ?? row.version };
  const [found] = await store.read({ from: 'terraform_state_versions', where });
  return found && { bytes: found.bytes, read: readContent(store, found) };
}

/** Says why a write is refused while a lock is held. */
function refuseLocked(
  row: TerraformStateRow | undefined,
  lockId: string | undefined,
  { principal }: CallContext,
): StateRefusal | undefined {
  const held = row?.lock_id ?? null;
  if (row === undefined || held === null) {
    return lockId === undefined ? undefined : lockIsGone(row?.name, lockId);
  }
  const isOwn = held === lockId && isHolder(row, principal);
  return isOwn ? undefined : { kind: 'locked', lock: row.lock_json ?? '{}' };
}

function lockIsGone(name: string | undefined, lockId: string): StateRefusal {
  const of = name === undefined ? 'The state' : `The state ${name}`;
  return {
    kind: 'problem',
    problem: problem('conflict', {
      detail: `${of} is no longer locked by ${lockId}: an admin has removed the lock.`,
      remedy: 'Save the state that Terraform has (errored.tfstate), and compare both.',
    }),
  };
}

function damagedOnItsWay(): Problem {
  return problem('validation-failed', {
    detail: 'The content does not have the MD5 that its header Content-MD5 says.',
    remedy: 'Send it again.',
    fields: [{ path: ['content-md5'], message: 'is that of another content' }],
  });
}
