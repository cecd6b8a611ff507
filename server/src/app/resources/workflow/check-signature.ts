/** Verifies the signatures of authors beneath texts of workflows. */
import { bytesOfWorkflow } from '@novacron/contract/automation/workflow-signing';
import { splitRule } from '@novacron/contract/kinds/policy/policy-signing';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PolicyAuthorRow } from '../../../ports/tables/policy/policy-signing-rows.ts';
import { featuresOf } from '../../access/tenants/tenant-access.ts';
import type { ResourceDeps } from '../deps.ts';

/** A text, and the digest of its bundle. */
interface SignedText {
  readonly name: string;
  readonly text: string;
  readonly bundle: string | null;
}

type Deps = Pick<ResourceDeps, 'store' | 'policySignatures'>;

/** Whether texts of a tenant need the signature of an author. */
async function needsSignature({ store }: Pick<Deps, 'store'>, tenantId: string): Promise<boolean> {
  const [tenant] = await store.read({ from: 'tenants', where: { id: tenantId } });
  return !featuresOf(tenant).unsigned_workflows;
}

/** Refuses a text that is about to be stored. Problems: a signature that is missing or invalid. */
export async function checkSignature(
  deps: Deps,
  tenantId: string,
  signed: SignedText,
): Promise<Result<void, Problem>> {
  const isNeeded = await needsSignature(deps, tenantId);
  const found = verify(deps, await readAuthors(deps, tenantId), signed);
  if (!found.ok) return err(refused(signed.name, found.error));
  if (found.value !== null || !isNeeded) return ok(undefined);
  return err(refused(signed.name, UNSIGNED));
}

/** Refuses a run of a text whose signature does not count any more, where the tenant needs one. */
export async function checkSignatureOfRun(
  deps: Deps,
  tenantId: string,
  signed: SignedText,
): Promise<Result<void, Problem>> {
  return (await needsSignature(deps, tenantId))
    ? checkSignature(deps, tenantId, signed)
    : ok(undefined);
}

/** Finds out whose signatures texts have now; null for one without a signature that counts. */
export async function readSigners(
  deps: Deps,
  tenantId: string,
): Promise<(signed: Omit<SignedText, 'name'>) => string | null> {
  const authors = await readAuthors(deps, tenantId);
  return ({ text, bundle }) => {
    const found = verify(deps, authors, { name: '', text, bundle });
    return found.ok ? found.value : null;
  };
}

function readAuthors({ store }: Deps, tenantId: string): Promise<readonly PolicyAuthorRow[]> {
  return store.read({ from: 'policy_authors', where: { tenant_id: tenantId } });
}

const UNSIGNED = 'it has no signature of its author, which your tenant requires';

/** @returns the name of the author; null without a signature. Problems: why it does not count */
function verify(
  { policySignatures }: Deps,
  authors: readonly PolicyAuthorRow[],
  { text: whole, bundle }: SignedText,
): Result<string | null, string> {
  const { text, signature } = splitRule(whole);
  if (signature === undefined) return ok(null);
  if (signature === 'malformed') {
    return err('it has a line that looks like a signature but is not a valid one at its end');
  }
  const { key, value } = signature;
  const author = authors.find(({ public_key }) => public_key === key);
  if (author === undefined) {
    return err(`it is signed with the key ${key}, which this tenant does not trust`);
  }
  if (policySignatures?.verify(key, bytesOfWorkflow(text, bundle), value) === true) {
    return ok(author.name);
  }
  return err(`its text or its bundle was changed after ${author.name} had signed it`);
}

function refused(name: string, why: string): Problem {
  return problem('validation-failed', {
    detail: `The text of ${name} is not accepted: ${why}.`,
    remedy:
      'Sign it as the last step (novacron workflow sign FILE --key KEY), then push it; an admin ' +
      'trusts keys: novacron policy-author create.',
    fields: [{ path: ['text'], message: why }],
  });
}
