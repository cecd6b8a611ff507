import type { TraceContext } from '@novacron/contract/trace-context';

/** The fields by which a log line leads to its span: OpenTelemetry's names for JSON logs. */
export function traceFields(
  context: TraceContext | undefined,
): Readonly<Partial<Record<'trace_id' | 'span_id', string>>> {
  return context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId };
}
