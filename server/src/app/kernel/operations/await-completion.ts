/**
 * Waits for operations to end, wherever they run: an end here is known at once, one on another
 * server is received from the bus, and as a message can be lost the store is polled as well.
 */

import type { JsonObject } from '@novacron/contract/json';
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import { createShortLivedMap } from '@novacron/contract/short-lived-map';
import type { KernelDeps } from '../context/deps.ts';
import { EVENT_SUBJECT } from '../events/relay-events.ts';

/** Interval at which the store is polled for operations that a client waits for. */
const ASK_MS = 1_000;

/** Operations of one read; the others are read in the next, in the same look. */
const ASKED_MAX = 500;

/** Waits for operations. */
export interface EndWatch {
  /** Resolves when the operation has ended, or when the signal is aborted or the time is up. */
  readonly wait: (
    operationId: string,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<void>;
  /** Signals that an operation has ended. */
  readonly ended: (operationId: string) => void;
  /** Resolves all waits. */
  readonly stop: () => void;
}

/**
 * Makes the waits of one server.
 * @param servers - with `one`, every operation that has not ended yet ends here at some time
 */
export function createEndWatch(
  deps: Pick<KernelDeps, 'bus' | 'logger' | 'store' | 'timers'>,
  options: {
    readonly servers: 'one' | 'several';
    readonly isActive: (operationId: string) => boolean;
  },
): EndWatch {
  const { servers, isActive } = options;
  const watchers = createShortLivedMap<Set<() => void>>();
  let cancelAsking: (() => void) | undefined;
  let stopped = false;
  const unsubscribe =
    servers === 'several'
      ? deps.bus.subscribe(EVENT_SUBJECT, (message) => {
          const operationId = endedOperationOf(message);
          if (operationId !== undefined) ended(operationId);
        })
      : (): void => undefined;

  function ended(operationId: string): void {
    for (const wake of [...(watchers.get(operationId) ?? [])]) wake();
    watchers.delete(operationId);
  }

  async function ask(): Promise<void> {
    const ids = [...watchers.keys()];
    for (let at = 0; at < ids.length; at += ASKED_MAX) {
      const rows = await deps.store.read({
        from: 'operations',
        where: {
          id: { in: ids.slice(at, at + ASKED_MAX) },
          status: { in: OPERATION_STATUSES_FINAL },
        },
        damaged: 'blank',
      });
      for (const { id } of rows) ended(id);
    }
  }

  /**
   * Checks whether an operation has already ended, since its end is not signalled again. For other
   * operations the end is signalled, even if a server must take over the operation first, or a
   * person must decide.
   */
  async function askEnded(id: string): Promise<void> {
    try {
      const [row] = await deps.store.read({ from: 'operations', where: { id }, damaged: 'blank' });
      if (row === undefined || row.finished_at_ms !== null) ended(id);
    } catch (cause) {
      deps.logger.warn(
        { operation: id, cause },
        'an operation that a client waits for could not be read',
      );
      if (stopped || !watchers.has(id)) return;
      deps.timers.after(ASK_MS, () => {
        if (!stopped && watchers.has(id)) void askEnded(id);
      });
    }
  }

  function askLater(): void {
    if (stopped || watchers.isEmpty() || servers === 'one') return;
    cancelAsking ??= deps.timers.after(ASK_MS, () => {
      void askSafely().finally(() => {
        cancelAsking = undefined;
        askLater();
      });
    });
  }

  async function askSafely(): Promise<void> {
    try {
      await ask();
    } catch (cause) {
      deps.logger.warn({ cause }, 'operations that clients wait for cannot be read');
    }
  }

  return {
    ended,
    wait: (operationId, { timeoutMs, signal }) =>
      new Promise((resolve) => {
        const isElsewhere = !isActive(operationId);
        if (stopped || signal.aborted) {
          resolve();
          return;
        }
        const wakers = watchers.get(operationId) ?? new Set();
        watchers.set(operationId, wakers);
        const wake = (): void => {
          cancel();
          wakers.delete(wake);
          if (wakers.size === 0 && watchers.get(operationId) === wakers) {
            watchers.delete(operationId);
          }
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const cancel = deps.timers.after(timeoutMs, wake);
        wakers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        // It may have ended before the subscription.
        if (isElsewhere) void askEnded(operationId);
        askLater();
      }),
    stop: () => {
      stopped = true;
      unsubscribe();
      cancelAsking?.();
      for (const operationId of watchers.keys()) ended(operationId);
    },
  };
}

/** The operation whose end an event reports. */
function endedOperationOf({ type, data }: JsonObject): string | undefined {
  const isEnd = OPERATION_STATUSES_FINAL.some((status) => String(type).endsWith(`.${status}`));
  if (!isEnd || typeof data !== 'object' || data === null || !('operation_id' in data)) {
    return undefined;
  }
  return typeof data.operation_id === 'string' ? data.operation_id : undefined;
}
