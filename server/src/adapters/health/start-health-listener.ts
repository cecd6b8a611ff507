/**
 * Serves health on a listener of its own, in a thread of its own: it has its own accept queue,
 * connections and event loop, so neither a flood of the main listener nor a busy main thread
 * delays it. It answers with the last state that it received from the main thread, or with 503
 * when it has received none for too long.
 */
import { Worker } from 'node:worker_threads';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import type { HealthMessage, HealthThreadSettings, ThreadAnswer } from './health-protocol.ts';

/** Interval at which the main thread sends the state. Unit: milliseconds. */
const STATE_INTERVAL_MS = 1_000;

/** Time limit for the thread to start listening. Unit: milliseconds. */
const START_MS_MAX = 10_000;

/** Options of the health listener. */
export interface HealthListenerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly timers: Timers;
  /** The answer of `/readyz` now. */
  readonly readiness: () => ThreadAnswer;
}

/** A listener that runs. */
export interface HealthListener {
  readonly url: string;
  /** Sends the state now, where it has changed. */
  readonly refresh: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts the thread and waits until it listens. Problems: `unavailable` where it cannot. */
export async function startHealthListener({
  listen,
  timers,
  readiness,
}: HealthListenerOptions): Promise<Result<HealthListener, Problem>> {
  const workerData: HealthThreadSettings = { ...listen, readiness: readiness() };
  const thread = new Worker(threadUrl(), { workerData });
  // It serves as long as the main thread has work, and keeps no process alive.
  thread.unref();
  const port = await portOf(thread);
  if (port === undefined) {
    await thread.terminate();
    return err(cannotListen(listen));
  }
  const sendState = (): void => {
    const message: HealthMessage = { readiness: readiness() };
    thread.postMessage(message);
  };
  let cancel = (): void => undefined;
  const repeat = (): void => {
    sendState();
    cancel = timers.after(STATE_INTERVAL_MS, repeat);
  };
  repeat();
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return ok({
    url: `http://${host}:${port}`,
    refresh: sendState,
    stop: async () => {
      cancel();
      await thread.terminate();
    },
  });
}

/** Threads run built code, also where tests run the sources. */
function threadUrl(): URL {
  const base = import.meta.url.endsWith('.ts')
    ? import.meta.url.replace('/server/src/', '/server/dist/')
    : import.meta.url;
  return new URL('./health-thread.js', base);
}

/** The port that the thread listens on; undefined where it cannot listen. */
function portOf(thread: Worker): Promise<number | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), START_MS_MAX);
    const settle = (port: number | undefined): void => {
      clearTimeout(timer);
      resolve(port);
    };
    thread.once('message', settle);
    // Its end follows; after the start there is nothing to do about it but to say it.
    thread.on('error', () => settle(undefined));
    thread.once('exit', () => settle(undefined));
  });
}

function cannotListen({ host, port }: HealthListenerOptions['listen']): Problem {
  return problem('unavailable', {
    detail: `The health listener cannot listen on ${host} port ${port}.`,
    remedy: 'Choose a free port above 1023 and an address that this machine has: health-listen.',
  });
}
