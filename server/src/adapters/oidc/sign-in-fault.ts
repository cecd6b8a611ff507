/** Says in our words why a call of openid-client failed. Nothing of a token is repeated. */
import { isRecord } from '@novacron/contract/json';
import type { SignInFault } from '../../ports/sign-in-issuer.ts';

/** Errors in which the issuer rejects the request itself, at either of its endpoints. */
const REFUSALS: ReadonlySet<string> = new Set([
  'OAUTH_AUTHORIZATION_RESPONSE_ERROR',
  'OAUTH_RESPONSE_BODY_ERROR',
]);

/** Challenges of HTTP, which issuers answer to a wrong client secret. */
const CHALLENGE = 'OAUTH_WWW_AUTHENTICATE_CHALLENGE';

/** The issuer does not work: none of its answers says anything about the sign-in. */
const AWAY: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** Codes are a few words of ASCII (RFC 6749, section 4.1.2.1). Unit: characters. */
const CODE_LENGTH_MAX = 64;

const DESCRIPTION_LENGTH_MAX = 200;

/** Sorts what was thrown. */
export function toSignInFault(cause: unknown): SignInFault {
  const thrown = isRecord(cause) || cause instanceof Error ? cause : {};
  const code = textOf(thrown, 'code');
  if (code !== undefined && REFUSALS.has(code)) {
    const said = textOf(thrown, 'error') ?? 'error';
    const description = textOf(thrown, 'error_description')?.slice(0, DESCRIPTION_LENGTH_MAX);
    return { kind: 'refused', code: said.slice(0, CODE_LENGTH_MAX), description };
  }
  if (code === CHALLENGE) {
    return { kind: 'refused', code: 'invalid_client', description: undefined };
  }
  const reason = reasonOf(thrown);
  const isVerdict = code?.startsWith('OAUTH_') === true && !AWAY.has(code);
  return isVerdict ? { kind: 'invalid', reason } : { kind: 'unreachable', reason };
}

/** The library's sentences name claims and parameters, never their values. */
function reasonOf(thrown: object): string {
  const message = textOf(thrown, 'message') ?? 'unknown';
  const { cause } = Object(thrown);
  const inner = typeof cause === 'object' && cause !== null ? textOf(cause, 'message') : undefined;
  return inner === undefined ? message : `${message}: ${inner}`;
}

function textOf(thrown: object, name: string): string | undefined {
  const value: unknown = Object(thrown)[name];
  return typeof value === 'string' ? value : undefined;
}
