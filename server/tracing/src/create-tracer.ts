/** The tracer itself: makes names, samples, knows the active span, reports finished spans. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { TraceContext } from '@novacron/contract/trace-context';
import type { FinishedSpan, Span, SpanStart, Tracer } from './tracer.ts';

/** Dependencies of a tracer. */
export interface TracerParts {
  /** Milliseconds since the Unix epoch; a fraction distinguishes short spans. */
  readonly nowMs: () => number;
  /** Makes two hexadecimal digits for each byte. */
  readonly randomHex: (bytes: number) => string;
  /** Share of traces that is sampled, from 0 to 1. */
  readonly ratio: number;
  /** Hears of every span that is kept, when it has ended; may not throw. */
  readonly onEnd: (span: FinishedSpan) => void;
  /** Exports what is left and lets go of the way there. */
  readonly close: () => Promise<void>;
}

/** Active context of a tracer, nested in the contexts of other tracers. */
interface Active {
  readonly owner: TracerParts;
  readonly context: TraceContext | undefined;
  /** Enclosing context of other tracers. */
  readonly outer: Active | undefined;
}

/**
 * One for all tracers: Node never forgets one that was used, and every promise that is made passes
 * through all of them, so that a process that makes many tracers would become slower with each.
 */
const ACTIVE = new AsyncLocalStorage<Active>();

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** Makes a tracer. */
export function createTracer(parts: TracerParts): Tracer {
  const current = (): TraceContext | undefined => find(ACTIVE.getStore(), parts)?.context;

  function nameNew(parent: TraceContext | undefined): TraceContext {
    const spanId = parts.randomHex(SPAN_BYTES);
    if (parent !== undefined) return { ...parent, spanId };
    const traceId = parts.randomHex(TRACE_BYTES);
    return { traceId, spanId, sampled: isKept(traceId, parts.ratio) ? 'yes' : 'no' };
  }

  return {
    current,
    run: (context, work) => {
      const outer = without(ACTIVE.getStore(), parts);
      return ACTIVE.run({ owner: parts, context, outer }, work);
    },
    startSpan: (start) => {
      const parent = start.parent ?? current();
      return beginSpan(parts, { ...start, parent }, start.context ?? nameNew(parent));
    },
    plan: (parent, key) =>
      parent === undefined ? nameNew(undefined) : { ...parent, spanId: spanIdOf(parent, key) },
    accept: (context) => {
      if (context === undefined || context.sampled === 'no') return context;
      return isKept(context.traceId, parts.ratio) ? context : { ...context, sampled: 'no' };
    },
    close: parts.close,
  };
}

function find(active: Active | undefined, owner: TracerParts): Active | undefined {
  return active === undefined || active.owner === owner ? active : find(active.outer, owner);
}

function without(active: Active | undefined, owner: TracerParts): Active | undefined {
  if (active === undefined) return undefined;
  if (active.owner === owner) return active.outer;
  const outer = without(active.outer, owner);
  return outer === active.outer ? active : { ...active, outer };
}

function beginSpan(parts: TracerParts, start: SpanStart, context: TraceContext): Span {
  const { name, kind = 'internal', parent, links = [], attributes } = start;
  const startedAtMs = start.startedAtMs ?? parts.nowMs();
  let isOver = context.sampled === 'no';
  return {
    context,
    end: (end = {}) => {
      if (isOver) return;
      isOver = true;
      parts.onEnd({
        kind,
        context,
        parent,
        links,
        startedAtMs,
        name: end.name ?? name,
        attributes: { ...attributes, ...end.attributes },
        status: end.status ?? { kind: 'unset' },
        endedAtMs: Math.max(startedAtMs, parts.nowMs()),
      });
    },
  };
}

/** A digest of parent and key. All zeros, which no span may have, is as likely as any other. */
function spanIdOf({ traceId, spanId }: TraceContext, key: string): string {
  const digest = createHash('sha256').update(`${traceId}/${spanId}/${key}`).digest('hex');
  return digest.slice(0, 2 * SPAN_BYTES);
}

/** The random part of a trace's name (W3C Trace Context, level 2), as far as numbers hold it. */
const DECIDING_DIGITS = { from: -14, to: -2, count: 12 } as const;

/**
 * Whether a trace is among those that are kept. Every process that knows its name decides alike.
 * Source: OpenTelemetry, consistent probability sampling.
 */
function isKept(traceId: string, ratio: number): boolean {
  const { from, to, count } = DECIDING_DIGITS;
  return Number.parseInt(traceId.slice(from, to), 16) < ratio * 16 ** count;
}
