/**
 * One WebSocket client of a console: who it is, its ticket, then bytes in both directions until
 * one of both sides has enough. Binary frames are the console's; text frames are about it.
 */
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { ConsoleEnd, ConsoleSession } from '../../app/fleet/console/open-console.ts';
import { beginRequest } from '../../app/kernel/context/call-context.ts';
import { reportFault } from '../dispatch/dispatch.ts';
import { lookAtKey, watchKey } from '../events/watch-key.ts';
import { parseJson } from '../http/parse-json.ts';
import { AuthenticateMessage, keyKnown, toBytes } from './client-message.ts';
import { CLOSE_MS, closeCodeOf } from './close-code.ts';
import {
  type ClientOptions,
  HELLO_MS_MAX,
  type KnownKey,
  type ServedClient,
} from './serve-client.ts';

const OpenMessage = z.strictObject({
  type: z.literal('open'),
  ticket: z.string().min(1).max(256),
});

const Greeting = z.discriminatedUnion('type', [AuthenticateMessage, OpenMessage]);

/** RFC 6455, section 7.4.1: the purpose of the connection is fulfilled. */
const NORMAL_CLOSURE = 1_000;

/** Serves a client of a console whose handshake is done. */
export function serveConsole(options: Omit<ClientOptions, 'hub' | 'flusher'>): ServedClient {
  return new ConsoleClient(options);
}

