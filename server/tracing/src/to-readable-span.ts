/** Spans as the exporter of OpenTelemetry takes them. */
import type { TraceContext } from '@novacron/contract/trace-context';
import { type HrTime, type SpanContext, SpanStatusCode } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { FinishedSpan, SpanKind } from './tracer.ts';

/** Numbers of OpenTelemetry's API, which its wire format counts from 1. */
const KINDS: Readonly<Record<SpanKind, number>> = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};

const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1_000_000;

/**
 * Turns a span into that of the SDK.
 * @param origin - the program that the span is of
 */
export function toReadableSpan(
  span: FinishedSpan,
  origin: { readonly resource: Resource; readonly version: string },
): ReadableSpan {
  const { context, parent, links, status, startedAtMs, endedAtMs } = span;
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => toSpanContext(context),
    ...(parent === undefined ? {} : { parentSpanContext: toSpanContext(parent) }),
    startTime: toHrTime(startedAtMs),
    endTime: toHrTime(endedAtMs),
    duration: toHrTime(endedAtMs - startedAtMs),
    status:
      status.kind === 'error'
        ? { code: SpanStatusCode.ERROR, message: status.message }
        : { code: SpanStatusCode.UNSET },
    attributes: { ...span.attributes },
    links: links.map((link) => ({ context: toSpanContext(link) })),
    events: [],
    ended: true,
    resource: origin.resource,
    instrumentationScope: { name: '@novacron/tracing', version: origin.version },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function toSpanContext({ traceId, spanId, sampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: sampled === 'yes' ? 1 : 0 };
}

/** Seconds and the nanoseconds beyond them. */
function toHrTime(timeMs: number): HrTime {
  const seconds = Math.floor(timeMs / MS_PER_SECOND);
  return [seconds, Math.round((timeMs - seconds * MS_PER_SECOND) * NS_PER_MS)];
}
