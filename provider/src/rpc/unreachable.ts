/** Explains failed connections: error codes of Node and OpenSSL are not self-explanatory. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

interface Cause {
  readonly code: RegExp;
  readonly words: string;
  readonly remedy: string;
}

const REMEDY =
  'Check the endpoint of the provider (or NOVACRON_ENDPOINT), that the server is running ' +
  '(novacron server), and that this machine can reach it.';

/** Codes of Node and of OpenSSL that have a specific cause. */
const CAUSES: readonly Cause[] = [
  {
    code: /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
    words: 'the service does not use TLS',
    remedy: 'Use an http:// endpoint, or configure a certificate on the server (--tls-cert).',
  },
  {
    code: /^HPE_/,
    words: 'the service does not use plain HTTP',
    remedy: 'Use an https:// endpoint if the server has a certificate.',
  },
  {
    code: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    words: 'its certificate is signed by an unknown authority',
    remedy:
      'Set ca_certificate = file("ca.pem") in the provider block to the certificate of that ' +
      'authority. A self-signed certificate is its own authority.',
  },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    words: 'its certificate is for another name',
    remedy: 'Use an endpoint with a name or an address that the certificate contains.',
  },
  {
    code: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    words: 'its certificate is not valid at this time',
    remedy: 'Renew the certificate of the server, or correct the clock of this machine.',
  },
];

/** The name does not exist. EAI_AGAIN, a name server that does not answer, is temporary. */
const UNKNOWN_HOST = 'ENOTFOUND';

/**
 * Whether a server that has never answered may answer later: it is starting. Later in a run the
 * same causes are temporary, since the server has answered there before.
 */
export function mayAnswerLater({ data }: Problem): boolean {
  return data?.misconfigured !== true;
}

/** Returns the problem of a request without a complete answer. */
export function unreachable(endpoint: URL, cause: Error): Problem {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  const known = CAUSES.find((each) => each.code.test(code));
  const why = known === undefined ? code : `${code}: ${known.words}`;
  return problem('unavailable', {
    detail: `No NovaCron server answers at ${endpoint.origin} (${why}).`,
    remedy: known?.remedy ?? REMEDY,
    data: {
      unreachable: true,
      ...(known === undefined && code !== UNKNOWN_HOST ? {} : { misconfigured: true }),
    },
  });
}
