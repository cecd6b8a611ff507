/** Lists the keys that sign policies, and rotates them. */

import type { PolicySigningKey } from '@novacron/contract/kinds/policy/policy-signing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import type { PolicyDeps } from '../deps.ts';
import {
  currentKey,
  type KeyDeps,
  makeKey,
  readKeys,
  readSigning,
  toShown,
} from './server-keys.ts';
import { signDocuments } from './sign-documents.ts';
import { type SignedPolicies, type SigningRound, signPolicies } from './sign-policies.ts';

/** Lists the keys, the signing one last; it is created if there is none yet. */
export async function listSigningKeys(
  deps: PolicyDeps,
  input: ParsedInputOf<'policy_signing_key.list'>,
): Promise<Result<Page<PolicySigningKey>, Problem>> {
  const able = requireSignatures(deps);
  if (!able.ok) return able;
  const made = await currentKey(able.value);
  if (!made.ok) return made;
  const source = {
    operation: 'policy_signing_key.list',
    from: 'policy_signing_keys',
    where: {},
    idPrefix: 'psk',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toShown)) : page;
}

/**
 * Creates a new key, signs all policies that pass the integrity check, and retires the previous
 * keys. Policies written meanwhile are signed in a second round, when the previous keys can no
 * longer sign.
 */
export async function rotateSigningKeys(
  deps: PolicyDeps,
  _input: ParsedInputOf<'policy_signing_key.rotate'>,
  context: CallContext,
) {
  const able = requireSignatures(deps);
  if (!able.ok) return able;
  const keys = await readKeys(deps.store);
  const { key, row } = makeKey(able.value);
  const otherwise = rotatedMeanwhile();
  const begun = await commitObject(deps, context, {
    operation: 'policy_signing_key.rotate',
    resourceKind: 'policy_signing_key',
    target: { id: row.id, name: '' },
    before: null,
    wanted: {},
    plan: async () =>
      ok({
        answer: await readSigning(deps.store),
        changes: [{ kind: 'insert', into: 'policy_signing_keys', row, otherwise }],
      }),
  });
  if (!begun.ok) return begun;
  const trust = {
    signatures: able.value.signatures,
    // Keys that were retired before stay retired.
    keys: new Map([...keys, [key.id, key.publicKey]]),
  };
  const round = { key, trust };
  const first = await signAll(deps.store, round);
  const retired_at_ms = Math.max(1, deps.clock.nowMs());
  const retired = await commitChanges(
    deps,
    begun.value.map(({ id }) => ({
      kind: 'update',
      table: 'policy_signing_keys',
      id,
      otherwise,
      set: { retired_at_ms },
      expect: { retired_at_ms: 0 },
    })),
  );
  if (!retired.ok) return retired;
  const second = await signAll(deps.store, round);
  const signed = Math.max(first.signed, second.signed);
  return ok({ key_id: row.id, signed, refused: second.refused });
}

/** Signs policies, and the data documents that they read. */
async function signAll(store: PolicyDeps['store'], round: SigningRound): Promise<SignedPolicies> {
  const policies = await signPolicies(store, round);
  const documents = await signDocuments(store, round);
  return {
    signed: policies.signed + documents.signed,
    refused: [...policies.refused, ...documents.refused],
  };
}

/** The key store, where this server signs at all. Problems: `unavailable`. */
function requireSignatures(deps: PolicyDeps): Result<KeyDeps, Problem> {
  const { policySignatures: signatures } = deps;
  if (signatures !== undefined) return ok({ ...deps, signatures });
  return err(
    problem('unavailable', {
      detail: 'This server does not sign policies.',
      remedy: 'Ask the operators of NovaCron.',
    }),
  );
}

function rotatedMeanwhile(): Problem {
  return problem('conflict', {
    detail: 'Another request changed the keys for policies at the same time.',
    remedy: 'List them, and send the request again if it is still needed.',
  });
}
