/** `novacron execution logs --follow`: writes what a step prints, until its attempt has ended. */
import { ExecutionLog } from '@novacron/contract/automation/execution';
import { plainText } from '@novacron/contract/formats/plain-text';
import { untilReached } from '../client/event-positions.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';

/** Pause between two looks at the log. Unit: ms. */
const LOOK_PAUSE_MS = 1_000;

/**
 * Writes the text of a log as it grows. The attempt that was under way first is followed, and not
 * the one that a retry begins after it. Failures: problems of the server; interrupted.
 */
export async function followLog(session: Session, input: Fields): Promise<Failure | undefined> {
  const { io, signal } = session;
  let asked = input;
  let written = 0;
  for (;;) {
    const answer = await untilReached(session, () =>
      callOperation(session, 'execution.logs', asked),
    );
    if (signal.aborted) return { kind: 'interrupted', message: 'interrupted' };
    if (!answer.ok) return answer.error;
    const { attempt, text, dropped_bytes: dropped, ended_at } = ExecutionLog.parse(answer.value);
    asked = { ...input, attempt };
    io.stdout.write(plainText(text.slice(written)));
    written = text.length;
    if (ended_at !== null) {
      if (dropped > 0) io.stderr.write(`${dropped} more bytes were printed and not kept.\n`);
      return undefined;
    }
    await pause(io.timers, LOOK_PAUSE_MS, signal);
  }
}
