/** Why a name or an address block may be taken by what this very run changes. */
import type { Problem } from '@novacron/contract/problem';
import { endSentence } from '../../framework/diagnostics/end-sentence.ts';

const HINTS = {
  create:
    'If this resource replaces that very one, create_before_destroy (its own, or that of what ' +
    'depends on it) keeps the old one until the new one is there: change the name, or the ' +
    'address block, as well, or remove create_before_destroy.',
  update:
    'If this very run renames or deletes that one, Terraform does not wait for it: apply again. ' +
    'Two that swap their names need a name in between. With for_each over the names, instead of ' +
    'count, nothing is renamed where an element of a list goes.',
} as const;

/**
 * Adds to a refused write what Terraform does not tell its providers: in which order it works. A
 * plan lets pass what a resource of its own state holds, for that may be gone by then.
 */
export function explainNameConflict(found: Problem, verb: keyof typeof HINTS): Problem {
  if (found.code !== 'name-taken' && found.code !== 'network-overlap') return found;
  return { ...found, remedy: `${endSentence(found.remedy)}\n\n${HINTS[verb]}` };
}
