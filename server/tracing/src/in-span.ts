import type { TraceContext } from '@novacron/contract/trace-context';
import type { SpanEnd, SpanStart, Tracer } from './tracer.ts';

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
