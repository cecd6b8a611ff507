/** Explains on the sign-in page why a sign-in at an issuer failed. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { SignInFault } from '../../../ports/sign-in-issuer.ts';
import type { ClaimFault } from '../identity/map-claims.ts';
import { rateLimited } from '../limits/call-limits.ts';

/** The answer belongs to no attempt of this browser, or to one that is over. */
export function attemptUnknown(): Problem {
  return problem('unauthenticated', {
    detail:
      'This sign-in cannot be completed: it was already used, started in another browser or ' +
      'window, or took longer than ten minutes.',
    remedy: 'Begin again.',
    data: { reason: 'sign-in-unknown' },
  });
}

/** Maps a fault of the issuer to a problem. */
export function issuerFault(name: string, fault: SignInFault): Problem {
  switch (fault.kind) {
    case 'unreachable':
      return problem('unavailable', {
        detail: `Cannot reach ${name} at the moment.`,
        remedy: 'Try again in a minute, or sign in with an API key.',
        data: { reason: 'issuer-unreachable' },
      });
    case 'refused':
      return refused(name, fault);
    case 'invalid':
      return problem('unauthenticated', {
        detail: `The response from ${name} is not valid for this sign-in.`,
        remedy: 'Sign in again. If it happens again, see the server log for the reason.',
        data: { reason: 'issuer-answer' },
      });
  }
}

/** Codes that a person can do something about; all others are for administrators. */
const OF_PERSON: ReadonlySet<string> = new Set(['access_denied', 'login_required']);

function refused(name: string, fault: Extract<SignInFault, { readonly kind: 'refused' }>): Problem {
  const { code, description } = fault;
  const said = description === undefined ? code : `${code}, ${description}`;
  return problem('unauthenticated', {
    detail: `${name} refused the sign-in: ${said}.`,
    remedy: OF_PERSON.has(code)
      ? 'Sign in again and grant consent, or ask the administrator of the issuer for access ' +
        'to NovaCron.'
      : 'Sign in again. If it happens again, ask an administrator to compare oidc-client-id, ' +
        'its secret and the redirect URI with the settings of the issuer.',
    data: { reason: 'issuer-refused' },
  });
}

/** The person is known to the issuer, and may not use this server. */
export function notAdmitted(name: string, fault: ClaimFault): Problem {
  const isBroken = fault.rule !== undefined;
  return problem('unauthenticated', {
    detail: `${name} confirmed your identity, but ${describeFault(fault)}`,
    remedy: isBroken
      ? 'Ask an administrator of NovaCron to correct that rule: later rules are not evaluated.'
      : 'Ask an administrator of NovaCron to map one of your groups to a role.',
    data: { reason: fault.reason },
  });
}

function describeFault({ reason, rule }: ClaimFault): string {
  const { group = '', names = '' } = rule ?? {};
  switch (reason) {
    case 'disabled':
      return 'an administrator has excluded you.';
    case 'no-role':
      return 'none of your groups has a role on this server.';
    case 'no-tenant':
      return 'your tenant does not exist on this server.';
    case 'rule-role':
      return `the rule for your group ${group} names the role ${names}, which does not exist.`;
    case 'rule-tenant':
      return `the rule for your group ${group} names the tenant ${names}, which does not exist.`;
  }
}

/** No issuer is configured. */
export function noIssuer(): Problem {
  return problem('not-found', {
    detail: 'This server has no identity provider for browser sign-in.',
    remedy: 'Sign in with an API key, or set oidc-issuer and oidc-client-id.',
  });
}

/** Too many attempts from one address, or from all together. */
export function tooManyAttempts(waitMs: number): Problem {
  const { data = {} } = rateLimited('address', waitMs);
  return problem('rate-limited', {
    detail: 'Too many sign-ins are pending.',
    remedy: `Try again in ${Math.ceil(waitMs / 1_000)} s.`,
    data,
  });
}
