/** Messages that a bus in one process keeps. */
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { type PublishOptions, REPLAY_LIMIT_MAX, type RetainedMessage } from './bus.ts';
import { resumeExpiredProblem } from './bus-problems.ts';

/** Messages kept a subject; older ones are forgotten. They are in memory, a KiB or so each. */
const KEPT_MESSAGES_MAX = 10_000;

/** Keeps messages by subject. */
export interface RetainedMessages {
  readonly add: (
    subject: string,
    message: JsonObject,
    keep: NonNullable<PublishOptions['keep']>,
  ) => void;
  readonly replay: (
    subject: string,
    options: { readonly from: number; readonly limit: number },
  ) => Result<readonly RetainedMessage[], Problem>;
}

/** Makes an empty store of messages. */
export function createRetainedMessages(): RetainedMessages {
  const subjects = new Map<string, Map<string, RetainedMessage>>();
  return {
    add: (subject, message, { messageId, position }) => {
      const kept = subjects.get(subject) ?? new Map<string, RetainedMessage>();
      subjects.set(subject, kept);
      if (kept.has(messageId)) return;
      kept.set(messageId, { position, message });
      const oldest = kept.size > KEPT_MESSAGES_MAX ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
    },
    replay: (subject, { from, limit }) => {
      assertReplayIsBounded(limit);
      const kept = [...(subjects.get(subject)?.values() ?? [])];
      const oldest = kept[0]?.position;
      if (oldest !== undefined && from < oldest) return err(resumeExpiredProblem(subject, oldest));
      return ok(kept.filter(({ position }) => position >= from).slice(0, limit));
    },
  };
}

/** Asking for more than the limit is a bug of the caller. */
export function assertReplayIsBounded(limit: number): void {
  const isBounded = Number.isInteger(limit) && limit >= 1 && limit <= REPLAY_LIMIT_MAX;
  assert(isBounded, `a replay is of 1 to ${REPLAY_LIMIT_MAX} messages, not ${limit}`);
}
