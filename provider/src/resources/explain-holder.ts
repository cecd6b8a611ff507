/** Why a name or an address block may be taken by what this very run replaces. */
import type { Problem } from '@novacron/contract/problem';
import { endSentence } from '../framework/end-sentence.ts';

const REPLACED =
  'If this resource replaces that very one, create_before_destroy (its own, or that of what ' +
  'depends on it) keeps the old one until the new one is there: change the name, or the ' +
  'address block, as well, or remove create_before_destroy.';

/**
 * Adds to a refused create what Terraform does not tell its providers: in which order it replaces.
 * A plan lets pass what a resource of its own state holds, for that may be gone by then.
 */
export function explainHolder(found: Problem): Problem {
  if (found.code !== 'name-taken' && found.code !== 'network-overlap') return found;
  return { ...found, remedy: `${endSentence(found.remedy)}\n\n${REPLACED}` };
}
