/**
 * Verifies the integrity of a policy before a change: if its stored text is not the accepted one,
 * nothing of it is signed until the text is sent again, because a request that only sends a switch
 * has not reviewed it.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { PolicyVersionRow } from '../../../ports/tables/policy/policy-version-row.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import type { DecidingDeps } from '../memory/deciding-deps.ts';

/**
 * `mend`: it is written and signed again, though nothing else changes. `leave`: it is disabled, and
 * its stored text stays, without a valid signature.
 */
export type IntegrityCheck =
  | { readonly kind: 'none' | 'mend' | 'leave' }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Dependencies of verification. */
interface Needs {
  readonly deps: Pick<DecidingDeps, 'decisions'>;
}

/** Verifies a policy that is about to change. */
export async function verifyPolicyIntegrity(
  row: PolicyRow,
  { deps }: Needs,
  wanted: { readonly text: string | undefined; readonly enabled: boolean },
): Promise<IntegrityCheck> {
  const trust = deps.decisions.memory.trust;
  await trust?.learn();
  const fault = trust?.faultOf(row);
  if (fault === undefined) return { kind: 'none' };
  if (wanted.text !== undefined) return { kind: 'mend' };
  if (!wanted.enabled) return { kind: 'leave' };
  return { kind: 'refused', problem: sendItsText(row, fault) };
}

/** Explains why an earlier text of a policy cannot be restored. */
export async function refuseVersion(
  earlier: PolicyVersionRow,
  { id, name }: PolicyRow,
  { deps }: Needs,
): Promise<Problem | undefined> {
  const trust = deps.decisions.memory.trust;
  await trust?.learn();
  const fault = trust?.faultOfVersion(earlier);
  if (fault === undefined) return undefined;
  return problem('rule-invalid', {
    detail: `Version ${earlier.version} of ${name} was changed outside of the server: ${fault}.`,
    remedy: `Send the desired text: novacron policy update ${id} --rule-file FILE.`,
    fields: [{ path: ['to_version'], message: 'is not the text that the server accepted' }],
  });
}

function sendItsText({ id, name, steers }: PolicyRow, fault: string): Problem {
  const field = steers === null ? 'rule' : 'document';
  const noun = steers === null ? 'policy' : 'orchestration-policy';
  return problem(steers === null ? 'rule-invalid' : 'validation-failed', {
    detail: `The policy ${name} was changed outside of the server: ${fault}.`,
    remedy:
      'Review it, and send its text with the change: ' +
      `novacron ${noun} update ${id} --${field}-file FILE.`,
    fields: [
      { path: [field], message: 'must be sent again, because the stored one is not trusted' },
    ],
  });
}
