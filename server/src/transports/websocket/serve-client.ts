/**
 * One WebSocket client from its first message to its end: who it is, what it wants to hear, then
 * events and heartbeats until one of both sides has enough.
 */
import type { Duplex } from 'node:stream';
import type { RequestId } from '@novacron/contract/ids';
import {
  type Problem,
  type ProblemDocument,
  problem,
  toProblemDocument,
} from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { WebSocket } from 'ws';
import {
  beginRequest,
  type CallContext,
  type Principal,
} from '../../app/kernel/context/call-context.ts';
import { reportFault } from '../dispatch/dispatch.ts';
import type { EventCore, EventHub } from '../events/event-hub.ts';
import {
  checkTenants,
  type EventStream,
  type EventStreamOptions,
  openEventStream,
} from '../events/open-event-stream.ts';
import { positionAhead } from '../events/stream-problems.ts';
import { HEARTBEAT_MS, watchKey } from '../events/watch-key.ts';
import type { Caller } from '../http/authenticate.ts';
import {
  type BadChange,
  type ChangeFilterMessage,
  type ClientMessage,
  keyKnown,
  readClientMessage,
  type SubscribeMessage,
  toBytes,
} from './client-message.ts';
import { CLOSE_MS, closeCodeOf } from './close-code.ts';
import { createOutbox, type Flusher, type Outbox } from './outbox.ts';

/** A client has to say who it is and what it wants within this. Unit: milliseconds. */
export const HELLO_MS_MAX = 10_000;

/** A page that is looked at changes its filter a few times; each reads the store. */
const CHANGES_PER_BEAT_MAX = 60;

/** A key with the principal that it was found to belong to. */
export interface KnownKey {
  readonly secret: string;
  /** Kind of the credential; a key or a token by default. */
  readonly credential?: 'session';
  readonly principal: Principal;
}

/** Slot of a client before it subscribes. */
export interface Seat {
  /** Counts the client for its key from now on. Problems: `rate-limited`, `unavailable`. */
  readonly identify: (principal: Principal) => Result<void, Problem>;
  /** The client has subscribed, which counts it among the streams, or it is gone. */
  readonly leave: () => void;
}

/** Dependencies for serving a client. */
export interface ClientOptions {
  readonly core: EventCore;
  readonly hub: EventHub;
  readonly flusher: Flusher;
  readonly webSocket: WebSocket;
  readonly socket: Duplex;
  readonly requestId: RequestId;
  readonly origin: Pick<Caller, 'client' | 'clientAddress' | 'deployment'>;
  /** `undefined` where the upgrade carried no key: the first message has to. */
  readonly key: KnownKey | undefined;
  readonly seat: Seat;
}

/** A client that is being served. */
export interface ServedClient {
  /** Says goodbye. */
  readonly end: (found: Problem) => void;
}

/** Serves a client whose handshake is done. */
export function serveClient(options: ClientOptions): ServedClient {
  const client = new Client(options);
  return { end: (found) => client.end(found) };
}

/** Owns the socket, the stream and the timers of one client. */
class Client {
  private key: KnownKey | undefined;
  private stream: EventStream | undefined;
  private state: 'greeting' | 'streaming' | 'closed' = 'greeting';
  /** Messages are looked at one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private messages = 0;
  private changes = 0;
  private answered: 'yes' | 'no' = 'yes';
  private readonly outbox: Outbox;
  private readonly cancels = new Set<() => void>();
  private readonly aborter = new AbortController();
  private readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    this.options = options;
    this.key = options.key;
    const { webSocket, core } = options;
    this.outbox = createOutbox({ ...options, onOverflow: () => this.drop('too slow') });
    this.cancels.add(core.timers.after(HELLO_MS_MAX, () => this.refuseSilence()));
    webSocket.on('message', (data) => this.receive(data));
    webSocket.on('pong', () => {
      this.answered = 'yes';
    });
    webSocket.on('ping', (data) => this.answerPing(data));
    // A close follows every error; ws has answered what broke its protocol.
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => this.forget());
  }

  end(found: Problem): void {
    this.endWith(toProblemDocument(found, this.options.requestId));
  }

  private endWith(document: ProblemDocument): void {
    if (this.state === 'closed') return;
    this.send({ type: 'problem', problem: document });
    this.outbox.flush();
    this.forget();
    const { webSocket, core } = this.options;
    webSocket.close(closeCodeOf(document), document.code);
    core.timers.after(CLOSE_MS, () => webSocket.terminate());
  }

  /** Ends it without a word: what is said would only pile up behind what is not read. */
  private drop(reason: string): void {
    if (this.state === 'closed') return;
    const { core, requestId, webSocket } = this.options;
    core.logger.info({ requestId, reason }, 'a WebSocket client is dropped');
    this.forget();
    webSocket.terminate();
  }

  /** Lets go of everything but the socket. */
  private forget(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.stream?.close();
    for (const cancel of this.cancels) cancel();
    this.aborter.abort();
  }

  private send(message: object): void {
    this.outbox.send(Buffer.from(JSON.stringify(message)));
  }

  private receive(data: WebSocket.RawData): void {
    if (this.state === 'closed') return;
    const message = readClientMessage(toBytes(data));
    if (!message.ok) {
      this.end(message.error);
      return;
    }
    if (isChange(message.value)) this.changes += 1;
    else this.messages += 1;
    // One for the key, one for the subscription.
    if (this.messages > 2) {
      this.end(alreadySubscribed());
      return;
    }
    if (this.changes > CHANGES_PER_BEAT_MAX) {
      this.end(tooManyChanges());
      return;
    }
    this.turn = this.turn.then(() => this.take(message.value)).catch((cause) => this.fail(cause));
  }

