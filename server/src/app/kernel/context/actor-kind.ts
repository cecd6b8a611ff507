/** The kind of actor behind a write: recorded in the audit log, where drift finds its causes. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { Principal } from './call-context.ts';

/** The part of a caller that decides its kind. */
export interface Actor {
  readonly principal: Pick<Principal, 'name' | 'tenantId'> &
    Partial<Pick<Principal, 'id' | 'kind'>>;
  readonly client: ClientName;
}

/**
 * The kind of a caller: the declared one, else the program where it writes by itself, else whether
 * it came with an API key.
 */
export function actorKindOf({ principal, client }: Actor): CauseKind {
  if (principal.kind !== undefined) return principal.kind;
  if (client === 'terraform' || client === 'platform') return client;
  return principal.id?.startsWith('key_') ? 'api_key' : 'person';
}