/** Owns the socket, the session and the timers of one client. */
class ConsoleClient implements ServedClient {
  readonly #options: Omit<ClientOptions, 'hub' | 'flusher'>;
  readonly #aborter = new AbortController();
  readonly #cancels = new Set<() => void>();
  #key: KnownKey | undefined;
  #session: ConsoleSession | undefined;
  #state: 'greeting' | 'opening' | 'open' | 'closed' = 'greeting';
  #isAnswered = true;
  /** Messages are looked at one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: Omit<ClientOptions, 'hub' | 'flusher'>) {
    this.#options = options;
    this.#key = options.key;
    const { webSocket, core } = options;
    this.#cancels.add(core.timers.after(HELLO_MS_MAX, () => this.end(ticketMissing())));
    webSocket.on('message', (data, isBinary) => this.#receive(toBytes(data), isBinary));
    webSocket.on('pong', () => {
      this.#isAnswered = true;
    });
    webSocket.on('ping', (data) => webSocket.pong(data));
    // A close follows every error; ws has answered what broke its protocol.
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => this.#forget());
  }

  readonly end = (found: Problem): void => {
    if (this.#state === 'closed') return;
    const document = toProblemDocument(found, this.#options.requestId);
    this.#say({ type: 'problem', problem: document });
    this.#close(closeCodeOf(document), document.code);
  };

  #close(code: number, reason: string): void {
    this.#forget();
    const { webSocket, core } = this.#options;
    webSocket.close(code, reason);
    core.timers.after(CLOSE_MS, () => webSocket.terminate());
  }

  /** Lets go of everything but the socket. */
  #forget(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const cancel of this.#cancels) cancel();
    this.#aborter.abort();
    this.#session?.close();
  }

  #say(message: object): void {
    this.#options.webSocket.send(JSON.stringify(message));
  }

  /** Nothing more is read from the client before what it has sent is handled. */
  #receive(bytes: Uint8Array, isBinary: boolean): void {
    const { webSocket } = this.#options;
    webSocket.pause();
    this.#turn = this.#turn
      .then(() => this.#take(bytes, isBinary))
      .catch((cause) => this.#fail(cause))
      .finally(() => webSocket.resume());
  }

  async #take(bytes: Uint8Array, isBinary: boolean): Promise<void> {
    if (this.#state === 'closed') return;
    if (this.#session !== undefined) {
      if (!isBinary) return this.end(onlyBytes());
      return this.#session.write(bytes);
    }
    const message = readGreeting(bytes);
    if (!message.ok) return this.end(message.error);
    if (message.value.type === 'authenticate') return this.#identify(message.value.api_key);
    return this.#open(message.value.ticket);
  }

  async #identify(secret: string): Promise<void> {
    const { core, requestId, origin, seat } = this.#options;
    if (this.#key !== undefined) return this.end(keyKnown());
    const sender = { requestId, clientAddress: origin.clientAddress };
    const found = await core.application.authenticate(secret, sender);
    if (!found.ok) return this.end(found.error);
    if (this.#isClosed()) return;
    const counted = seat.identify(found.value);
    if (!counted.ok) return this.end(counted.error);
    this.#key = { secret, principal: found.value };
  }

  async #open(ticket: string): Promise<void> {
    const { core, requestId, origin } = this.#options;
    const key = this.#key;
    if (key === undefined) return this.end(keyMissing());
    const { signal } = this.#aborter;
    // The role may have changed since the ticket was made, and since the client has connected.
    const refusal = await lookAtKey(core, { ...key, needs: 'vm.console' });
    if (refusal !== undefined) return this.end(refusal);
    if (this.#isClosed()) return;
    const caller = { principal: key.principal, requestId, ...origin, signal };
    const opened = await core.application.openConsole(ticket, {
      ...caller,
      request: beginRequest(),
    });
    if (!opened.ok) return this.end(opened.error);
    const session = opened.value;
    this.#session = session;
    // It may have gone meanwhile: the session is relayed all the same, which audits its end.
    if (this.#isClosed()) session.close();
    else this.#begin(session, key);
    void session.relay(this.#sink()).then((end) => this.#finish(end));
  }

  #begin({ vm, node }: ConsoleSession, key: KnownKey): void {
    const { core, webSocket } = this.#options;
    this.#state = 'open';
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#cancels.add(
      watchKey(core, {
        ...key,
        needs: 'vm.console',
        onBeat: () => {
          if (!this.#isAnswered) return webSocket.terminate();
          this.#isAnswered = false;
          webSocket.ping();
        },
        onRefused: (found) => this.end(found),
      }),
    );
    this.#say({ type: 'opened', vm_id: vm.id, name: vm.name, node });
  }

  #sink() {
    const { webSocket } = this.#options;
    return {
      // Called back when the operating system has taken it, or the socket is gone.
      output: (bytes: Uint8Array) =>
        new Promise<void>((resolve) => {
          webSocket.send(bytes, { binary: true }, () => resolve());
        }),
      lost: (bytes: number) => this.#say({ type: 'lost', bytes }),
    };
  }

  #finish(end: ConsoleEnd): void {
    if (this.#isClosed()) return;
    if (typeof end === 'string') {
      this.#say({ type: 'ended', reason: end });
      this.#close(NORMAL_CLOSURE, end);
    } else this.end(end);
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #fail(cause: unknown): void {
    const { core, requestId } = this.#options;
    this.end(reportFault(core.logger, { cause, requestId, during: 'a WebSocket message' }));
  }
}

function readGreeting(bytes: Uint8Array): Result<z.infer<typeof Greeting>, Problem> {
  const value = parseJson(bytes, 'message');
  if (!value.ok) return value;
  const parsed = Greeting.safeParse(value.value, IN_WORDS);
  return parsed.success ? ok(parsed.data) : err(toValidationProblem(parsed.error, 'The message'));
}

function onlyBytes(): Problem {
  return problem('validation-failed', {
    detail: 'An open console takes binary messages only.',
    remedy: 'Send what is typed as binary messages, and close the connection to end.',
  });
}

function keyMissing(): Problem {
  return problem('unauthenticated', {
    detail: 'The connection has no API key, and a ticket is good for the key of its caller only.',
    remedy:
      'Send the header Authorization: Bearer <API key> with the upgrade, or as the first message ' +
      '{"type": "authenticate", "api_key": "…"}.',
  });
}

function ticketMissing(): Problem {
  return problem('deadline-exceeded', {
    detail: `The client did not send a console ticket within ${HELLO_MS_MAX} ms.`,
    remedy: 'Send {"type": "open", "ticket": "…"} after connecting.',
  });
}
