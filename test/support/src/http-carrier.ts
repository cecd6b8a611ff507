/** Carries the typed client's calls to a server over real HTTP, as JSON-RPC. */

import {
  CLIENT_HEADER,
  type ClientName,
  DEPLOYMENT_HEADER,
} from '@novacron/contract/access/identity';
import type { Carrier } from '@novacron/contract/client/client';
import {
  fromProblemDocument,
  type Problem,
  ProblemDocument,
  problem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { TRACEPARENT } from '@novacron/contract/trace-context';

/** What a call may say besides its input. */
export interface CallOptions {
  /** The secret of another API key than the admin's. */
  readonly apiKey?: string;
  /** The program that the call claims to come from; `rest` unless said. */
  readonly client?: Exclude<ClientName, 'platform'>;
  /** The Terraform deployment that the call belongs to. */
  readonly deployment?: string;
  readonly signal?: AbortSignal;
  /** The span that calls: W3C Trace Context. */
  readonly traceparent?: string;
}

/**
 * Makes a carrier.
 * @param url - where the server is: `http://127.0.0.1:7480`
 * @param apiKey - the secret that calls carry unless they say another one
 */
export function createHttpCarrier(url: string, apiKey: string): Carrier<CallOptions> {
  return async (name, input, options = {}) => {
    try {
      const response = await fetch(`${url}/rpc`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${options.apiKey ?? apiKey}`,
          ...(options.client === undefined ? {} : { [CLIENT_HEADER]: options.client }),
          ...(options.traceparent === undefined ? {} : { [TRACEPARENT]: options.traceparent }),
          ...(options.deployment === undefined ? {} : { [DEPLOYMENT_HEADER]: options.deployment }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: name, params: input }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      return readAnswer(await response.json());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return err(
        problem('unavailable', {
          detail: `${url} does not answer: ${reason}`,
          remedy: 'Check that the server runs.',
        }),
      );
    }
  };
}

/** Reads a JSON-RPC answer, or the problem document that stands in for one. */
function readAnswer(body: unknown): Result<unknown, Problem> {
  const refused = ProblemDocument.safeParse(body);
  if (refused.success) return err(fromProblemDocument(refused.data));
  const answer = fieldsOf(body);
  if ('result' in answer) return ok(answer.result);
  const error = fieldsOf(answer.error);
  const document = ProblemDocument.safeParse(error.data);
  if (document.success) return err(fromProblemDocument(document.data));
  return err(
    problem('internal', {
      detail: `The server answer is not JSON-RPC: ${JSON.stringify(body)}`,
      remedy: 'Look at the log of the server.',
    }),
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
