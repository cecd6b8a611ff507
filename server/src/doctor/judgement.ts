/** Lines of the doctor. */
import type { Check } from '@novacron/agent/doctor/judge-host';
import type { Problem } from '@novacron/contract/problem/problem';

/** What was found, what that costs, and what mends it. */
type Trouble = Pick<Check, 'found'> & { readonly cost: string; readonly remedy: string };

/** All is well. */
export function fine(name: string, found: string): Check {
  return { name, state: 'ok', found, cost: null, remedy: null };
}

/** A server starts all the same. */
export function limited(name: string, trouble: Trouble): Check {
  return { name, state: 'limited', ...trouble };
}

/** No server starts. */
export function missing(name: string, trouble: Trouble): Check {
  return { name, state: 'missing', ...trouble };
}

/** The same words as those of a server that does not start, or waits. */
export function lacking(name: string, { detail, remedy, data }: Problem): Check {
  const cost = data?.reason === 'unreachable' ? 'a server waits for it' : 'no server starts';
  const found = detail.replace(/[.]$/, '');
  return missing(name, { found, cost, remedy: remedy.replace(/[.]$/, '') });
}
