/**
 * The one WebSocket of the dashboard. It resumes from the last position after every break, so no
 * event is missed or seen twice; where the server no longer has what is behind that position, all
 * queries are read again.
 */

import { setLive } from './live-status.ts';
import { type LiveEvent, readMessage } from './read-message.ts';

/** The first pause before a new attempt; each failure doubles it. Unit: milliseconds. */
const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 15_000;

/** The server sends a heartbeat every 15 s; two that fail to come are a broken connection. */
const SILENCE_MS_MAX = 35_000;

/** The close code of a session that has ended: 4000 and the HTTP status. */
const UNAUTHENTICATED_CODE = 4_401;

/** Events that are kept while updates are paused; beyond them everything is read again. */
const WAITING_MAX = 1_000;

/** What the connection is made of. */
export interface LiveOptions {
  readonly url: string;
  readonly onEvent: (event: LiveEvent) => void;
  /** Events were missed: everything may have changed. */
  readonly onGap: () => void;
  readonly onRefused: () => void;
}

/** A connection that is kept open until it is closed. */
export interface LiveConnection {
  readonly close: () => void;
  /** Stops or resumes updates; what has arrived meanwhile is applied when they go on. */
  readonly pause: (isPaused: boolean) => void;
  /** Breaks the connection: it resumes from the last position, as after any failure. */
  readonly drop: () => void;
}

/** Opens the connection. */
export function openLive(options: LiveOptions): LiveConnection {
  let socket: WebSocket | undefined;
  let position: number | undefined;
  let pauseMs = PAUSE_MS_MIN;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  let waiting: LiveEvent[] | undefined;
  let waitingCount = 0;

  const expectMessage = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => socket?.close(), SILENCE_MS_MAX);
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
    setLive({ waiting: waitingCount });
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
      setLive({ status: waiting === undefined ? 'live' : 'paused' });
    }
    if (message.kind === 'problem' && message.code === 'resume-expired') {
      position = undefined;
      options.onGap();
    }
  };
  const connect = (): void => {
    const current = new WebSocket(options.url);
    socket = current;
    current.addEventListener('open', () => {
      current.send(JSON.stringify({ type: 'subscribe', ...after(position) }));
      expectMessage();
    });
    current.addEventListener('message', ({ data }) => receive(data));
    current.addEventListener('close', ({ code }) => {
      clearTimeout(watchdog);
      if (isClosed) return;
      if (code === UNAUTHENTICATED_CODE) return options.onRefused();
      setLive({ status: 'reconnecting' });
      timer = setTimeout(connect, pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    });
  };
  connect();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      clearTimeout(watchdog);
      socket?.close();
    },
    pause: (isPaused) => {
      const missed = waiting ?? [];
      const isWhole = waitingCount === missed.length;
      waiting = isPaused ? [] : undefined;
      waitingCount = 0;
      setLive({ status: isPaused ? 'paused' : 'live', waiting: 0 });
      if (!isWhole) options.onGap();
      else for (const event of missed) options.onEvent(event);
    },
    drop: () => socket?.close(),
  };
}

/** Where a stream begins: without a position, with what happens from now on. */
function after(position: number | undefined) {
  return position === undefined ? {} : { after_position: position };
}
