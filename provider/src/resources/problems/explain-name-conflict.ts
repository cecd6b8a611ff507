/** Explains conflicts about names, addresses and address ranges with other resources of a run. */
import type { Problem } from '@novacron/contract/problem/problem';
import { endSentence } from '../../framework/diagnostics/end-sentence.ts';
import type { Session } from '../../rpc/session.ts';

const REPLACEMENT_HINT =
  'If this resource replaces the existing one, create_before_destroy (its own, or that of a ' +
  'dependent resource) keeps the old one until the new one exists: also change the name or ' +
  'address block, or remove create_before_destroy.';

const ORDER_HINT =
  'With for_each over the names instead of count, removing an element of the list renames nothing.';

const IN_STATE =
  'It is in the state of this configuration already. If this apply renames or deletes it, apply ' +
  'again; otherwise use another value here, or change that resource as well. Do not import it: ' +
  'two addresses would manage one object.';

/** Problems that end with the resource that has what is asked for. */
const CODES: readonly Problem['code'][] = ['name-taken', 'address-taken', 'network-overlap'];

/** Whether a resource has the name, address or address range that a write takes. */
export function isHeld({ code }: Problem): boolean {
  return CODES.includes(code);
}

/**
 * Adds hints about the order of changes, which Terraform does not send to providers. A plan accepts
 * names, addresses and ranges that are used by a resource of its own state, since that resource may
 * be changed or deleted by then.
 */
export function explainNameConflict(
  found: Problem,
  verb: 'create' | 'update',
  { inState }: Pick<Session, 'inState'>,
): Problem {
  // The server has named the run that created it.
  if (!isHeld(found) || found.data?.unconfirmed !== undefined) return found;
  const { holder, resource_id, group_id } = found.data ?? {};
  // The server knows what the plan does to the holder.
  if (holder === 'leaving') return found;
  const isInState = [group_id, resource_id].some((id) => inState.has(String(id)));
  // An object of others is not replaced here, and no list of this configuration has its name.
  if (holder === 'other' && !isInState) return found;
  const remedy = isInState ? IN_STATE : endSentence(found.remedy);
  const hint = verb === 'create' ? REPLACEMENT_HINT : ORDER_HINT;
  return { ...found, remedy: `${remedy}\n\n${hint}` };
}
