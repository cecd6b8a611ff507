import type { SessionId } from '@novacron/contract/ids';
import type { JsonObject } from '@novacron/contract/json';

/**
 * What a token stays bound to: a session of a browser, or what an issuer said of a person, which
 * the mapping of each moment reads again. Without one it is bound to the API key alone.
 */
export type TokenBond =
  | { readonly kind: 'session'; readonly id: SessionId }
  | { readonly kind: 'claims'; readonly claims: JsonObject };
