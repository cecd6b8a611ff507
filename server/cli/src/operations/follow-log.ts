/** `novacron execution logs --follow`: writes what a command prints until it has ended. */
import { ExecutionLog } from '@novacron/contract/automation/execution';
import { plainText } from '@novacron/contract/formats/plain-text';
import { untilReached } from '../client/event-positions.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';

/** Pause before polling a log without new lines. Unit: ms. */
const PAUSE_MS = 1_000;

/**
 * Writes the log of one attempt, as far as it is there, and what comes. Failures: problems of the
 * server but lost connections; interrupted.
 */
export async function followLog(session: Session, input: Fields): Promise<Failure | undefined> {
  const { io, signal } = session;
  let from = typeof input.from === 'number' ? input.from : 0;
  let asked: Fields = input;
  for (;;) {
    const answer = await untilReached(session, () =>
      callOperation(session, 'execution.logs', asked),
    );
    if (signal.aborted) return { kind: 'interrupted', message: 'interrupted' };
    if (!answer.ok) return answer.error;
    const log = ExecutionLog.parse(answer.value);
    const { text } = log;
    from += text.length;
    io.stdout.write(plainText(text));
    if (log.ended_at !== null) {
      const { dropped_bytes: dropped } = log;
      if (dropped > 0) io.stderr.write(`${dropped} bytes came after the log was full.\n`);
      return undefined;
    }
    asked = { ...input, attempt: log.attempt, from };
    if (text === '') await pause(io.timers, PAUSE_MS, signal);
  }
}
