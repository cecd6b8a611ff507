/** Asks a server for a certificate over HTTPS. */
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { NodeCertificate } from '@novacron/contract/agent/enrollment';
import type { TlsVersion } from '@novacron/contract/link-tls';
import {
  fromProblemDocument,
  type Problem,
  ProblemDocument,
  problem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** Time limit for the server's answer. */
const ANSWER_MS_MAX = 15_000;

/** Certificates and problems are much shorter. */
const ANSWER_BYTES_MAX = 65_536;

/** Address of a server, and the authorities to trust for it. */
export interface ServerPlace {
  readonly server: string;
  /** PEM; the authorities that Node knows when absent. */
  readonly serverCa: string | undefined;
  readonly minVersion: TlsVersion;
}

/**
 * Asks once.
 * @param path - below `/api/v2/enrollments`
 * @returns what the server answered; `unavailable` where it did not
 */
export async function askServer(
  { server, serverCa, minVersion }: ServerPlace,
  path: 'redeem' | 'renew',
  input: Readonly<Record<string, string>>,
): Promise<Result<NodeCertificate, Problem>> {
  try {
    const url = new URL(`/api/v2/enrollments/${path}`, server);
    const tls = { minVersion, ...(serverCa === undefined ? {} : { ca: serverCa }) };
    const answer: unknown = JSON.parse(await post(url, JSON.stringify(input), tls));
    const certificate = NodeCertificate.safeParse(answer);
    if (certificate.success) return ok(certificate.data);
    const document = ProblemDocument.safeParse(answer);
    if (document.success) return err(fromProblemDocument(document.data));
    return err(noAnswer(server, 'its answer is not understood'));
  } catch (cause) {
    return err(noAnswer(server, String(Object(cause).message ?? cause)));
  }
}

function post(url: URL, body: string, tls: object): Promise<string> {
  const send = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...tls,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > ANSWER_BYTES_MAX) request.destroy(new Error('the answer is too long'));
      });
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
    request.end(body);
  });
}

function noAnswer(server: string, why: string): Problem {
  return problem('unavailable', {
    detail: `The server ${new URL(server).origin} issued no certificate: ${why}.`,
    remedy:
      'Check --server, and set the certificate authority with --server-ca; the token is ' +
      'valid until it expires.',
  });
}
