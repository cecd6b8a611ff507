/** The bus on NATS, for servers and agents that are processes of their own. */
import { createInbox, headers, type Msg } from '@nats-io/transport-node';
import type { JsonObject } from '@novacron/contract/json';
import type { LinkTls } from '@novacron/contract/link-tls';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { assert, err, ok, type Result } from '@novacron/contract/result';
import { createShortLivedMap, type ShortLivedMap } from '@novacron/contract/short-lived-map';
import { systemTimers, type Timers } from '@novacron/runtime/timers';
import type {
  Bus,
  OutgoingMessage,
  PublishOptions,
  Responder,
  Subscriber,
  Unsubscribe,
} from './bus.ts';
import {
  brokenProblem,
  closedProblem,
  noResponderProblem,
  outOfReachProblem,
  tooLargeProblem,
  tooLateProblem,
} from './bus-problems.ts';
import {
  ensureStreams,
  isStreamAway,
  replayRetained,
  toRetentionHeaders,
} from './jetstream-retention.ts';
import { parseFrozen } from './message-copy.ts';
import { type NatsBusConnection, openNatsConnection } from './nats-connection.ts';
import { toNatsOptions } from './nats-link.ts';
import { certificateProblem, messageOf, toConnectProblem, toNatsLink } from './nats-settings.ts';
import { refusesCertificate } from './refuses-certificate.ts';
import { assertReplayIsBounded } from './retained-messages.ts';
import { warnOfFault } from './warn-of-fault.ts';

/** The subjects whose messages a server keeps. */
const KEPT_SUBJECTS: readonly string[] = ['novacron.events'];

/** Maximum message size: the default of NATS is 1 MiB, headers included. */
export const MESSAGE_BYTES_MAX = 1_000_000;

/** Queue group, so that only one of several responding processes answers. */
const RESPONDERS_QUEUE = 'novacron';

/** Says that a responder broke down; the answer is empty. */
const FAULT_HEADER = 'Novacron-Fault';

/** The status that NATS itself answers for a subject without responders. */
const NO_RESPONDERS_CODE = 503;

/** Options of a NATS bus. */
export interface NatsBusOptions {
  /** `nats://user:password@host:port`, or `tls://`; several with commas or as a list. */
  readonly servers: string | readonly string[];
  readonly tls?: LinkTls;
  /**
   * Prefix of the subjects for answers, for users with limited subscriptions; `_INBOX` by default.
   */
  readonly inboxPrefix?: string;
  /**
   * Subjects for answers of clients that may publish on few subjects; `inboxPrefix` for all other
   * clients.
   */
  readonly answers?: readonly AnswerSubjects[];
  /** Subjects whose messages NATS keeps: `KEPT_SUBJECTS` unless said; agents keep none. */
  readonly retainedSubjects?: readonly string[];
  /** Timers for request timeouts; the machine's timers when absent. */
  readonly timers?: Timers;
  /** Hears of subscribers that threw and responders that rejected; a process warning if absent. */
  readonly onFault?: (subject: string, cause: unknown) => void;
  /** Hears, when NATS is back, how many messages were dropped while it was away. */
  readonly onDropped?: (count: number) => void;
  /** Hears when the connection breaks, and when it is made again. */
  readonly onLink?: (state: 'up' | 'down') => void;
}

/** Subjects of answers that depend on who is asked. */
export interface AnswerSubjects {
  /** Common prefix of the subjects, with `*` for the variable part. */
  readonly pattern: string;
  /** Returns the prefix of answers to a request; undefined: the default inbox. */
  readonly of: (subject: string) => string | undefined;
}

type Answer = Result<JsonObject, Problem>;

interface Desk {
  readonly link: NatsBusConnection;
  readonly retainedSubjects: readonly string[];
  readonly timers: Timers;
  readonly onFault: (subject: string, cause: unknown) => void;
  /** Prefix of the subjects for answers to this bus, each with a number. */
  readonly inbox: string;
  readonly answers: readonly AnswerSubjects[];
  /** Part of the subjects of its answers, which differs from that of other servers. */
  readonly token: string;
  /** Requests by the whole subject of the answer: no node can answer in place of another. */
  readonly waiting: ShortLivedMap<(answer: Answer | 'no-responder' | 'broken') => void>;
  readonly responders: Set<string>;
  requests: number;
  state: 'open' | 'closed';
}

/**
 * Connects to NATS. When the connection breaks, it is made again, however long that takes, with all
 * subscriptions; meanwhile requests answer `unavailable`, and what is published waits within
 * `MESSAGES_WAITING_MAX` messages. What was on its way when it broke is lost.
 * @returns the bus; `unavailable` with `data.reason` bad-url, unreachable, access-denied,
 * tls-failed or jetstream-missing
 */
