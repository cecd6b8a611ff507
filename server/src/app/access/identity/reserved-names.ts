import { type Problem, problem } from '@novacron/contract/problem/problem';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';

/**
 * Names in records of what is not an API key: NovaCron itself and its parts, callers without a
 * key, and what the names of sessions and of emergency commands begin with.
 */
const RESERVED: ReadonlySet<string> = new Set([
  PLATFORM_NAME,
  'anyone',
  'break-glass',
  'novacron',
  'oidc',
  'server',
]);

/** Refuses a name that records would mistake for NovaCron itself; undefined for any other one. */
export function refuseReservedName(name: string): Problem | undefined {
  if (!RESERVED.has(name.toLowerCase())) return undefined;
  return problem('validation-failed', {
    detail: `The name ${name} is reserved: the audit log names parts of NovaCron so.`,
    remedy: 'Choose another name.',
    fields: [{ path: ['name'], message: 'is reserved' }],
  });
}
