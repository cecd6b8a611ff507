/** The span of a step at its runner: OpenTelemetry's semantic conventions for messaging. */
import type { RunnerOrder, RunnerOutcome } from '@novacron/contract/automation/runner';
import { runnerOrderSubject } from '@novacron/contract/automation/runner-subjects';
import {
  formatTraceparent,
  parseTraceparent,
  TRACEPARENT_VARIABLE,
} from '@novacron/contract/trace-context';
import type { Span, SpanEnd, Tracer } from '@novacron/tracing/tracer';

/** Starts it, as part of the operation that the step belongs to. */
export function startStepSpan(
  { tracer, name }: { readonly tracer: Tracer; readonly name: string },
  { traceparent, execution_id, ansible }: RunnerOrder,
): Span {
  return tracer.startSpan({
    name: ansible === undefined ? 'process command' : 'process ansible',
    kind: 'consumer',
    parent: parseTraceparent(traceparent),
    attributes: {
      'messaging.system': 'novacron',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': runnerOrderSubject(name),
      'messaging.destination.template': runnerOrderSubject('{runner}'),
      'novacron.runner.name': name,
      'novacron.operation.id': execution_id,
    },
  });
}

/** The same order, whose command continues the trace, as Terraform with this provider does. */
export function ofSpan(order: RunnerOrder, { context }: Span): RunnerOrder {
  if (context === undefined) return order;
  return { ...order, env: { [TRACEPARENT_VARIABLE]: formatTraceparent(context), ...order.env } };
}

/** Returns the end of a span for an outcome. */
export function describeEnd(outcome: RunnerOutcome): SpanEnd {
  if (outcome.kind === 'exited') {
    const attributes = { 'process.exit.code': outcome.code };
    if (outcome.code === 0) return { attributes };
    return { attributes, status: { kind: 'error', message: `exit code ${outcome.code}` } };
  }
  const type = outcome.kind === 'ended' ? outcome.why : 'failed';
  return { attributes: { 'error.type': type }, status: { kind: 'error', message: type } };
}
