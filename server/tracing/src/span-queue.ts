/**
 * Queue between the end of a span and its export: batches, a bound, and a circuit breaker that
 * stops sending to a collector that does not answer. The SDK's BatchSpanProcessor is not used: it
 * reports dropped spans only to the process's single logger, and it keeps calling an unavailable
 * collector.
 */
import { type BreakerRules, isOpen, openMsAfter } from '@novacron/contract/circuit-breaker';
import type { Timers } from '@novacron/runtime/timers';
import type { FinishedSpan } from './tracer.ts';

/** Spans that wait; what comes on top of them is dropped. A span is about 1 KiB. */
export const SPANS_WAITING_MAX = 4_096;

/** Spans of one request to the collector. */
export const BATCH_SPANS_MAX = 512;

/** Maximum time a span waits for a batch. Unit: ms. */
export const BATCH_MS_MAX = 1_000;

/** The pauses after failures: the first is a second, and each further one is twice as long. */
const RULES: BreakerRules = { failuresMax: 1, openMs: 1_000, openMsMax: 60_000 };

/** Maximum time `close` waits for the last batches. Unit: ms. */
const CLOSE_MS_MAX = 2_000;

/** Reason why a span was not exported: OpenTelemetry's values of `error.type`. */
export type LossReason = 'queue_full' | 'export_failed';

/** Hears what became of spans. */
export interface ExportWatcher {
  readonly onExported: (spans: number) => void;
  readonly onLost: (spans: number, reason: LossReason) => void;
  /** The collector has stopped answering (`cause` says how), or does again. */
  readonly onTurn: (state: 'away' | 'back', cause: unknown) => void;
}

/** Dependencies of a span queue. */
export interface SpanQueueParts {
  /** Rejects where the spans have not arrived. */
  readonly send: (spans: readonly FinishedSpan[]) => Promise<void>;
  readonly timers: Timers;
  readonly watcher: ExportWatcher;
}

/** Takes spans. */
export interface SpanQueue {
  /** Never waits. */
  readonly add: (span: FinishedSpan) => void;
  /** Sends what waits if the collector answers; resolves within 2 seconds. */
  readonly close: () => Promise<void>;
}

/** Makes a queue. */
export function createSpanQueue({ send, timers, watcher }: SpanQueueParts): SpanQueue {
  let waiting: FinishedSpan[] = [];
  let sending: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  /** Batches in a row that were lost; 0 while the collector answers. */
  let failures = 0;
  let isResting = false;
  let isClosed = false;

  function add(span: FinishedSpan): void {
    if (isClosed || waiting.length >= SPANS_WAITING_MAX) {
      watcher.onLost(1, 'queue_full');
      return;
    }
    waiting.push(span);
    schedule();
  }

  function schedule(): void {
    if (sending !== undefined || waiting.length === 0 || isClosed || isResting) return;
    if (waiting.length >= BATCH_SPANS_MAX) wake();
    else cancelTimer ??= timers.after(BATCH_MS_MAX, wake);
  }

  function wake(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    isResting = false;
    if (waiting.length === 0) return;
    sending = sendBatch().finally(() => {
      sending = undefined;
      schedule();
    });
  }

  async function sendBatch(): Promise<void> {
    const batch = waiting.slice(0, BATCH_SPANS_MAX);
    waiting = waiting.slice(batch.length);
    try {
      await send(batch);
      watcher.onExported(batch.length);
      if (isOpen({ failures }, RULES)) watcher.onTurn('back', undefined);
      failures = 0;
    } catch (cause) {
      watcher.onLost(batch.length, 'export_failed');
      if (!isOpen({ failures }, RULES)) watcher.onTurn('away', cause);
      failures += 1;
      rest();
    }
  }

  /** The circuit is open: nothing is sent until the pause is over. */
  function rest(): void {
    if (isClosed) return;
    isResting = true;
    cancelTimer = timers.after(openMsAfter(failures, RULES), wake);
  }

  async function sendRest(): Promise<void> {
    await sending;
    while (waiting.length > 0 && !isOpen({ failures }, RULES)) await sendBatch();
  }

  return {
    add,
    close: async () => {
      isClosed = true;
      cancelTimer?.();
      await new Promise<void>((resolve) => {
        const cancel = timers.after(CLOSE_MS_MAX, resolve);
        void sendRest().then(() => {
          cancel();
          resolve();
        });
      });
      if (waiting.length > 0) watcher.onLost(waiting.length, 'export_failed');
      waiting = [];
    },
  };
}
