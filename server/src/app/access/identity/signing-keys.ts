/**
 * The keys that tokens are signed with: the newest signs; earlier ones are accepted until the last
 * token that they signed has expired.
 */

import { TOKEN_SECONDS_MAX } from '@novacron/contract/access/token';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { TokenCrypto } from '../../../ports/tokens.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { AccessDeps } from '../deps.ts';

const MS_PER_SECOND = 1_000;

/** Time for which a key signs before the next key is created. */
const ROTATION_MS = 30 * 86_400 * MS_PER_SECOND;

/**
 * Time for which a retired key is accepted: the lifetime of the longest token plus some clock
 * difference.
 */
const OVERLAP_MS = TOKEN_SECONDS_MAX * MS_PER_SECOND + 120_000;

type KeyRow = Tables['signing_keys'];

/** The public keys whose tokens are accepted now. */
export async function acceptedKeys(deps: AccessDeps): Promise<readonly JsonObject[]> {
  const rows = await deps.store.read({ from: 'signing_keys' });
  const nowMs = deps.clock.nowMs();
  return rows
    .filter((row) => row.retires_at_ms === null || row.retires_at_ms > nowMs)
    .map((row) => ({ ...JSON.parse(row.public_jwk_json), kid: row.id }));
}

/** The key that signs now, created or rotated when it is time. */
export async function signingKey(
  deps: AccessDeps,
  crypto: TokenCrypto,
): Promise<Result<KeyRow, Problem>> {
  const rows = await readSigning(deps);
  const newest = rows.at(-1);
  if (newest !== undefined && newest.created_at_ms + ROTATION_MS > deps.clock.nowMs()) {
    return ok(newest);
  }
  const made = await addKey(deps, crypto, { rows, retiresAtMs: deps.clock.nowMs() + OVERLAP_MS });
  if (made.ok || made.error.code !== 'conflict') return made;
  // Another server was faster: its key is just as good.
  const theirs = (await readSigning(deps)).at(-1);
  return theirs === undefined ? made : ok(theirs);
}

/** Creates a new key at once, for when the old one may have leaked. */
export async function rotateSigningKey(
  deps: AccessDeps,
  input: ParsedInputOf<'signing_key.rotate'>,
  context: CallContext,
): Promise<Result<{ readonly key_id: string }, Problem>> {
  const { tokens } = deps;
  if (tokens === undefined) return err(noTokens());
  const nowMs = deps.clock.nowMs();
  const isKept = input.earlier_tokens === 'keep';
  const done = await addKey(deps, tokens, {
    // Revoking also removes keys that an earlier rotation left to expire.
    rows: isKept ? await readSigning(deps) : await deps.store.read({ from: 'signing_keys' }),
    retiresAtMs: isKept ? nowMs + OVERLAP_MS : nowMs,
    also: [
      auditChange(deps, context, {
        operation: 'signing_key.rotate',
        outcome: 'done',
        resourceKind: '',
        target: { id: '', name: '' },
        changes: { earlier_tokens: { was: null, is: input.earlier_tokens } },
      }),
    ],
  });
  return done.ok ? ok({ key_id: done.value.id }) : done;
}

function readSigning(deps: AccessDeps): Promise<readonly KeyRow[]> {
  return deps.store.read({ from: 'signing_keys', where: { retires_at_ms: null } });
}

async function addKey(
  deps: AccessDeps,
  crypto: TokenCrypto,
  plan: {
    readonly rows: readonly KeyRow[];
    readonly retiresAtMs: number;
    readonly also?: ChangeSet;
  },
): Promise<Result<KeyRow, Problem>> {
  const made = await crypto.makeKey();
  const otherwise = problem('conflict', {
    detail: 'Another server renewed the signing key at the same time.',
    remedy: 'Send the request again.',
  });
  const row: KeyRow = {
    id: deps.ids.next('sig'),
    public_jwk_json: JSON.stringify(made.publicJwk),
    private_sealed: made.privateText,
    created_at_ms: deps.clock.nowMs(),
    retires_at_ms: null,
  };
  const done = await commitChanges(deps, [
    // Where keys exist, the guarded updates below detect a concurrent rotation.
    ...(plan.rows.length === 0 ? [noOtherSigns(otherwise)] : []),
    { kind: 'insert', into: 'signing_keys', row, otherwise },
    ...plan.rows.map(
      ({ id, retires_at_ms }) =>
        ({
          kind: 'update',
          table: 'signing_keys',
          id,
          set: { retires_at_ms: Math.min(retires_at_ms ?? plan.retiresAtMs, plan.retiresAtMs) },
          expect: { retires_at_ms },
          otherwise,
        }) as const,
    ),
    ...(plan.also ?? []),
  ]);
  return done.ok ? ok(row) : done;
}

/**
 * Ensures that only one server creates the first key if several servers find none at the same time.
 */
function noOtherSigns(otherwise: Problem): Change {
  return { kind: 'require-none', of: 'signing_keys', where: { retires_at_ms: null }, otherwise };
}

/** The answer of a server that was configured without tokens. */
export function noTokens(): Problem {
  return problem('unavailable', {
    detail: 'This server does not sign tokens.',
    remedy: 'Use an API key.',
  });
}
