/** Problems for tokens that are not accepted. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { TokenFault } from '../../../ports/tokens.ts';
import type { ClaimFault } from './map-claims.ts';

/** Reason why a token is refused: the token itself is invalid, or its owner is. */
type TokenRefusal =
  | TokenFault
  | ClaimFault['reason']
  | 'revoked'
  | 'session-ended'
  | 'execution-ended'
  | 'unbound'
  | 'moved'
  | 'no-issuer'
  | 'unreachable';

/** A refusal with its problem. */
export interface RefusedToken {
  readonly problem: Problem;
}

const REASONS: Readonly<Record<TokenRefusal, string>> = {
  malformed: 'The token is malformed or lacks claims.',
  forged: 'The signature of the token is invalid.',
  'unknown-key': 'The token is signed with an unknown or expired key.',
  'wrong-algorithm': 'The token is signed with an algorithm that is not accepted.',
  expired: 'The token has expired.',
  'not-yet-valid': 'The token is not valid yet.',
  'wrong-issuer': 'The token comes from an issuer that this server does not trust.',
  'wrong-audience': 'The token was issued for another audience.',
  revoked: 'The API key that created the token was revoked.',
  'session-ended': 'The session that created the token has ended.',
  'execution-ended': 'The execution whose step had the token has ended.',
  unbound: 'The token does not name the session or mapping it belongs to.',
  moved: 'The group mapping of this server now assigns the holder of the token to another tenant.',
  'no-issuer': 'The token comes from an issuer that this server does not trust.',
  'no-role': 'No group mapping gives the holder of the token a role on this server.',
  'no-tenant': 'No group mapping gives the holder of the token a tenant on this server.',
  'rule-role': 'The mapping rule for a group in the token names a role that does not exist.',
  'rule-tenant': 'The mapping rule for a group in the token names a tenant that does not exist.',
  disabled: 'The mapping of this server excludes the holder of the token.',
  unreachable: 'The keys of the token’s issuer are unavailable at the moment.',
};

/** Makes the problem. */
export function refusedToken(reason: TokenRefusal): RefusedToken {
  const detail = REASONS[reason];
  if (reason === 'unreachable') {
    return { problem: problem('unavailable', { detail, remedy: 'Send the request again.' }) };
  }
  return {
    problem: problem('unauthenticated', {
      detail,
      remedy: 'Create a new token (novacron token create), or log in to your issuer again.',
    }),
  };
}
