/** Common parts of the sign-in and sign-out routes. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { SigningIn } from '../../app/access/sessions/begin-session.ts';
import type { Core } from '../dispatch/dispatch.ts';
import type { BrowserSite, SiteRefusal } from '../http/browser-site.ts';
import type { ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';

/** Dependencies of the sign-in routes. */
export interface SignInCore extends Core {
  readonly site: BrowserSite;
}

/** Returns the sender of a request. */
export function senderOf(request: ExchangeRequest, response: ExchangeResponse): SigningIn {
  const { requestId, clientAddress } = response.locals;
  return { requestId, clientAddress, userAgent: request.get('user-agent') };
}

/** Explains why this server has no sessions. */
export function noSessions(reason: SiteRefusal): Problem {
  switch (reason) {
    case 'insecure-listen':
      return problem('forbidden', {
        title: 'No sessions here',
        detail:
          'The server is reached without TLS from other machines (insecure-listen): others could ' +
          'read the cookie of a session, so it makes none.',
        remedy:
          'Set tls-cert and tls-key, or set public-url to the https address of the proxy in front.',
        data: { reason },
      });
    case 'foreign-host':
      return problem('forbidden', {
        title: 'No sessions here',
        detail:
          'The server is reached without TLS under a name that is not one of this machine: ' +
          'others could read the cookie of a session, so it makes none.',
        remedy:
          'Open http://localhost or http://127.0.0.1 with the port of the server; behind a ' +
          'proxy, set public-url to its https address.',
        data: { reason },
      });
  }
}
