/** The kind of actor behind a write: recorded in the audit log, where drift finds its causes. */

import type { ClientName } from '@novacron/contract/access/identity';
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { Principal } from './call-context.ts';

/** The part of a caller that decides its kind. */
export interface Actor {
  readonly principal: Pick<Principal, 'name' | 'tenantId'> &
    Partial<Pick<Principal, 'id' | 'kind' | 'onBehalfOf'>>;
  readonly client: ClientName;
}

/**
 * The kind of a caller: the declared one, else the program where it writes by itself, else whether
 * it came with an API key.
 */
export function actorKindOf({ principal, client }: Actor): CauseKind {
  if (principal.kind !== undefined) return principal.kind;
  if (client === 'terraform' || client === 'platform') return client;
  return keyIdOf(principal) === undefined ? 'person' : 'api_key';
}

/**
 * The id of the API key that a caller has, also where it came with a token of that key; undefined
 * for sessions of an identity provider and for NovaCron itself. Names are reused, ids are not.
 */
export function keyIdOf({ id }: Actor['principal']): string | undefined {
  return id?.startsWith('key_') ? id : undefined;
}
