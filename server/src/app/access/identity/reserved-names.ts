import { type Problem, problem } from '@novacron/contract/problem/problem';
import { RESERVED_NAMES } from '../../rows/own-principals.ts';

/** Refuses a name that records would mistake for NovaCron itself; undefined for any other one. */
export function refuseReservedName(name: string): Problem | undefined {
  if (!RESERVED_NAMES.has(name.toLowerCase())) return undefined;
  return problem('validation-failed', {
    detail: `The name ${name} is reserved for parts of NovaCron in the audit log.`,
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message: 'is reserved' }],
  });
}
