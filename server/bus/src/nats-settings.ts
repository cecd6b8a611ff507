/** Connection settings of NovaCron for NATS. */

import { type LinkTls, TLS_VERSION_DEFAULT } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NatsLink } from './nats-link.ts';

/**
 * Reads what a connection is made of; `unavailable` with `data.reason` bad-url for other URLs.
 * @param servers - `nats://user:password@host:port`, or `tls://` for TLS; several with commas or as
 * a list, of which any will do
 * @param options - files of `tls` are read again each time that the connection is made
 */
export function toNatsLink(
  servers: string | readonly string[],
  options: { readonly tls: LinkTls | undefined; readonly inboxPrefix: string | undefined },
): Result<NatsLink, Problem> {
  const list = typeof servers === 'string' ? servers.split(',') : servers;
  const urls = list.map(parseServer);
  const known = urls.filter((url) => url !== undefined);
  const [first] = known;
  if (first === undefined || known.length < urls.length) return err(badUrlProblem());
  const { minVersion = TLS_VERSION_DEFAULT, ...files } = options.tls ?? {};
  const hasFiles = Object.values(files).some((file) => file !== undefined);
  const wantsTls = hasFiles || known.some(({ protocol }) => protocol === 'tls:');
  return ok({
    servers: known.map(({ host }) => host),
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
    ...credentialsOf(first),
    // What the types do not name is handed on to Node's own TLS.
    ...(wantsTls ? { tls: { ...files, minVersion } } : {}),
  });
}

function parseServer(text: string): URL | undefined {
  try {
    const url = new URL(text.trim());
    return /^(?:nats|tls):$/.test(url.protocol) && url.host !== '' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** A name alone is a token, as everywhere with NATS. */
function credentialsOf({ username, password }: URL): Pick<NatsLink, 'user' | 'pass' | 'token'> {
  const user = decodeURIComponent(username);
  if (user === '') return {};
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}

function badUrlProblem(): Problem {
  return problem('unavailable', {
    detail: 'The URL of the message bus is not a NATS URL.',
    remedy:
      'Write nats://USER:PASSWORD@HOST:PORT, or tls:// for TLS, separate several URLs ' +
      'with commas, and start again.',
    data: { reason: 'bad-url' },
  });
}

/** Explains the failure of the first connection to the operator. */
export function toConnectProblem(cause: unknown): Problem {
  const message = messageOf(cause);
  const { reason, remedy } = CONNECT_PROBLEMS.find(({ says }) => says.test(message)) ?? AWAY;
  return problem('unavailable', {
    detail: `The message bus cannot be reached: ${message}.`,
    remedy: `${remedy}, and start again.`,
    data: { reason },
  });
}

const AWAY = {
  reason: 'unreachable',
  remedy: 'Start nats-server and check host and port in the URL of the bus',
};

const CONNECT_PROBLEMS = [
  // Before all others: a name that is looked up may contain anything.
  { says: /ENOTFOUND|EAI_AGAIN/, ...AWAY },
  {
    says: /Authorization|Authentication/i,
    reason: 'access-denied',
    remedy:
      'Check user and password in the URL of the bus. With certificates, give nats-server its ' +
      'configuration again (novacron admin bus configuration), reload it',
  },
  {
    says: /does not support 'tls'/,
    reason: 'tls-failed',
    remedy: 'Give nats-server a certificate (tls in its configuration)',
  },
  {
    says: /certificate|tls|ssl/i,
    reason: 'tls-failed',
    remedy:
      'Name the certificate authority of the bus (bus-ca), its host as the certificate does, and ' +
      'a certificate of your own (bus-cert, bus-key) where it wants one',
  },
];

/** This side has no certificate, or one that NATS refuses. */
export function certificateProblem(hasCertificate: boolean): Problem {
  return problem('unavailable', {
    detail: hasCertificate
      ? 'The message bus refuses the certificate of this client.'
      : 'The message bus asks for a certificate, and this client has none.',
    remedy: hasCertificate
      ? 'Renew it if it has expired, give NATS the authority that signed it (novacron admin bus ' +
        'authority), and start again.'
      : 'Give an agent or a runner a token (novacron admin enrollment create) with --enroll, or ' +
        'any program a certificate with bus-cert and bus-key, and start again.',
    data: { reason: 'tls-failed' },
  });
}

/** The text of an error, whatever was thrown. */
export function messageOf(cause: unknown): string {
  // Not `instanceof Error`: it is false for errors of another realm.
  const isError = typeof cause === 'object' && cause !== null && 'message' in cause;
  return isError ? String(cause.message) : String(cause);
}
