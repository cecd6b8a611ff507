/** Messages that NATS keeps: a JetStream stream a subject. */
import {
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { headers, type MsgHdrs, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { PublishOptions, RetainedMessage } from './bus.ts';
import { resumeExpiredProblem } from './bus-problems.ts';
import { parseFrozen } from './message-copy.ts';

/** Limits of retention: age, and MiB per subject; the first limit reached applies. */
const KEPT_MS_MAX = 7 * 24 * 60 * 60 * 1_000;
const KEPT_MIB_MAX = 1_024;
const MIB = 1024 ** 2;

/** Time for which NATS remembers message ids: longer than a publisher takes to reconnect. */
const DEDUPLICATION_MS = 10 * 60 * 1_000;

/** Maximum number of messages between the original place of a message and its republished copy. */
const DISORDER_MAX = 1_000;

/** Time that a replay waits for messages that the stream reports. */
const FETCH_TIMEOUT_MS = 5_000;

/** JetStream's header for de-duplication. */
const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

const POSITION_HEADER = 'Novacron-Position';

/** JetStream's code while a cluster has no leader. */
const NO_LEADER_CODE = 10_008;

/** JetStream's code for a stream that exists with other settings. */
const STREAM_EXISTS_CODE = 10_058;

/** The headers that make NATS keep a message once. */
export function toRetentionHeaders({ messageId, position }: NonNullable<PublishOptions['keep']>) {
  const made = headers();
  made.set(MESSAGE_ID_HEADER, messageId);
  made.set(POSITION_HEADER, String(position));
  return made;
}

/** Name of the stream of a subject; dots are not allowed there. */
export function streamOf(subject: string): string {
  return subject.replaceAll('.', '_');
}

/** Makes the streams that are missing; one that an operator has set otherwise stays as it is. */
export async function ensureStreams(
  connection: NatsConnection,
  subjects: readonly string[],
): Promise<void> {
  if (subjects.length === 0) return;
  const manager = await jetstreamManager(connection);
  for (const subject of subjects) {
    try {
      await manager.streams.add({
        name: streamOf(subject),
        subjects: [subject],
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        max_age: nanos(KEPT_MS_MAX),
        max_bytes: KEPT_MIB_MAX * MIB,
        duplicate_window: nanos(DEDUPLICATION_MS),
      });
    } catch (cause) {
      if (!hasCode(cause, STREAM_EXISTS_CODE)) throw cause;
    }
  }
}

/** Whether JetStream is there but has no leader yet, or does not answer in time. */
export function isStreamAway(cause: unknown): boolean {
  return hasCode(cause, NO_LEADER_CODE) || /timeout/i.test(String(cause));
}

function hasCode(cause: unknown, code: number): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === code;
}

/**
 * Reads kept messages back in the order of their positions; rejects with what NATS said. A message
 * that was published again lies behind later ones: where positions are missing it is looked for
 * around the place where it should be.
 */
export async function replayRetained(
  connection: NatsConnection,
  request: { readonly subject: string; readonly from: number; readonly limit: number },
): Promise<Result<readonly RetainedMessage[], Problem>> {
  const { subject, from, limit } = request;
  const manager = await jetstreamManager(connection);
  const stream = streamOf(subject);
  const { state } = await manager.streams.info(stream);
  if (state.messages === 0) return ok([]);
  const oldest = await positionAt(manager, stream, state.first_seq);
  if (oldest > from) return err(resumeExpiredProblem(subject, oldest));
  const first = await findSequence(manager, stream, { from, state });
  const last = Math.min(state.last_seq, first + limit - 1);
  const near = await readRange(connection, stream, { first, last, from });
  const isWhole = near.every(({ position }, index) => position === from + index);
  if (isWhole && near.length === limit) return ok(near);
  const wide = {
    first: Math.max(state.first_seq, first - DISORDER_MAX),
    last: Math.min(state.last_seq, last + DISORDER_MAX),
    from,
  };
  return ok((await readRange(connection, stream, wide)).slice(0, limit));
}

/** Reads a range of the stream; what is there twice is answered once, in order of position. */
async function readRange(
  connection: NatsConnection,
  stream: string,
  range: { readonly first: number; readonly last: number; readonly from: number },
): Promise<readonly RetainedMessage[]> {
  const count = range.last - range.first + 1;
  if (count <= 0) return [];
  const consumer = await jetstream(connection).consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: range.first,
  });
  const fetched = await consumer.fetch({ max_messages: count, expires: FETCH_TIMEOUT_MS });
  return collect(fetched, range.from);
}

/**
 * About where the messages from a position on begin, found by halving. What was published again
 * lies behind later ones and may lead astray by as much: who finds a hole looks around.
 */
async function findSequence(
  manager: JetStreamManager,
  stream: string,
  wanted: { from: number; state: { readonly first_seq: number; readonly last_seq: number } },
): Promise<number> {
  let low = wanted.state.first_seq;
  let high = wanted.state.last_seq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await positionAt(manager, stream, middle)) < wanted.from) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function positionAt(manager: JetStreamManager, stream: string, seq: number) {
  const message = await manager.streams.getMessage(stream, { seq });
  // It may have grown too old a moment ago: then it is before all that are still there.
  return positionOf(message?.header);
}

function positionOf(found: MsgHdrs | undefined): number {
  return Number(found?.get(POSITION_HEADER) ?? 0);
}

async function collect(
  fetched: ConsumerMessages,
  from: number,
): Promise<readonly RetainedMessage[]> {
  const found = new Map<number, RetainedMessage>();
  for await (const { headers: with_, data } of fetched) {
    const position = positionOf(with_);
    if (position < from || found.has(position)) continue;
    const message: JsonObject = parseFrozen(new TextDecoder().decode(data));
    found.set(position, { position, message });
  }
  return [...found.values()].sort((left, right) => left.position - right.position);
}
