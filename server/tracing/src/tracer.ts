/**
 * Tracing as a port: spans are data, reported when they end. Reporting never blocks, and nothing
 * that is done depends on it.
 * Source of the idea: Dapper (Sigelman et al., 2010); names follow OpenTelemetry's conventions.
 */
import type { TraceContext } from '@novacron/contract/trace-context';

/** Attributes of a span besides its name: short words and numbers, never users' texts. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Side of a call; `producer` and `consumer` are the sides of a message. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Outcome of a span. A refusal caused by the caller is not an error of the refusing side. */
export type SpanStatus =
  | { readonly kind: 'unset' }
  | { readonly kind: 'error'; readonly message: string };

/** A span that begins. */
export interface SpanStart {
  /** From a short list, so that spans can be counted by it. */
  readonly name: string;
  readonly kind?: SpanKind;
  /** Parent of the span; when absent, the active span, if any. */
  readonly parent?: TraceContext | undefined;
  /** Causes besides the parent. */
  readonly links?: readonly TraceContext[];
  readonly attributes?: SpanAttributes;
  /** Its own name among spans, where that was made by `plan`. */
  readonly context?: TraceContext | undefined;
  /** Start time, if earlier than now. Unit: milliseconds since the Unix epoch. */
  readonly startedAtMs?: number;
}

/** A span that is over, as it is exported. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: TraceContext;
  readonly parent: TraceContext | undefined;
  readonly links: readonly TraceContext[];
  readonly attributes: SpanAttributes;
  readonly status: SpanStatus;
  /** Unit: milliseconds since the Unix epoch, with a fraction. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** Information that is available only at the end of a span. */
export interface SpanEnd {
  /** Better name, if known by now. */
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  readonly status?: SpanStatus;
}

/** A running span. One that is never ended is never reported. */
export interface Span {
  /** For those it leads to; undefined when there is no trace at all. */
  readonly context: TraceContext | undefined;
  /** Ends it; only the first end counts. */
  readonly end: (end?: SpanEnd) => void;
}

/** Takes spans. No method throws or waits, and none changes what the caller does. */
export interface Tracer {
  readonly startSpan: (start: SpanStart) => Span;
  /**
   * Works inside of a span: what begins meanwhile, without a parent of its own, belongs to it.
   * With undefined the work is outside of all spans, whatever caused it.
   */
  readonly run: <T>(context: TraceContext | undefined, work: () => T) => T;
  /** The span that is worked in. */
  readonly current: () => TraceContext | undefined;
  /**
   * Names a span before it begins. The same parent and key give the same name at any time and in
   * any process, so that a span begun by one process can be reported by the next.
   * @param parent - undefined for the first span of a trace, whose name is then a new one
   */
  readonly plan: (parent: TraceContext | undefined, key: string) => TraceContext | undefined;
  /**
   * A caller's trace as it is gone on with: a caller may ask for less than is kept, never for more,
   * so that no client decides how much is exported.
   */
  readonly accept: (context: TraceContext | undefined) => TraceContext | undefined;
  /** Exports finished spans, as far as that goes quickly. */
  readonly close: () => Promise<void>;
}

/** Traces nothing. The trace of a caller is still passed on, so that others may keep their part. */
export const NO_TRACER: Tracer = {
  startSpan: ({ context, parent }) => ({ context: context ?? parent, end: () => undefined }),
  run: (_context, work) => work(),
  current: () => undefined,
  plan: (parent) => parent,
  accept: (context) => context,
  close: async () => undefined,
};

/**
 * Works inside of a new span and ends it, also when the work rejects.
 * @param describe - what the outcome says about the span
 */
export async function inSpan<T>(
  tracer: Tracer,
  start: SpanStart,
  work: (context: TraceContext | undefined) => Promise<T>,
  describe: (outcome: T) => SpanEnd,
): Promise<T> {
  const span = tracer.startSpan(start);
  try {
    const outcome = await tracer.run(span.context, () => work(span.context));
    span.end(describe(outcome));
    return outcome;
  } catch (cause) {
    span.end({ attributes: { 'error.type': 'exception' }, status: FAULT });
    throw cause;
  }
}

/** The log says more; a span holds no texts that may quote what users wrote. */
const FAULT = { kind: 'error', message: 'a fault; the log says more' } as const;
