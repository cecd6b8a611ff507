/** Why nothing answers, in words: the code of a failed connection helps only who knows it. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

interface Cause {
  readonly code: RegExp;
  readonly words: string;
  readonly remedy: string;
}

const REMEDY =
  'Check the endpoint of the provider (or NOVACRON_ENDPOINT), that the server is running ' +
  '(novacron server), and that this machine can reach it.';

/** Codes of Node and of OpenSSL that say more than that nobody is there. */
const CAUSES: readonly Cause[] = [
  {
    code: /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
    words: 'what listens there speaks no TLS',
    remedy: 'Begin the endpoint with http://, or give the server a certificate (--tls-cert).',
  },
  {
    code: /^HPE_/,
    words: 'what listens there speaks no HTTP',
    remedy: 'Begin the endpoint with https:// where the server has a certificate.',
  },
  {
    code: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    words: 'its certificate is signed by nobody who is trusted here',
    remedy:
      'Give the certificate of who has signed it: ca_certificate = file("ca.pem") in the ' +
      'provider block. A certificate of its own is its own authority.',
  },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    words: 'its certificate is for another name',
    remedy: 'Write the endpoint with a name or an address that the certificate has.',
  },
  {
    code: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    words: 'its certificate is not valid at this time',
    remedy: 'Renew the certificate of the server, or set the clock of this machine.',
  },
];

/** The problem of a request that had no answer, or only a part of one. */
export function unreachable(endpoint: URL, cause: Error): Problem {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  const known = CAUSES.find((each) => each.code.test(code));
  const why = known === undefined ? code : `${code}: ${known.words}`;
  return problem('unavailable', {
    detail: `No NovaCron server answers at ${endpoint.origin} (${why}).`,
    remedy: known?.remedy ?? REMEDY,
    data: { unreachable: true },
  });
}
