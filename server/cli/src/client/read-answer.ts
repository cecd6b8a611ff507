/** Reads what an HTTP server answered to a JSON-RPC 2.0 request. */
import { type Problem, ProblemDocument, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { toAnsweredProblem } from '../failures/answered-problem.ts';
import type { HttpAnswer } from './http-exchange.ts';

const RpcError = z.looseObject({
  code: z.number(),
  message: z.string(),
  data: z.unknown().optional(),
});

const RPC_METHOD_NOT_FOUND = -32_601;
const RPC_INVALID_PARAMS = -32_602;

/**
 * Finds the result or the problem in an answer.
 * Problems: the server's own; `unavailable` where something else than NovaCron has answered.
 * @param call - `method` and `endpoint` for the words
 */
export function readAnswer(
  answer: HttpAnswer,
  call: { readonly method: string; readonly endpoint: string },
): Result<unknown, Problem> {
  const body = parseJson(answer.body);
  if (body === undefined) return err(strangeAnswer(answer, call.endpoint));
  const document = ProblemDocument.safeParse(body);
  if (document.success) return err(toAnsweredProblem(document.data));
  const error = RpcError.safeParse(body.error);
  if (error.success) return err(problemOfError(error.data, call.method));
  if ('result' in body && answer.status < 400) return ok(body.result);
  return err(strangeAnswer(answer, call.endpoint));
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function problemOfError(error: z.infer<typeof RpcError>, method: string): Problem {
  const document = ProblemDocument.safeParse(error.data);
  if (document.success) return toAnsweredProblem(document.data);
  if (error.code === RPC_METHOD_NOT_FOUND) {
    return problem('method-not-found', {
      detail: `The server does not support ${method}.`,
      remedy: 'Use server and client of the same or adjacent releases.',
    });
  }
  return problem(error.code === RPC_INVALID_PARAMS ? 'validation-failed' : 'internal', {
    detail: `The server refused ${method}: ${error.message}`,
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
