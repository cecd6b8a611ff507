/**
 * The program of the process that sends the heartbeats of an agent. The agent starts it with a
 * channel, and gives it the credentials of the message bus over that; it opens no files.
 */
import { uptime } from 'node:os';
import { type NatsBusConnection, openNatsConnection } from '@novacron/bus/nats-connection';
import { type NatsLink, toNatsOptions } from '@novacron/bus/nats-link';
import { systemTimers } from '@novacron/runtime/timers';
import { openWatchdog, readWatchdogMs } from '../isolation/open-watchdog.ts';
import type { FromHeartbeatProcess, ToHeartbeatProcess } from './heartbeat-messages.ts';
import { type HeartbeatWire, type RunningHeartbeats, runHeartbeats } from './run-heartbeats.ts';

/** Pause between attempts to make the first connection. Unit: ms. */
const CONNECT_PAUSE_MS = 1_000;

const MS_PER_S = 1_000;

let state: 'runs' | 'ended' = 'runs';
/** The service manager asks all processes of the agent to stop, also after it has crashed. */
let isAskedToStop = false;
let credentials: NatsLink | undefined;
let connection: NatsBusConnection | undefined;
let running: RunningHeartbeats | undefined;
/** Messages of the agent before there was a connection. */
const early: ToHeartbeatProcess[] = [];

process.on('message', take);
process.on('disconnect', () => {
  if (isAskedToStop) stop();
  else if (running === undefined) end();
  else running.agentGone();
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    isAskedToStop = true;
    // An agent that stops on purpose still has to announce that.
    if (!process.connected) stop();
  });
}

function take(message: ToHeartbeatProcess): void {
  if (message.kind === 'connect') void connect(message.link, message.watchdog);
  else if (message.kind === 'credentials') renewCredentials(message.link);
  else if (running !== undefined) running.take(message);
  else if (message.kind === 'stop') end();
  else if (message.kind === 'alive') send({ kind: 'alive' });
  else early.push(message);
}

/** Guarded VMs first. */
function stop(): void {
  if (running === undefined) end();
  else running.take({ kind: 'stop' });
}

function send(message: FromHeartbeatProcess): void {
  if (process.connected) process.send?.(message);
}

function end(): void {
  if (state === 'ended') return;
  state = 'ended';
  const closed = connection?.close() ?? Promise.resolve();
  void closed.finally(() => process.exit(0));
}

async function connect(link: NatsLink, watchdog: string | undefined): Promise<void> {
  // The client reads this object again for each connection: later credentials are written into it.
  credentials = link;
  let lostAtMs = 0;
  const options = toNatsOptions(credentials, () => lostAtMs);
  const events = {
    onDown: () => {
      lostAtMs = performance.now();
    },
    onUp: () => undefined,
    onComplaint: (cause: unknown) => send({ kind: 'trouble', detail: textOf(cause) }),
    onDropped: () => undefined,
  };
  while (state === 'runs' && connection === undefined) {
    try {
      connection = await openNatsConnection(options, events);
    } catch (cause) {
      send({ kind: 'trouble', detail: textOf(cause) });
      await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
    }
  }
  if (state !== 'runs' || connection === undefined) return;
  running = runHeartbeats({
    wire: wireOf(connection),
    timers: systemTimers,
    bootMs: () => uptime() * MS_PER_S,
    steadyMs: () => performance.now(),
    send,
    ...(watchdog === undefined ? {} : { watchdog: watchdogAt(watchdog) }),
    onEnd: end,
  });
  for (const message of early.splice(0)) running.take(message);
  if (!process.connected) running.agentGone();
}

function watchdogAt(path: string) {
  return { open: () => openWatchdog(path), readTimeoutMs: () => readWatchdogMs(path) };
}

function renewCredentials(link: NatsLink): void {
  if (credentials?.tls !== undefined) Object.assign(credentials.tls, link.tls);
}

/** Heartbeats of the time in which the bus was away are worth nothing. */
function wireOf({ connection: nats, isUp, send: sendOut }: NatsBusConnection): HeartbeatWire {
  return {
    publish: (subject, message) => {
      if (isUp()) sendOut({ subject, payload: JSON.stringify(message) });
    },
    subscribe: (subject, hear) => {
      const subscription = nats.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) hear(message.json());
          else send({ kind: 'trouble', detail: textOf(error) });
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}

function textOf(cause: unknown): string {
  return String(Object(cause).message ?? cause);
}
