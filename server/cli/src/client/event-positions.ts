/** End of the event log, and the events added to it: changes and their times. */
import { Event } from '@novacron/contract/events/event';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';
import { callOperation, type Session } from './session.ts';

const EventPage = z.looseObject({ items: z.array(Event), last_position: z.int() });

/** Interval between requests for new events. Unit: milliseconds. */
export const EVENT_PAUSE_MS = 1_000;

/** The position of the newest event. Failures: those of the server. */
export async function newestPosition(session: Session): Promise<Result<number, Failure>> {
  const page = await callOperation(session, 'event.list', { limit: 1, order: 'newest' });
  return page.ok ? ok(EventPage.parse(page.value).last_position) : page;
}

/** Events behind a position, and the position to go on from. */
export interface NewEvents {
  readonly items: readonly Event[];
  readonly position: number;
  /** Whether events between were forgotten by the server. */
  readonly gap: 'none' | 'forgotten';
}

/**
 * The events behind a position, oldest first, at most a page. Where the server has forgotten events
 * meanwhile, none, and the position of the newest one. Failures: those of the server.
 * @param filters - input of `event.list`: `type`, `target`
 */
export async function eventsAfter(
  session: Session,
  seen: number,
  filters: Fields = {},
): Promise<Result<NewEvents, Failure>> {
  const input = { ...filters, order: 'oldest', after_position: seen, limit: LIST_LIMIT_MAX };
  const page = await callOperation(session, 'event.list', input);
  if (page.ok) {
    const { items } = EventPage.parse(page.value);
    return ok({ items, position: items.at(-1)?.position ?? seen, gap: 'none' });
  }
  const isExpired = page.error.kind === 'problem' && page.error.problem.code === 'resume-expired';
  if (!isExpired) return page;
  const newest = await newestPosition(session);
  return newest.ok ? ok({ items: [], position: newest.value, gap: 'forgotten' }) : newest;
}

const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = 8_000;

/**
 * Asks again and again while the server cannot be reached, and says so once on standard error.
 * Failures: those that do not pass by waiting; interrupted.
 */
export async function untilReached<T>(
  session: Session,
  ask: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const { io, signal } = session;
  let retryMs = RETRY_MS_FIRST;
  for (;;) {
    const answer = await ask();
    const isAway =
      !answer.ok &&
      answer.error.kind === 'problem' &&
      answer.error.problem.code === 'unavailable' &&
      !signal.aborted;
    if (!isAway) {
      if (retryMs > RETRY_MS_FIRST) io.stderr.write('Connected again.\n');
      return answer;
    }
    if (retryMs === RETRY_MS_FIRST) io.stderr.write('Connection lost; trying again.\n');
    await pause(io.timers, retryMs, signal);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  }
}
