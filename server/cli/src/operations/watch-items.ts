/** `--watch`: shows a list, then every item that appears, changes or is deleted. */
import { ok, type Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { pluralOf } from '../arguments/plural-of.ts';
import {
  EVENT_PAUSE_MS,
  eventsAfter,
  newestPosition,
  untilReached,
} from '../client/event-positions.ts';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import type { Fields } from '../output/fields.ts';
import type { TableChoice } from '../output/render-table.ts';
import { createItemStream, type ItemStream } from '../output/stream-items.ts';
import { addIncidents } from './add-incidents.ts';
import { checkFilterNames } from './check-filter-names.ts';
import { choiceOf, listItems, readListQuery } from './list-items.ts';
import { warnOfWords } from './warn-of-words.ts';

/** Not everything publishes events: after this number of pauses the list is read in any case. */
const PAUSES_MAX = 10;

/** List or item to watch. */
interface WatchRequest {
  readonly noun: string;
  /** Plural noun for the message about an empty list: `VMs`. */
  readonly words: string;
  readonly choice: TableChoice;
  readonly read: () => Promise<Result<readonly Fields[], Failure>>;
  /** Explains an empty first answer; undefined if nothing is wrong. */
  readonly check?: () => Promise<Failure | undefined>;
  /** `one`: ends when the item is deleted. */
  readonly of: 'list' | 'one';
}

/**
 * Writes all items, then those that differ, until it is interrupted.
 * @returns why it ended; undefined when the only item was deleted. Failures: problems of the
 * server but lost connections; interrupted.
 */
async function watchItems(session: Session, request: WatchRequest): Promise<Failure | undefined> {
  const { io, signal } = session;
  const stream = createItemStream({
    noun: request.noun,
    format: session.output,
    style: session.style,
    choice: request.choice,
    write: (text) => io.stdout.write(text),
  });
  // The position comes first: what happens from here on is in the list, or makes it be read again.
  let seen = await positionOf(session);
  const first = await request.read();
  if (!first.ok) return first.error;
  const wrong = first.value.length === 0 ? await request.check?.() : undefined;
  if (wrong !== undefined) return wrong;
  stream.write(first.value, 'added');
  if (first.value.length === 0) io.stderr.write(`No ${request.words} found. Watching.\n`);
  let known = byKey(first.value);
  while (!signal.aborted) {
    seen = await nextChange(session, seen);
    if (signal.aborted) break;
    const items = await untilReached(session, request.read);
    if (signal.aborted) break;
    if (!items.ok) return items.error;
    known = writeChanges(stream, known, items.value);
    if (request.of === 'one' && known.size === 0) return undefined;
  }
  return { kind: 'interrupted', message: 'interrupted' };
}

/** The newest event; undefined for who may not read events. */
async function positionOf(session: Session): Promise<number | undefined> {
  const position = await newestPosition(session);
  return position.ok ? position.value : undefined;
}

/** Waits for an event, or long enough; returns the position to wait at the next time. */
async function nextChange(session: Session, seen: number | undefined): Promise<number | undefined> {
  const { io, signal } = session;
  for (let count = 0; count < PAUSES_MAX && !signal.aborted; count += 1) {
    await pause(io.timers, EVENT_PAUSE_MS, signal);
    if (seen === undefined || signal.aborted) continue;
    const events = await eventsAfter(session, seen);
    // Whatever is wrong is said about the list, which is read next.
    if (!events.ok) return seen;
    if (events.value.position !== seen) return events.value.position;
  }
  return seen;
}

type Known = ReadonlyMap<string, Fields>;

function byKey(items: readonly Fields[]): Known {
  return new Map(items.map((item) => [keyOf(item), item]));
}

function keyOf({ id, name, position }: Fields): string {
  return String(id ?? name ?? position);
}

function writeChanges(stream: ItemStream, known: Known, items: readonly Fields[]): Known {
  const now = byKey(items);
  for (const [key, item] of now) {
    const before = known.get(key);
    if (before === undefined) stream.write([item], 'added');
    else if (stream.signatureOf(before) !== stream.signatureOf(item)) {
      stream.write([item], 'changed');
    }
  }
  stream.write(
    [...known].flatMap(([key, item]) => (now.has(key) ? [] : [item])),
    'deleted',
  );
  return now;
}

/** Watches what a list shows. Failures: as {@link watchItems}; wrong usage. */
export async function watchList(
  session: Session,
  command: TableCommand,
  request: { readonly input: Fields; readonly options: Fields },
): Promise<Failure | undefined> {
  const query = readListQuery(command, request);
  if (!query.ok) return query.error;
  const { noun, words, view } = query.value;
  return watchItems(session, {
    noun,
    words,
    choice: choiceOf(view),
    read: async () => {
      const items = await listItems(session, query.value);
      return items.ok ? ok(await addIncidents(session, command, items.value)) : items;
    },
    check: async () => {
      const unknown = await checkFilterNames(session, command, query.value.input);
      if (unknown === undefined) await warnOfWords(session, command, query.value.input);
      return unknown;
    },
    of: 'list',
  });
}

/** Watches one resource until it is deleted. Failures: as {@link watchItems}. */
export async function watchOne(
  session: Session,
  { operation, noun }: TableCommand,
  input: Fields,
): Promise<Failure | undefined> {
  let reads = 0;
  return watchItems(session, {
    noun,
    words: pluralOf(noun),
    choice: {},
    read: async () => {
      reads += 1;
      const answer = await callOperation(session, operation, input);
      if (answer.ok) return ok([answer.value]);
      const { error } = answer;
      const isGone = error.kind === 'problem' && error.problem.code === 'not-found' && reads > 1;
      return isGone ? ok([]) : answer;
    },
    of: 'one',
  });
}
