/** Carries the typed client's calls to a server over real HTTP, as JSON-RPC. */

import {
  CLIENT_HEADER,
  type ClientName,
  DEPLOYMENT_HEADER,
} from '@novacron/contract/access/identity';
import type { Carrier } from '@novacron/contract/client/client';
import { readRpcReply, toRpcRequest } from '@novacron/contract/client/json-rpc';
import { fromProblemDocument, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { TRACEPARENT } from '@novacron/contract/trace-context';

/** Options of a call besides its input. */
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
        body: JSON.stringify(toRpcRequest(1, name, input)),
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
  const reply = readRpcReply(body);
  if (reply.kind === 'result') return ok(reply.value);
  if (reply.kind === 'problem') return err(fromProblemDocument(reply.document));
  return err(
    problem('internal', {
      detail: `The server answer is not JSON-RPC: ${JSON.stringify(body)}`,
      remedy: 'Look at the log of the server.',
    }),
  );
}
