/** Reads what an HTTP server answered to a JSON-RPC 2.0 request. */
import { RPC_CODES, readRpcReply } from '@novacron/contract/client/json-rpc';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { toAnsweredProblem } from '../failures/answered-problem.ts';
import type { HttpAnswer } from './http-exchange.ts';

/**
 * Finds the result or the problem in an answer.
 * Problems: the server's own; `unavailable` where something else than NovaCron has answered.
 * @param call - `method` and `endpoint` for the words
 */
export function readAnswer(
  answer: HttpAnswer,
  call: { readonly method: string; readonly endpoint: string },
): Result<unknown, Problem> {
  const reply = readRpcReply(parseJson(answer.body));
  switch (reply.kind) {
    case 'result':
      return answer.status < 400 ? ok(reply.value) : err(strangeAnswer(answer, call.endpoint));
    case 'problem':
      return err(toAnsweredProblem(reply.document));
    case 'error':
      return err(problemOfError(reply, call.method));
    case 'other':
      return err(strangeAnswer(answer, call.endpoint));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOfError(
  { code, message }: { readonly code: number; readonly message: string },
  method: string,
): Problem {
  if (code === RPC_CODES.methodNotFound) {
    return problem('method-not-found', {
      detail: `The server does not support ${method}.`,
      remedy: 'Use server and client of the same or adjacent releases.',
    });
  }
  return problem(code === RPC_CODES.invalidParams ? 'validation-failed' : 'internal', {
    detail: `The server refused ${method}: ${message}`,
    remedy: 'Use server and client of the same or adjacent releases.',
  });
}

function strangeAnswer(answer: HttpAnswer, endpoint: string): Problem {
  const { status } = answer;
  if (status === 401) {
    return problem('unauthenticated', {
      detail: `${endpoint} does not accept the API key.`,
      remedy: 'Check NOVACRON_API_KEY, --api-key or --api-key-file.',
    });
  }
  if (status >= 500) {
    return problem('unavailable', {
      detail: `${endpoint} returned HTTP status ${status} without a reason.`,
      remedy: 'Try again later; if a proxy is in front of the server, check its log.',
    });
  }
  return problem('unavailable', {
    detail:
      `${endpoint} is not a NovaCron server: ` + `HTTP status ${status}, not a JSON-RPC response.`,
    remedy: 'Set NOVACRON_ENDPOINT or --endpoint to the address of a NovaCron server.',
  });
}