  private async take(message: ClientMessage): Promise<void> {
    if (this.state === 'closed') return;
    if (isChange(message)) {
      await this.change(message);
      return;
    }
    if (this.state === 'streaming') {
      this.end(alreadySubscribed());
      return;
    }
    if (message.type === 'subscribe') {
      this.subscribe(message);
      return;
    }
    if (this.key !== undefined) {
      this.end(keyKnown());
      return;
    }
    const { core, requestId, origin } = this.options;
    const sender = { requestId, clientAddress: origin.clientAddress };
    const found = await core.application.authenticate(message.api_key, sender);
    if (!found.ok) {
      this.end(found.error);
      return;
    }
    // It may have given way to others meanwhile.
    if (this.isClosed()) return;
    const counted = this.options.seat.identify(found.value);
    if (!counted.ok) {
      this.end(counted.error);
      return;
    }
    this.key = { secret: message.api_key, principal: found.value };
  }

  private isClosed(): boolean {
    return this.state === 'closed';
  }

  private subscribe(message: SubscribeMessage): void {
    const { core } = this.options;
    const { key } = this;
    if (key === undefined) {
      this.end(keyMissing());
      return;
    }
    this.state = 'streaming';
    this.letGo();
    this.options.seat.leave();
    this.cancels.add(
      watchKey(core, {
        ...key,
        needs: 'event.list',
        onBeat: () => this.beat(),
        onRefused: (found) => this.end(found),
      }),
    );
    this.stream = this.open(key, {
      filter: message.filter,
      afterPosition: message.after_position,
    });
  }

  /** Opens a stream with another filter where the one so far stands, or behind a position. */
  private async change(message: ChangeFilterMessage | BadChange): Promise<void> {
    const { key, stream } = this;
    if (key === undefined || stream === undefined) {
      this.end(notSubscribed());
      return;
    }
    if (message.type === 'bad_change') {
      this.refuse(message.id, message.found);
      return;
    }
    await stream.begun;
    if (this.isClosed()) return;
    const { id, filter, after_position: after } = message;
    const from = stream.place();
    const isAhead = after !== undefined && after > from.position;
    const found = isAhead ? positionAhead(after) : checkTenants(filter, key);
    if (found !== undefined) {
      this.refuse(id, found);
      return;
    }
    stream.close();
    this.send({ type: 'filter_changed', id, position: after ?? from.ownPosition });
    const behind = after === undefined ? { from } : {};
    this.stream = this.open(key, { filter, afterPosition: after, ...behind });
  }

  /** The filter so far stays in force. */
  private refuse(id: string | undefined, found: Problem): void {
    const document = toProblemDocument(found, this.options.requestId);
    this.send({ type: 'filter_refused', id, problem: document });
  }

  private open(
    { principal }: KnownKey,
    wanted: Pick<EventStreamOptions, 'filter' | 'afterPosition' | 'from'>,
  ): EventStream {
    const { core, hub } = this.options;
    return openEventStream({
      ...wanted,
      core,
      hub,
      context: this.contextOf(principal),
      sink: {
        deliver: (heard) => this.outbox.send(heard.message()),
        room: () => this.outbox.room(),
        live: () => this.sayPosition(),
        end: (document) => this.endWith(document),
      },
    });
  }

  /** The greeting is over: its deadline with it. */
  private letGo(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }

  private contextOf(principal: Principal): CallContext {
    const { requestId, origin } = this.options;
    const { signal } = this.aborter;
    return { principal, requestId, ...origin, signal, request: beginRequest() };
  }

  private beat(): void {
    if (this.answered === 'no') {
      this.drop('no answer to a ping');
      return;
    }
    this.answered = 'no';
    this.changes = 0;
    this.sayPosition();
    this.outbox.flush();
    this.options.webSocket.ping();
  }

  private sayPosition(): void {
    this.send({ type: 'heartbeat', position: this.stream?.position() ?? 0 });
  }

  /** Pings are answered while the client reads the answers. */
  private answerPing(data: Buffer): void {
    const { webSocket } = this.options;
    if (webSocket.bufferedAmount === 0) webSocket.pong(data);
  }

  private refuseSilence(): void {
    this.end(
      problem('deadline-exceeded', {
        detail: `The client did not subscribe within ${HELLO_MS_MAX} ms.`,
        remedy: 'Send a message of type subscribe after connecting.',
      }),
    );
  }

  private fail(cause: unknown): void {
    const { core, requestId } = this.options;
    this.end(reportFault(core.logger, { cause, requestId, during: 'a WebSocket message' }));
  }
}

function isChange(message: ClientMessage): message is ChangeFilterMessage | BadChange {
  return message.type === 'change_filter' || message.type === 'bad_change';
}

function alreadySubscribed(): Problem {
  return problem('validation-failed', {
    detail: 'No messages but change_filter are accepted after subscribe.',
    remedy: 'Send change_filter for other events, or open another connection.',
  });
}

function notSubscribed(): Problem {
  return problem('validation-failed', {
    detail: 'There is no subscription whose filter could be changed.',
    remedy: 'Send a message of type subscribe first.',
  });
}

function tooManyChanges(): Problem {
  return problem('rate-limited', {
    detail: `The filter was changed over ${CHANGES_PER_BEAT_MAX} times between heartbeats.`,
    remedy: 'Change it less often: one filter for all that a page shows.',
    data: { scope: 'connection', retry_after_ms: HEARTBEAT_MS },
  });
}

function keyMissing(): Problem {
  return problem('unauthenticated', {
    detail: 'The connection has no API key.',
    remedy:
      'Send the header Authorization: Bearer <API key> with the upgrade, or as the first message ' +
      '{"type": "authenticate", "api_key": "…"}.',
  });
}
