/** Answers what servers ask about attempts besides their outcome: logs and artifacts. */
import type { OutgoingMessage, Responder } from '@novacron/bus/bus';
import {
  type RunnerAcceptance,
  type RunnerArtifactAnswer,
  RunnerArtifactRequest,
  type RunnerLog,
  RunnerLogQuery,
} from '@novacron/contract/automation/runner';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Logger } from '@novacron/runtime/logger';
import type { z } from 'zod';
import type { AttemptKey, Journal } from './journal/open-journal.ts';
import type { OutputCollector } from './steps/collect-output.ts';
import type { HeldArtifacts } from './steps/hold-artifacts.ts';

/** Longest part of a log in one message, of which a character has at most 6 bytes in JSON. */
const LOG_PART_LENGTH = 131_072;

/** What a runner knows of attempts. */
interface Known {
  readonly logger: Logger;
  readonly journal: Journal;
  readonly running: ReadonlyMap<string, { readonly output: OutputCollector }>;
  readonly held: HeldArtifacts;
}

/** Answers questions about logs. */
export function answerLogs(runner: Known): Responder {
  return async (message): Promise<OutgoingMessage> => {
    const query = RunnerLogQuery.safeParse(message);
    if (!query.success) return notUnderstood(runner.logger, query.error);
    const { offset } = query.data;
    // The journal has the log of an attempt when that has ended.
    const output = runner.running.get(keyOf(query.data))?.output;
    if (output === undefined) {
      const text = runner.journal.readLog(query.data, { offset, length: LOG_PART_LENGTH });
      return { text } satisfies RunnerLog;
    }
    const text = output.log().slice(offset, offset + LOG_PART_LENGTH);
    return { text, dropped_bytes: output.droppedBytes() } satisfies RunnerLog;
  };
}

/** Takes artifacts, and gives them. */
export function answerArtifacts(runner: Known): Responder {
  return async (message): Promise<RunnerArtifactAnswer | RunnerAcceptance> => {
    const said = RunnerArtifactRequest.safeParse(message);
    if (!said.success) return notUnderstood(runner.logger, said.error);
    const { data: request } = said;
    const { held } = runner;
    const key = keyOf(request);
    if (request.kind === 'release') {
      held.release(key);
      return { kind: 'done' };
    }
    if (request.kind === 'put') {
      const bytes = Buffer.from(request.data, 'base64');
      return { kind: held.put(key, { ...request, bytes }) ? 'done' : 'forgotten' };
    }
    const part = held.read(key, request);
    if (part === undefined) return { kind: 'forgotten' };
    return { kind: 'part', data: part.toString('base64') };
  };
}

/** The answer to a message that is not what the contract says. */
export function notUnderstood(logger: Logger, error: z.ZodError): RunnerAcceptance {
  const { detail } = toValidationProblem(error, 'The message');
  logger.warn({ detail }, 'a message was not understood');
  return { kind: 'not-understood', message: detail };
}

/** Names an attempt in maps. */
export function keyOf({ execution_id, attempt }: AttemptKey): string {
  return `${execution_id}/${attempt}`;
}
