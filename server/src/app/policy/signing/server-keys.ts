/** The keys that the server signs accepted policies with: one signs, earlier ones are retired. */
import type { PolicySigningKey } from '@novacron/contract/kinds/policy/policy-signing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Ids } from '../../../ports/ids.ts';
import type { PolicySignatures, SignatureKeyPair } from '../../../ports/policy-signatures.ts';
import type { Change, Store } from '../../../ports/store.ts';
import type { PolicySigningKeyRow } from '../../../ports/tables/policy/policy-signing-rows.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { damagedRow, parseStored } from '../../rows/parse-stored.ts';
import type { SigningKey } from '../../rows/sign-text.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Dependencies for creating and storing keys. */
export interface KeyDeps {
  readonly store: Store;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly signatures: PolicySignatures;
}

/**
 * The current signing key; the first of several servers that needs one creates it. A damaged key
 * signs nothing: it is replaced, and stays in the store, where it may be restored.
 */
export async function currentKey(deps: KeyDeps): Promise<Result<SigningKey, Problem>> {
  const rows = await readSigning(deps.store);
  const [known] = rows.flatMap(keysIn);
  if (known !== undefined) return ok(known);
  const [damaged] = rows;
  const { key, row } = makeKey(deps);
  const otherwise = keyMadeMeanwhile();
  const signing = { retired_at_ms: 0, ...(damaged && { id: { above: damaged.id } }) };
  const done = await commitChanges(deps, [
    { kind: 'require-none', of: 'policy_signing_keys', where: signing, otherwise },
    { kind: 'insert', into: 'policy_signing_keys', row, otherwise },
  ]);
  if (done.ok) return ok(key);
  const [theirs] = (await readSigning(deps.store)).flatMap(keysIn);
  return theirs === undefined ? done : ok(theirs);
}

/** Time for which a webhook is also signed with a retired key. Unit: ms. */
const WEBHOOK_OVERLAP_MS = 24 * 3_600_000;

/** Maximum number of keys for one webhook, even after frequent rotations. */
const WEBHOOK_KEYS_MAX = 3;

/**
 * The keys that sign a webhook: the current one first, then recently retired ones, so that
 * receivers can switch to the new key within a day.
 */
export async function webhookKeys(deps: KeyDeps): Promise<Result<readonly SigningKey[], Problem>> {
  const current = await currentKey(deps);
  if (!current.ok) return current;
  const rows = await deps.store.read({
    from: 'policy_signing_keys',
    orderBy: { column: 'id', direction: 'desc' },
    damaged: 'blank',
  });
  const sinceMs = deps.clock.nowMs() - WEBHOOK_OVERLAP_MS;
  const others = rows.filter(
    ({ id, retired_at_ms }) =>
      id !== current.value.id && (retired_at_ms === 0 || retired_at_ms > sinceMs),
  );
  return ok([current.value, ...others.flatMap(keysIn)].slice(0, WEBHOOK_KEYS_MAX));
}

/** A new key, not stored yet. */
export function makeKey({ ids, clock, signatures }: KeyDeps): {
  readonly key: SigningKey;
  readonly row: PolicySigningKeyRow;
} {
  const id = ids.next('psk');
  const pair = signatures.makeKey();
  const row = {
    id,
    key_sealed: JSON.stringify(pair),
    created_at_ms: clock.nowMs(),
    retired_at_ms: 0,
  };
  return { key: { id, ...pair }, row };
}

/** Guards a write that contains a signature: the key must still be the signing one. */
export function requireKey({ id }: SigningKey, otherwise: Problem): Change {
  const where = { id, retired_at_ms: { above: 0 } };
  return { kind: 'require-none', of: 'policy_signing_keys', where, otherwise };
}

/** Reads the public keys that are valid, by id. A damaged key verifies nothing. */
export async function readKeys(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await readSigning(store);
  return new Map(rows.flatMap(keysIn).map(({ id, publicKey }) => [id, publicKey]));
}

/** Reads the ids of keys that cannot be decrypted and are not retired. */
export async function readDamagedKeys(store: Store): Promise<readonly string[]> {
  const rows = await readSigning(store);
  return rows.filter((row) => keysIn(row).length === 0).map(({ id }) => id);
}

/** The rows of the keys that are not retired, the latest first, damaged ones too. */
export async function readSigning(store: Store): Promise<readonly PolicySigningKeyRow[]> {
  return store.read({
    from: 'policy_signing_keys',
    where: { retired_at_ms: 0 },
    orderBy: { column: 'id', direction: 'desc' },
    damaged: 'blank',
  });
}

/** The key of a row in decoded form; none of a damaged one. */
function keysIn(row: PolicySigningKeyRow): readonly SigningKey[] {
  const opened = parseStored<Partial<SignatureKeyPair>>(row.key_sealed);
  if (opened?.publicKey === undefined || opened.privateKey === undefined) return [];
  const { publicKey, privateKey } = opened;
  return [{ id: row.id, publicKey, privateKey }];
}

/**
 * A row as answers carry it.
 * @throws damagedRow
 */
export function toShown(row: PolicySigningKeyRow): PolicySigningKey {
  const [key] = keysIn(row);
  if (key === undefined) {
    throw damagedRow(row.id, 'key_sealed cannot be decrypted; it verifies no signature any more');
  }
  return {
    id: row.id,
    public_key: key.publicKey,
    state: row.retired_at_ms === 0 ? 'signs' : 'retired',
    created_at: toTimestamp(row.created_at_ms),
    retired_at: row.retired_at_ms === 0 ? null : toTimestamp(row.retired_at_ms),
  };
}

function keyMadeMeanwhile(): Problem {
  return problem('conflict', {
    detail: 'Another server created a key for policies at the same time.',
    remedy: 'Send the request again.',
  });
}
