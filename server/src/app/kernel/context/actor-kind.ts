/** What kind of hand writes: for the audit log, which drift finds its causes in. */
import type { CauseKind } from '@novacron/contract/drift';
import type { ClientName } from '@novacron/contract/identity';
import type { Principal } from './call-context.ts';

/** A caller, as much of one as tells. */
export interface Hand {
  readonly principal: Pick<Principal, 'name' | 'tenantId'> &
    Partial<Pick<Principal, 'id' | 'kind'>>;
  readonly client: ClientName;
}

/**
 * The kind of a caller: what it says of itself, else the program where that writes by itself, else
 * whether it came with an API key.
 */
export function handOf({ principal, client }: Hand): CauseKind {
  if (principal.kind !== undefined) return principal.kind;
  if (client === 'terraform' || client === 'platform') return client;
  return principal.id?.startsWith('key_') ? 'api_key' : 'person';
}
