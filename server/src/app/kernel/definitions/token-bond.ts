import type { SessionId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';

/**
 * Bond of a token: a session of a browser, or the claims of an issuer about a person, which are
 * mapped again at each use. Without a bond it is bound to the API key alone.
 */
export type TokenBond =
  | { readonly kind: 'session'; readonly id: SessionId }
  | { readonly kind: 'claims'; readonly claims: JsonObject };
