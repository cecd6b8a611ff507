/** The ports of one server among several in this process, which can stand still, die or be deaf. */
import type { Bus } from '@novacron/bus/bus';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import type { CompletePorts } from '@novacron/server/app/composition/deps';
import { createControlPlane } from '@novacron/server/app/kernel/control-plane/control-plane';
import type { Store } from '@novacron/server/ports/store';

/** A server's ports with what may befall it. */
export interface InstancePorts {
  readonly deps: CompletePorts;
  /** Nothing goes on, as in a stopped process; what was asked for outside happens. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Nothing ever goes on again. */
  readonly kill: () => void;
  /** Its store is out of reach, or back. */
  readonly reachStore: (reach: 'cut' | 'whole') => void;
  /** The messages that it hears; all unless said. */
  readonly hears: (hears: (subject: string) => boolean) => void;
}

const AWAY = problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' });

/** Puts a gate between a server and shared ports. */
export function makeInstancePorts(shared: CompletePorts): InstancePorts {
  let state: 'running' | 'paused' | 'dead' = 'running';
  let store: 'cut' | 'whole' = 'whole';
  let isHeard = (_subject: string): boolean => true;
  const held: (() => void)[] = [];

  /** Calls now, or once the process goes on. */
  function pass(callback: () => void): void {
    if (state === 'running') callback();
    else if (state === 'paused') held.push(callback);
  }

  /** Answers once the process goes on; the dead are never answered. */
  function answer<T>(ask: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      pass(() => {
        ask().then(
          (value) => pass(() => resolve(value)),
          (cause: unknown) => pass(() => reject(cause)),
        );
      });
    });
  }

  function reads<T>(ask: () => Promise<T>): Promise<T> {
    if (store === 'whole') return answer(ask);
    return Promise.reject(Object.assign(new Error('away'), { problem: AWAY }));
  }

  const bus: Bus = {
    publish: (...message) => pass(() => shared.bus.publish(...message)),
    subscribe: (subject, subscriber) =>
      shared.bus.subscribe(subject, (message, place) => {
        if (isHeard(place)) pass(() => subscriber(message, place));
      }),
    request: (...question) => answer(() => shared.bus.request(...question)),
    respond: (...responder) => shared.bus.respond(...responder),
    replay: (...question) => answer(() => shared.bus.replay(...question)),
    isUp: () => shared.bus.isUp(),
    close: () => Promise.resolve(),
  };
  const gatedStore: Store = {
    read: (query) => reads(() => shared.store.read(query)),
    snapshot: (queries) => reads(() => shared.store.snapshot(queries)),
    count: (query) => reads(() => shared.store.count(query)),
    tally: (tally) => reads(() => shared.store.tally(tally)),
    commit: (changes) =>
      store === 'whole' ? answer(() => shared.store.commit(changes)) : Promise.resolve(err(AWAY)),
    close: () => Promise.resolve(),
  };
  return {
    deps: {
      ...shared,
      bus,
      timers: {
        after: (delayMs, callback) => shared.timers.after(delayMs, () => pass(callback)),
      },
      store: gatedStore,
      controlPlane: createControlPlane({ ...shared, store: gatedStore }),
    },
    pause: () => {
      state = 'paused';
    },
    resume: () => {
      state = 'running';
      for (const callback of held.splice(0)) pass(callback);
    },
    kill: () => {
      state = 'dead';
    },
    reachStore: (reach) => {
      store = reach;
    },
    hears: (hears) => {
      isHeard = hears;
    },
  };
}