export async function openNatsBus(options: NatsBusOptions): Promise<Result<Bus, Problem>> {
  const {
    retainedSubjects = KEPT_SUBJECTS,
    onFault = warnOfFault,
    timers = systemTimers,
  } = options;
  const waiting: Desk['waiting'] = createShortLivedMap();
  let lostAt = 0;
  const { tls, inboxPrefix } = options;
  const settings = toNatsLink(options.servers, { tls, inboxPrefix });
  if (!settings.ok) return settings;
  let link: NatsBusConnection;
  try {
    link = await openNatsConnection(
      toNatsOptions(settings.value, () => lostAt),
      {
        onDown: () => {
          lostAt = performance.now();
          options.onLink?.('down');
          settleAll(waiting, outOfReachProblem('after'));
        },
        onUp: () => {
          options.onLink?.('up');
          // The server may have come back without its data.
          ensureStreams(link.connection, retainedSubjects).catch((cause) =>
            onFault('streams', cause),
          );
        },
        onComplaint: (cause) => onFault('connection', cause),
        onDropped: options.onDropped ?? warnOfDropped,
      },
    );
  } catch (cause) {
    const isRefused = await refusesCertificate(settings.value);
    return err(
      isRefused ? certificateProblem(tls?.certFile !== undefined) : toConnectProblem(cause),
    );
  }
  try {
    await ensureStreams(link.connection, retainedSubjects);
  } catch (cause) {
    await link.close();
    return err(toStreamProblem(cause));
  }
  const desk: Desk = {
    link,
    retainedSubjects,
    timers,
    onFault,
    waiting,
    inbox: createInbox(options.inboxPrefix),
    answers: options.answers ?? [],
    token: createInbox().split('.').at(-1) ?? '',
    responders: new Set(),
    requests: 0,
    state: 'open',
  };
  const callback = (_: unknown, msg: Msg) => takeAnswer(desk, msg);
  link.connection.subscribe(`${desk.inbox}.*`, { callback });
  for (const { pattern } of desk.answers) {
    link.connection.subscribe(`${pattern}.${desk.token}.*`, { callback });
  }
  return ok(makeBus(desk));
}

function makeBus(desk: Desk): Bus {
  return {
    publish: (subject, message, options) => publish(desk, { subject, message, options }),
    subscribe: (subject, subscriber) => subscribe(desk, subject, subscriber),
    request: (subject, message, { timeoutMs }) => request(desk, { subject, message, timeoutMs }),
    respond: (subject, responder) => respond(desk, subject, responder),
    replay: (subject, options) => replay(desk, { subject, ...options }),
    isUp: () => desk.state === 'open' && desk.link.isUp(),
    close: () => close(desk),
  };
}

interface Publication {
  readonly subject: string;
  readonly message: OutgoingMessage;
  readonly options: PublishOptions | undefined;
}

function publish(desk: Desk, { subject, message, options }: Publication): void {
  if (desk.state === 'closed') return;
  assertIsPlace(subject);
  const payload = JSON.stringify(message);
  const keep = options?.keep;
  assert(keep === undefined || desk.retainedSubjects.includes(subject), `${subject} is kept`);
  if (Buffer.byteLength(payload) > MESSAGE_BYTES_MAX) {
    desk.onFault(subject, new Error(`a message of more than ${MESSAGE_BYTES_MAX} bytes`));
    return;
  }
  desk.link.send({
    subject,
    payload,
    ...(keep === undefined ? {} : { headers: toRetentionHeaders(keep) }),
  });
}

/** A place and not a pattern; blanks would be read as another part of NATS's command. */
function assertIsPlace(subject: string): void {
  assert(/^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(subject), `'${subject}' is a subject`);
}

function subscribe(desk: Desk, subject: string, subscriber: Subscriber): Unsubscribe {
  if (desk.state === 'closed') return () => {};
  assertIsPlace(subject.replaceAll(/(?<=^|[.])[*](?=[.]|$)/g, 'any'));
  const subscription = desk.link.connection.subscribe(subject, {
    callback: (error, msg) => {
      if (desk.state === 'closed') return;
      try {
        if (error !== null) throw error;
        subscriber(parseFrozen(msg.string()), msg.subject);
      } catch (cause) {
        desk.onFault(subject, cause);
      }
    },
  });
  return () => subscription.unsubscribe();
}

interface Question {
  readonly subject: string;
  readonly message: OutgoingMessage;
  readonly timeoutMs: number;
}

