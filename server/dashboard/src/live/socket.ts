/**
 * The one WebSocket of the dashboard. It resumes from the last position after every break, so no
 * event is missed or seen twice; where the server no longer has what is behind that position, all
 * queries are read again.
 */

import type { LiveState } from './live-status.ts';
import { type LiveEvent, readMessage } from './read-message.ts';

/** The first pause before a new attempt; each failure doubles it. Unit: milliseconds. */
const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 15_000;

/** The server sends a heartbeat every 15 s; two that fail to come are a broken connection. */
const SILENCE_MS_MAX = 35_000;

/** The close code of a session that has ended: 4000 and the HTTP status. */
const UNAUTHENTICATED_CODE = 4_401;

/**
 * The server no longer has the position: its events are past retention, or its store is an older
 * one, as after a restored backup. The position is all that a subscription can be refused for.
 */
const LOST_POSITION_CODES = ['resume-expired', 'validation-failed'];

/** Events that are kept while updates are paused; beyond them everything is read again. */
const WAITING_MAX = 1_000;

/** Options of the connection. */
export interface LiveOptions {
  readonly url: string;
  readonly onEvent: (event: LiveEvent) => void;
  /** Events were missed: everything may have changed. */
  readonly onGap: () => void;
  /** The server answers: what could not be read may be read now. */
  readonly onHeartbeat: () => void;
  readonly onRefused: () => void;
  /** Called when the state of the header's mark changes. */
  readonly onState: (state: LiveState) => void;
}

/** A connection that is kept open until it is closed. */
export interface LiveConnection {
  readonly close: () => void;
  /** Stops or resumes updates; what has arrived meanwhile is applied when they go on. */
  readonly pause: (isPaused: boolean) => void;
}

/** Opens the connection. */
export function openLive(options: LiveOptions): LiveConnection {
  let socket: WebSocket | undefined;
  let position: number | undefined;
  let pauseMs = PAUSE_MS_MIN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let waiting: LiveEvent[] | undefined;
  let waitingCount = 0;
  /** Without a heartbeat of this connection nothing is known of the server. */
  let state: 'connecting' | 'live' | 'reconnecting' = 'connecting';

  const report = (next = state): void => {
    state = next;
    options.onState({ status: waiting === undefined ? state : 'paused', waiting: waitingCount });
  };
  const expectMessage = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(reconnect, SILENCE_MS_MAX);
  };
  /** Leaves the connection: a peer that is gone would not answer its closing for a minute. */
  const leave = (): void => {
    const left = socket;
    socket = undefined;
    clearTimeout(watchdog);
    clearTimeout(timer);
    left?.close();
  };
  const reconnect = (): void => {
    leave();
    report('reconnecting');
    timer = setTimeout(connect, pauseMs * (0.5 + Math.random()));
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
  };
  const take = (event: LiveEvent): void => {
    if (position !== undefined && event.position <= position) return;
    position = event.position;
    if (waiting === undefined) {
      options.onEvent(event);
      return;
    }
    waitingCount += 1;
    if (waiting.length < WAITING_MAX) waiting.push(event);
    report();
  };
  const receive = (data: unknown): void => {
    expectMessage();
    const message = readMessage(data);
    if (message.kind === 'event') take(message.event);
    if (message.kind === 'heartbeat') {
      // What happened between the first answers and the first event is in neither.
      if (position === undefined) options.onGap();
      position = Math.max(position ?? 0, message.position);
      pauseMs = PAUSE_MS_MIN;
      report('live');
      options.onHeartbeat();
    }
    if (message.kind === 'problem' && LOST_POSITION_CODES.includes(message.code)) {
      position = undefined;
      options.onGap();
    }
  };
  const connect = (): void => {
    const current = new WebSocket(options.url);
    socket = current;
    expectMessage();
    current.addEventListener('open', () => {
      if (current === socket)
        current.send(JSON.stringify({ type: 'subscribe', ...after(position) }));
    });
    current.addEventListener('message', ({ data }) => {
      if (current === socket) receive(data);
    });
    current.addEventListener('close', ({ code }) => {
      if (current !== socket) return;
      if (code !== UNAUTHENTICATED_CODE) return reconnect();
      leave();
      options.onRefused();
    });
  };
  connect();
  return {
    close: leave,
    pause: (isPaused) => {
      const missed = waiting ?? [];
      const isWhole = waitingCount === missed.length;
      waiting = isPaused ? [] : undefined;
      waitingCount = 0;
      report();
      if (!isWhole) options.onGap();
      else for (const event of missed) options.onEvent(event);
    },
  };
}

/** Returns the start position of a stream; without a position, it starts with new events. */
function after(position: number | undefined) {
  return position === undefined ? {} : { after_position: position };
}
