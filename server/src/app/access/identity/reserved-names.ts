import { type Problem, problem } from '@novacron/contract/problem/problem';
import { RESERVED_NAMES } from '../../rows/own-principals.ts';

/** Refuses a name that records would mistake for NovaCron itself; undefined for any other one. */
export function refuseReservedName(name: string): Problem | undefined {
  if (!RESERVED_NAMES.has(name.toLowerCase())) return undefined;
  return problem('validation-failed', {
    detail: `The name ${name} is reserved: the audit log names parts of NovaCron so.`,
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message: 'is reserved' }],
  });
}
