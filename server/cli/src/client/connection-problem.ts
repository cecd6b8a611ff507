/** Problems of a server that cannot be reached: what, why, and what to do next. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { ExchangeTrouble } from './http-exchange.ts';

/** Facts about the call that the wording depends on. */
interface CallFacts {
  /** The server's address, and in parentheses where it was given. */
  readonly endpoint: string;
  /** `write`: the server may have acted although its answer is lost. */
  readonly effect: 'read' | 'write' | 'note';
}

const WHERE = 'set NOVACRON_ENDPOINT or --endpoint to its address';

/** Makes the problem of an exchange without an answer. */
export function connectionProblem(trouble: ExchangeTrouble, facts: CallFacts): Problem {
  const { endpoint } = facts;
  switch (trouble.kind) {
    case 'interrupted':
      return unavailable('The call was interrupted.', 'Run the command again.');
    case 'timeout':
      return unavailable(
        `${endpoint} did not answer within ${trouble.timeoutMs / 1000} s.`,
        lookFirst(facts, 'Try again later, or increase --timeout SECONDS.'),
      );
    case 'too-large':
      return problem('internal', {
        detail: `The response of ${endpoint} is too large.`,
        remedy: 'Request less data with --limit or a filter.',
      });
    case 'connection':
      return problemOfCode(trouble.code, trouble.message, facts);
  }
}

/** Whether the same call may find a connection a moment later. */
export function isPassing(trouble: ExchangeTrouble): boolean {
  return trouble.kind === 'connection' && PASSING_CODES.has(trouble.code);
}

const PASSING_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

function problemOfCode(code: string, message: string, facts: CallFacts): Problem {
  const { endpoint } = facts;
  if (code === 'ECONNREFUSED') {
    return unavailable(
      `Cannot connect to ${endpoint}: connection refused.`,
      `Start a server with \`novacron server\`, or ${WHERE}.`,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unavailable(
      `Cannot connect to ${endpoint}: host not found.`,
      `Check the host name: ${WHERE}.`,
    );
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') {
    return unavailable(
      `${endpoint} closed the connection before it answered.`,
      lookFirst(
        facts,
        `Try again; if the problem persists, ${WHERE}, including http:// or https://.`,
      ),
    );
  }
  if (code === 'EPROTO' || code.startsWith('HPE_') || code.startsWith('ERR_SSL_')) {
    return unavailable(
      `${endpoint} uses another protocol: ${firstLine(message)}`,
      'Check whether the address begins with http:// or https://.',
    );
  }
  if (isCertificateCode(code)) {
    return unavailable(
      `The TLS certificate of ${endpoint} is not trusted: ${firstLine(message)}`,
      'If a private CA signed it, set NODE_EXTRA_CA_CERTS to the CA certificate file; otherwise ' +
        'do not trust this server.',
    );
  }
  return unavailable(
    `Cannot connect to ${endpoint}: ${firstLine(message)}`,
    `Check the network, or ${WHERE}.`,
  );
}

function isCertificateCode(code: string): boolean {
  return /CERT|^ERR_TLS_|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/.test(code);
}

function lookFirst(facts: CallFacts, remedy: string): string {
  if (facts.effect === 'read') return remedy;
  return `The request may have been executed: check before you retry. ${remedy}`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

function unavailable(detail: string, remedy: string): Problem {
  return problem('unavailable', { detail, remedy });
}
