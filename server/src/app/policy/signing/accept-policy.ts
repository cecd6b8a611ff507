/** Signs accepted policies, and verifies the signatures of authors. */
import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import { bytesOfRule, splitRule } from '@novacron/contract/kinds/policy/policy-signing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CompiledRule } from '../../../ports/policy-runtime.ts';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { featuresOf } from '../../access/tenants/tenant-access.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { replan } from '../../rows/resource-problems.ts';
import { type AcceptedText, type Compiled, signText } from '../../rows/sign-text.ts';
import type { PolicyDeps } from '../deps.ts';
import { textOf } from './policy-integrity.ts';
import { currentKey, requireKey } from './server-keys.ts';

/** A compiled policy as it is stored, and the guards of the commit. */
export interface Accepted {
  readonly compiledJson: string;
  readonly guards: readonly Change[];
}

/** Signs a policy text with its settings, where this server signs. */
export async function acceptPolicy(
  deps: PolicyDeps,
  compiled: Compiled,
  { desired, ...text }: Omit<AcceptedText, 'rule'> & { readonly desired: FieldValues },
): Promise<Result<Accepted, Problem>> {
  const { policySignatures: signatures } = deps;
  if (signatures === undefined) {
    return ok({ compiledJson: JSON.stringify(compiled), guards: [] });
  }
  const key = await currentKey({ ...deps, signatures });
  if (!key.ok) return key;
  const accepted = { ...text, rule: textOf(desired) };
  const by = { signatures, key: key.value, desired };
  return ok({
    compiledJson: signText(compiled, accepted, by),
    guards: [requireKey(key.value, replan('The key that signs policies'))],
  });
}

/**
 * Scope in which a missing signature is an error: nowhere, the whole server, or a single tenant.
 */
export type AuthorRule = 'none' | 'server' | 'tenant';

/**
 * Returns the rule that applies to a tenant; the server's rule applies to all tenants, a tenant's
 * rule only to itself.
 */
export function authorRuleOf(
  { settings }: Pick<PolicyDeps, 'settings'>,
  own: Tables['tenants'] | undefined,
): AuthorRule {
  if (settings.requireSignedPolicies) return 'server';
  return featuresOf(own).unsigned_policies ? 'none' : 'tenant';
}

/** Verifies the signature inside a rule. Problems: `rule-invalid`, at the rule. */
export async function checkAuthor(
  deps: PolicyDeps,
  rule: string,
  asked: {
    readonly tenantId: string;
    readonly mode: AuthorRule;
    /** The signatures of a bundle. */
    readonly signatures: CompiledRule['signatures'];
  },
): Promise<Result<void, Problem>> {
  const { store, policySignatures } = deps;
  const { tenantId, mode, signatures = [] } = asked;
  if (isBundle(rule)) return checkBundle(deps, signatures, { tenantId, mode });
  const { text, signature } = splitRule(rule);
  if (signature === undefined) return mode === 'none' ? ok(undefined) : err(unsigned(mode));
  if (signature === 'malformed') return err(malformed());
  const { key, value } = signature;
  const where = { tenant_id: tenantId, public_key: key };
  const [author] = await store.read({ from: 'policy_authors', where });
  if (author === undefined) return err(unknownKey(key));
  const holds = policySignatures?.verify(key, bytesOfRule(text), value) === true;
  return holds ? ok(undefined) : err(changed(key, author.name));
}

/** Every signature of a bundle must be of an author, identified by name or by key. */
async function checkBundle(
  { store, policySignatures }: PolicyDeps,
  signatures: NonNullable<CompiledRule['signatures']>,
  { tenantId, mode }: { readonly tenantId: string; readonly mode: AuthorRule },
): Promise<Result<void, Problem>> {
  if (signatures.length === 0) return mode === 'none' ? ok(undefined) : err(unsignedBundle(mode));
  const authors = await store.read({ from: 'policy_authors', where: { tenant_id: tenantId } });
  for (const signed of signatures) {
    const named = authors.filter(
      ({ name, public_key }) => signed.keyId === name || signed.keyId === public_key,
    );
    if (named.length === 0) return err(unknownBundleKey(signed.keyId));
    const isSigned = named.some(
      ({ public_key }) => policySignatures?.verifyJws(public_key, signed) === true,
    );
    if (!isSigned) return err(forgedBundle(signed.keyId, signed.algorithm));
  }
  return ok(undefined);
}

const ASKS = { server: 'this server', tenant: 'your tenant' } as const;

type Asking = keyof typeof ASKS;

function unsignedBundle(by: Asking): Problem {
  return invalid(
    `The bundle has no signature of its author, which ${ASKS[by]} requires.`,
    'Sign it: opa build -t wasm --signing-key KEY --signing-alg RS256 --bundle …',
    'is a bundle without .signatures.json',
  );
}

function unknownBundleKey(keyId: string): Problem {
  const named = keyId === '' ? 'a key without a name' : `the key ${JSON.stringify(keyId)}`;
  return invalid(
    `The bundle is signed with ${named}, and no author of this tenant has that name or key.`,
    'Ask an admin to trust it under the name of its keyid: novacron policy-author create.',
    `is signed with ${named}, which is not among the authors`,
  );
}

function forgedBundle(keyId: string, algorithm: string): Problem {
  return invalid(
    `The signature of the bundle (${algorithm}) is not of the author ${JSON.stringify(keyId)}.`,
    'Sign it with the private half of the key that the author is known by.',
    `has a signature that is not of ${JSON.stringify(keyId)}`,
  );
}

function invalid(detail: string, remedy: string, message: string): Problem {
  return problem('rule-invalid', { detail, remedy, fields: [{ path: ['rule'], message }] });
}

const SIGN = 'novacron policy sign --key KEY policy.rego';

function unsigned(by: Asking): Problem {
  return invalid(
    `The rule has no signature of its author, which ${ASKS[by]} requires.`,
    `Sign it: ${SIGN}. Ask an admin to trust the key: novacron policy-author create.`,
    'has no signature of its author',
  );
}

function malformed(): Problem {
  return invalid(
    'The rule has a line that looks like a signature but is not a valid one, or not the last line.',
    `Sign it again, which removes the line: ${SIGN}.`,
    'has a signature that is not one line at its end',
  );
}

function unknownKey(key: string): Problem {
  return invalid(
    `The rule is signed with the key ${key}, which this tenant does not trust.`,
    `Ask an admin to trust it: novacron policy-author create NAME --public-key ${key}.`,
    `is signed with ${key}, which is not among the authors`,
  );
}

function changed(key: string, name: string): Problem {
  return invalid(
    `The signature of ${name} (${key}) is of another text: the rule was changed afterwards.`,
    `Sign it again as the last step, also after novacron policy fmt: ${SIGN}.`,
    `was changed after ${name} had signed it`,
  );
}
