/** The principal of callers without a key, for the operations that allow anonymous calls. */
import { TenantId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import type { AccessDeps } from '../deps.ts';
import type { Allowance } from '../limits/rate-limiter.ts';
import { findPlatformTenant } from './tenant-access.ts';

/** For each address: more than a rack of agents needs, and too few for guessing tokens. */
export const ANYONE_ALLOWANCE: Allowance = { burst: 20, perSecond: 2 };

/**
 * Makes the principal of a caller without a key. Its calls are recorded for the first tenant, whose
 * people run the server.
 * @param address - the remote address of the call
 */
export async function findAnyone({ store }: AccessDeps, address: string): Promise<Principal> {
  const first = await findPlatformTenant(store);
  assert(first !== undefined, 'the first tenant was made before the first request');
  const name = OWN_PRINCIPALS.anonymous;
  const id = `${name}@${address}`;
  return { id, name, role: 'viewer', tenantId: TenantId.parse(first.id) };
}
