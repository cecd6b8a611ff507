/** Explains name and address conflicts with resources that the same run changes. */
import type { Problem } from '@novacron/contract/problem/problem';
import { endSentence } from '../../framework/diagnostics/end-sentence.ts';

const HINTS = {
  create:
    'If this resource replaces the existing one, create_before_destroy (its own, or that of a ' +
    'dependent resource) keeps the old one until the new one exists: also change the name or ' +
    'address block, or remove create_before_destroy.',
  update:
    'If the same plan renames or deletes the existing one, make the plan with a refresh ' +
    '(without -refresh=false) and apply it within 30 days. With for_each over the names instead ' +
    'of count, removing an element of the list renames nothing.',
} as const;

/**
 * Adds hints about the order of operations, which Terraform does not send to providers. A plan
 * accepts names and ranges that are used by a resource of its own state, since that resource may be
 * deleted by then.
 */
export function explainNameConflict(found: Problem, verb: keyof typeof HINTS): Problem {
  if (found.code !== 'name-taken' && found.code !== 'network-overlap') return found;
  // The server has named the run that created it.
  if (found.data?.unconfirmed !== undefined) return found;
  return { ...found, remedy: `${endSentence(found.remedy)}\n\n${HINTS[verb]}` };
}
