/** Whoever calls without a key, where a row of the operations table lets anyone. */
import { TenantId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import type { Allowance } from '../limits/token-bucket.ts';
import { findPlatformTenant } from './tenant-access.ts';

/** For each address: more than a rack of agents needs, and nothing for guessers. */
export const ANYONE_ALLOWANCE: Allowance = { burst: 20, perSecond: 2 };

/**
 * The principal of a caller without a key. What it does is recorded for the first tenant, whose
 * people run the server.
 * @param address - where the call comes from
 */
export async function findAnyone({ store }: AccessDeps, address: string): Promise<Principal> {
  const first = await findPlatformTenant(store);
  assert(first !== undefined, 'the first tenant was made before the first request');
  const id = `anyone@${address}`;
  return { id, name: 'anyone', role: 'viewer', tenantId: TenantId.parse(first.id) };
}
