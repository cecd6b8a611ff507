/** `novacron events --follow`: writes events as they happen, and goes on after lost connections. */

import { err, ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import {
  EVENT_PAUSE_MS,
  eventsAfter,
  newestPosition,
  untilReached,
} from '../client/event-positions.ts';
import type { Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';
import { createItemStream, type ItemStream } from '../output/stream-items.ts';
import { choiceOf, isSelected, listItems, readListQuery } from './list-items.ts';

/** Number of earlier events that come first, unless `--limit` says otherwise. */
const EARLIER_EVENTS = 10;

/**
 * Writes the last events, then new ones, until it is interrupted. With `--after-position` it begins
 * there. Failures: wrong usage; problems of the server but lost connections; interrupted.
 */
export async function followEvents(
  session: Session,
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Promise<Failure> {
  const query = readListQuery(command, request);
  if (!query.ok) return query.error;
  const { view, input } = query.value;
  const stream = createItemStream({
    noun: 'event',
    format: session.output,
    style: session.style,
    choice: choiceOf(view),
    write: (text) => session.io.stdout.write(text),
  });
  const begun = await begin(session, { command, request, stream });
  if (!begun.ok) return begun.error;
  let seen = begun.value;
  const { order: _order, after_position: _after, before_position: _before, ...filters } = input;
  const { io, signal } = session;
  for (;;) {
    const events = await untilReached(session, () => eventsAfter(session, seen, filters));
    if (signal.aborted) return { kind: 'interrupted', message: 'interrupted' };
    if (!events.ok) return events.error;
    const { items, position, gap } = events.value;
    if (gap === 'forgotten') {
      io.stderr.write(`The server has deleted events after ${seen}; going on at ${position}.\n`);
    }
    stream.write(items.filter((item) => isSelected(item, view.filters)));
    seen = position;
    if (items.length === 0) await pause(io.timers, EVENT_PAUSE_MS, signal);
  }
}

/** Writes what comes first; returns the position to go on from. */
async function begin(
  session: Session,
  run: {
    readonly command: TableCommand;
    readonly request: { readonly input: Fields; readonly options: Fields };
    readonly stream: ItemStream;
  },
): Promise<Result<number, Failure>> {
  const { command, request, stream } = run;
  const after = request.input.after_position;
  if (typeof after === 'number') return ok(after);
  // The position comes first: what happens from here on is behind it.
  const newest = await newestPosition(session);
  if (!newest.ok) return newest;
  const { limit = EARLIER_EVENTS } = request.options;
  const query = readListQuery(command, {
    input: { ...request.input, before_position: newest.value + 1 },
    options: { ...request.options, limit },
  });
  const earlier = query.ok ? await listItems(session, query.value) : query;
  if (!earlier.ok) return err(earlier.error);
  stream.write(earlier.value.toReversed());
  return newest;
}
