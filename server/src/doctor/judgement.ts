/** Lines of the doctor. */
import type { Check } from '@novacron/agent/doctor/judge-host';

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
