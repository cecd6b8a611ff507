/** The keys that the server signs accepted policies with: one signs, earlier ones are retired. */
import type { PolicySigningKey } from '@novacron/contract/kinds/policy/policy-signing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Ids } from '../../../ports/ids.ts';
import type { PolicySignatures, SignatureKeyPair } from '../../../ports/policy-signatures.ts';
import type { Change, Store } from '../../../ports/store.ts';
import type { PolicySigningKeyRow } from '../../../ports/tables/policy-signing-rows.ts';
import type { SigningKey } from '../../rows/sign-text.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** What creating and storing keys needs. */
export interface KeyDeps {
  readonly store: Store;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly signatures: PolicySignatures;
}

/** The current signing key; the first of several servers that needs one creates it. */
export async function currentKey(deps: KeyDeps): Promise<Result<SigningKey, Problem>> {
  const [known] = await readSigning(deps.store);
  if (known !== undefined) return ok(toKey(known));
  const made = makeKeyRow(deps);
  const otherwise = keyMadeMeanwhile();
  const done = await deps.store.commit([
    { kind: 'require-none', of: 'policy_signing_keys', where: { retired_at_ms: 0 }, otherwise },
    { kind: 'insert', into: 'policy_signing_keys', row: made, otherwise },
  ]);
  if (done.ok) return ok(toKey(made));
  const [theirs] = await readSigning(deps.store);
  return theirs === undefined ? done : ok(toKey(theirs));
}

/** How long a webhook is also signed with a retired key. Unit: ms. */
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
  });
  const sinceMs = deps.clock.nowMs() - WEBHOOK_OVERLAP_MS;
  const others = rows.filter(
    ({ id, retired_at_ms }) =>
      id !== current.value.id && (retired_at_ms === 0 || retired_at_ms > sinceMs),
  );
  return ok([current.value, ...others.map(toKey)].slice(0, WEBHOOK_KEYS_MAX));
}

/** A new key pair, not stored yet. */
export function makeKeyRow(
  { ids, clock, signatures }: KeyDeps,
  covers: Coverage = 'new',
): PolicySigningKeyRow {
  return {
    id: ids.next('psk'),
    key_sealed: toSealed(signatures.makeKey(), covers),
    created_at_ms: clock.nowMs(),
    retired_at_ms: 0,
  };
}

/**
 * What a key states about the store: that everything in it is signed, or only what was written
 * since there are keys. The statement is sealed with the key, so removing it removes every
 * signature.
 */
type Coverage = 'new' | 'all';

function toSealed(pair: SignatureKeyPair, covers: Coverage): string {
  return JSON.stringify(covers === 'all' ? { ...pair, covers } : pair);
}

/** States that everything in the store is signed. */
export function coverAll({ id, ...pair }: SigningKey, otherwise: Problem): Change {
  const set = { key_sealed: toSealed(pair, 'all') };
  const expect = { retired_at_ms: 0 };
  return { kind: 'update', table: 'policy_signing_keys', id, set, expect, otherwise };
}

/** Guards a write that contains a signature: the key must still be the signing one. */
export function requireKey({ id }: SigningKey, otherwise: Problem): Change {
  const where = { id, retired_at_ms: { above: 0 } };
  return { kind: 'require-none', of: 'policy_signing_keys', where, otherwise };
}

/** The keys of a store as verification needs them. */
export interface KnownKeys {
  /** Public keys that are valid, by id. */
  readonly keys: ReadonlyMap<string, string>;
  /** Ids of all keys that ever existed. */
  readonly everIds: ReadonlySet<string>;
  readonly covers: Coverage;
}

/** Reads them. */
export async function readKeys(store: Store): Promise<KnownKeys> {
  const rows = await store.read({ from: 'policy_signing_keys' });
  const signing = rows.filter(({ retired_at_ms }) => retired_at_ms === 0).map(toKey);
  return {
    keys: new Map(signing.map(({ id, publicKey }) => [id, publicKey])),
    everIds: new Set(rows.map(({ id }) => id)),
    covers: rows.some(({ key_sealed }) => openSealed(key_sealed).covers === 'all') ? 'all' : 'new',
  };
}

/** The rows of the keys that are not retired, the latest first. */
export async function readSigning(store: Store): Promise<readonly PolicySigningKeyRow[]> {
  return store.read({
    from: 'policy_signing_keys',
    where: { retired_at_ms: 0 },
    orderBy: { column: 'id', direction: 'desc' },
  });
}

/** A row in decoded form. */
export function toKey({ id, key_sealed }: PolicySigningKeyRow): SigningKey {
  const { publicKey, privateKey } = openSealed(key_sealed);
  return { id, publicKey, privateKey };
}

function openSealed(text: string): SignatureKeyPair & { readonly covers?: Coverage } {
  // Written by `toSealed`.
  return JSON.parse(text);
}

/** A row as answers carry it. */
export function toShown(row: PolicySigningKeyRow): PolicySigningKey {
  return {
    id: row.id,
    public_key: toKey(row).publicKey,
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