function request(desk: Desk, { subject, message, timeoutMs }: Question): Promise<Answer> {
  if (desk.state === 'closed') return Promise.resolve(err(closedProblem()));
  assertIsPlace(subject);
  const payload = JSON.stringify(message);
  if (Buffer.byteLength(payload) > MESSAGE_BYTES_MAX) {
    return Promise.resolve(err(tooLargeProblem(subject, MESSAGE_BYTES_MAX)));
  }
  // Not kept until NATS is back: by then the caller may have turned elsewhere.
  if (!desk.link.isUp()) return Promise.resolve(err(outOfReachProblem('before')));
  desk.requests += 1;
  const reply = replyTo(desk, subject);
  return new Promise((resolve) => {
    const cancelTimeout = desk.timers.after(timeoutMs, () =>
      settle(err(tooLateProblem(subject, timeoutMs))),
    );
    const settle = (answer: Answer | 'no-responder' | 'broken'): void => {
      cancelTimeout();
      desk.waiting.delete(reply);
      if (answer === 'no-responder') resolve(err(noResponderProblem(subject)));
      else if (answer === 'broken') resolve(err(brokenProblem(subject)));
      else resolve(answer);
    };
    desk.waiting.set(reply, settle);
    desk.link.send({ subject, payload, reply });
  });
}

/** Returns the subject for the answer to the latest request. */
function replyTo({ answers, inbox, token, requests }: Desk, subject: string): string {
  const own = answers.map(({ of }) => of(subject)).find((found) => found !== undefined);
  return own === undefined ? `${inbox}.${requests}` : `${own}.${token}.${requests}`;
}

function takeAnswer(desk: Desk, msg: Msg): void {
  const settle = desk.waiting.get(msg.subject);
  if (settle === undefined) return;
  if (msg.headers?.code === NO_RESPONDERS_CODE) settle('no-responder');
  else if (msg.headers?.has(FAULT_HEADER) === true) settle('broken');
  else settle(ok(parseFrozen(msg.string())));
}

function respond(desk: Desk, subject: string, responder: Responder): Unsubscribe {
  if (desk.state === 'closed') return () => {};
  assertIsPlace(subject);
  assert(!desk.responders.has(subject), `two responders on ${subject}`);
  desk.responders.add(subject);
  const subscription = desk.link.connection.subscribe(subject, {
    queue: RESPONDERS_QUEUE,
    callback: (error, msg) => {
      if (error === null && desk.state === 'open') void answer(desk, responder, msg);
    },
  });
  let isHere: 'yes' | 'no' = 'yes';
  return () => {
    subscription.unsubscribe();
    if (isHere === 'yes') desk.responders.delete(subject);
    isHere = 'no';
  };
}

async function answer(desk: Desk, responder: Responder, msg: Msg): Promise<void> {
  const { reply } = msg;
  const send = (message: { payload: string; headers?: ReturnType<typeof headers> }): void => {
    // The requester already got the broken connection as its answer; a late one is dropped.
    if (reply !== undefined && desk.link.isUp()) desk.link.send({ subject: reply, ...message });
  };
  try {
    const payload = JSON.stringify(await responder(parseFrozen(msg.string())));
    const isFit = Buffer.byteLength(payload) <= MESSAGE_BYTES_MAX;
    assert(isFit, `an answer has at most ${MESSAGE_BYTES_MAX} bytes`);
    send({ payload });
  } catch (cause) {
    desk.onFault(msg.subject, cause);
    const fault = headers();
    fault.set(FAULT_HEADER, 'yes');
    send({ payload: '', headers: fault });
  }
}

async function replay(
  desk: Desk,
  asked: { readonly subject: string; readonly from: number; readonly limit: number },
): ReturnType<Bus['replay']> {
  if (desk.state === 'closed') return err(closedProblem());
  const { subject, limit } = asked;
  assertReplayIsBounded(limit);
  assert(desk.retainedSubjects.includes(subject), `${subject} is kept`);
  if (!desk.link.isUp()) return err(outOfReachProblem('before'));
  try {
    return await replayRetained(desk.link.connection, asked);
  } catch (cause) {
    desk.onFault(subject, cause);
    return err(outOfReachProblem('after'));
  }
}

async function close(desk: Desk): Promise<void> {
  if (desk.state === 'closed') return;
  desk.state = 'closed';
  settleAll(desk.waiting, closedProblem());
  await desk.link.close();
}

function settleAll(waiting: Desk['waiting'], found: Problem): void {
  for (const settle of waiting.values()) settle(err(found));
}

function warnOfDropped(count: number): void {
  process.emitWarning(`${count} messages were dropped while the message bus was unavailable`);
}

/** In a cluster of NATS, JetStream answers some time after its servers do. */
function toStreamProblem(cause: unknown): Problem {
  return isStreamAway(cause) ? toConnectProblem(cause) : jetstreamMissingProblem(cause);
}

function jetstreamMissingProblem(cause: unknown): Problem {
  return problem('unavailable', {
    detail: `The message bus cannot store messages: ${messageOf(cause)}.`,
    remedy: 'Start nats-server with JetStream (-js, and -sd DIRECTORY), and start again.',
    data: { reason: 'jetstream-missing' },
  });
}
