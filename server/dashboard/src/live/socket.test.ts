import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { LiveState } from './live-status.ts';
import { openLive } from './socket.ts';

/** A socket whose other end is the test: closing it says nothing, as to a peer that is gone. */
class TestSocket extends EventTarget {
  readonly sent: unknown[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.dispatchEvent(new Event('open'));
  }

  receive(message: object): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }

  break(code = 1006): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

const HEARTBEAT = { type: 'heartbeat', position: 57 };
/** Longer than two heartbeats that fail to come. Unit: milliseconds. */
const SILENCE_MS = 35_000;
/** Longer than any pause before a new attempt. Unit: milliseconds. */
const PAUSE_MS = 23_000;

const native = globalThis.WebSocket;
let sockets: TestSocket[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  sockets = [];
  const make = function make() {
    const made = new TestSocket();
    sockets.push(made);
    return made;
  };
  Object.assign(globalThis, { WebSocket: make });
});

afterEach(() => {
  jest.useRealTimers();
  Object.assign(globalThis, { WebSocket: native });
});

/** A connection that has had its first heartbeat. */
function start() {
  const seen: { state?: LiveState; gaps: number; events: number; heartbeats: number } = {
    gaps: 0,
    events: 0,
    heartbeats: 0,
  };
  const connection = openLive({
    url: 'ws://127.0.0.1/ws',
    onEvent: () => {
      seen.events += 1;
    },
    onGap: () => {
      seen.gaps += 1;
    },
    onHeartbeat: () => {
      seen.heartbeats += 1;
    },
    onRefused: () => undefined,
    onState: (state) => {
      seen.state = state;
    },
  });
  const latest = (): TestSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('There is no socket.');
    return socket;
  };
  latest().open();
  latest().receive(HEARTBEAT);
  return { connection, seen, latest };
}

describe('the connection of live updates', () => {
  test('a server that says nothing is left after 35 s, without its answer to the closing', () => {
    const { seen, latest } = start();
    const hanging = latest();
    expect(seen.state?.status).toBe('live');
    jest.advanceTimersByTime(SILENCE_MS - 1);
    expect(seen.state?.status).toBe('live');
    jest.advanceTimersByTime(1);
    expect(seen.state?.status).toBe('reconnecting');
    expect(hanging.isClosed).toBe(true);
    jest.advanceTimersByTime(PAUSE_MS);
    expect(latest()).not.toBe(hanging);
    // What the old one says in the end changes nothing.
    hanging.receive(HEARTBEAT);
    hanging.break();
    expect(seen.state?.status).toBe('reconnecting');
    expect(sockets).toHaveLength(2);
    latest().open();
    expect(latest().sent).toEqual([{ type: 'subscribe', after_position: 57 }]);
    latest().receive(HEARTBEAT);
    expect(seen.state?.status).toBe('live');
  });

  test('reports each heartbeat: a server may have been silent for less than that', () => {
    const { seen, latest } = start();
    jest.advanceTimersByTime(SILENCE_MS - 1);
    latest().receive(HEARTBEAT);
    expect(seen).toMatchObject({ state: { status: 'live' }, heartbeats: 2 });
  });

  test('a server that does not answer the handshake is tried again', () => {
    const { latest } = start();
    latest().break();
    jest.advanceTimersByTime(PAUSE_MS);
    expect(sockets).toHaveLength(2);
    jest.advanceTimersByTime(SILENCE_MS + PAUSE_MS);
    expect(sockets.length).toBeGreaterThan(2);
  });

  test('is not called live between Pause and Resume while the server is dead', () => {
    const { connection, seen, latest } = start();
    latest().break();
    connection.pause(true);
    expect(seen.state?.status).toBe('paused');
    connection.pause(false);
    expect(seen.state?.status).toBe('reconnecting');
  });

  test('keeps a pause through a reconnect', () => {
    const { connection, seen, latest } = start();
    connection.pause(true);
    latest().break();
    expect(seen.state?.status).toBe('paused');
    jest.advanceTimersByTime(PAUSE_MS);
    latest().open();
    latest().receive(HEARTBEAT);
    expect(seen.state?.status).toBe('paused');
    latest().receive({ type: 'event', event: { position: 58, type: 'vm.lost' } });
    expect([seen.state?.waiting, seen.events]).toEqual([1, 0]);
    connection.pause(false);
    expect([seen.state?.status, seen.events]).toEqual(['live', 1]);
  });

  test.each(['validation-failed', 'resume-expired'])(
    'reads everything again and follows without a position after %s',
    (code) => {
      const { seen, latest } = start();
      latest().break();
      jest.advanceTimersByTime(PAUSE_MS);
      latest().open();
      expect(latest().sent).toEqual([{ type: 'subscribe', after_position: 57 }]);
      const before = seen.gaps;
      latest().receive({ type: 'problem', problem: { code } });
      latest().break(4_400);
      expect(seen.gaps).toBe(before + 1);
      jest.advanceTimersByTime(PAUSE_MS);
      latest().open();
      expect(latest().sent).toEqual([{ type: 'subscribe' }]);
      latest().receive({ type: 'heartbeat', position: 12 });
      expect(seen.state?.status).toBe('live');
      latest().receive({ type: 'event', event: { position: 13, type: 'vm.lost' } });
      expect(seen.events).toBe(1);
    },
  );
});
