/** A tracer for tests and simulations: keeps its spans, on a given clock, with counted names. */
import { createTracer } from '../create-tracer.ts';
import type { FinishedSpan, Tracer } from '../tracer.ts';

/** Recorded spans. */
export interface SpanRecorder {
  readonly tracer: Tracer;
  /** In the order of their ends. */
  readonly spans: readonly FinishedSpan[];
}

/**
 * Makes a recorder. The same calls in the same order make the same names.
 * @param options - `nowMs`: the clock; `prefix`: two hex digits that distinguish recorders;
 * `ratio`: 1 unless said
 */
export function recordSpans(options: {
  readonly nowMs: () => number;
  readonly prefix?: string;
  readonly ratio?: number;
}): SpanRecorder {
  const { nowMs, prefix = 'a0', ratio = 1 } = options;
  const spans: FinishedSpan[] = [];
  let count = 0;
  const tracer = createTracer({
    nowMs,
    ratio,
    randomHex: (bytes) => {
      count += 1;
      return `${prefix}${count.toString(16).padStart(2 * bytes - prefix.length, '0')}`;
    },
    onEnd: (span) => void spans.push(span),
    close: async () => undefined,
  });
  return { tracer, spans };
}
