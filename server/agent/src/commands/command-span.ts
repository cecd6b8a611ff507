/** The span of a command at its agent: OpenTelemetry's semantic conventions for messaging. */
import type { AgentCommand, CommandOutcome } from '@novacron/contract/agent/agent';
import { commandSubject } from '@novacron/contract/agent/agent-subjects';
import { parseTraceparent } from '@novacron/contract/trace-context';
import type { Span, SpanEnd, Tracer } from '@novacron/tracing/tracer';
import type { FleetNode } from '../fleet/fleet.ts';

/** Starts it, as part of the span that sent the command: also when it is run again. */
export function startCommandSpan(
  { tracer, node }: { readonly tracer: Tracer; readonly node: FleetNode },
  { traceparent, operation_id, step, vm_id, action }: AgentCommand,
): Span {
  return tracer.startSpan({
    name: `process ${action.kind}`,
    kind: 'consumer',
    parent: parseTraceparent(traceparent),
    attributes: {
      'messaging.system': 'novacron',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': commandSubject(node.name),
      'messaging.destination.template': commandSubject('{node}'),
      'novacron.node.name': node.name,
      'novacron.operation.id': operation_id,
      'novacron.step.key': step,
      'novacron.vm.id': vm_id,
    },
  });
}

/** Returns the end of a span for an outcome. */
export function describeOutcome(outcome: CommandOutcome): SpanEnd {
  if (outcome.kind === 'succeeded') return {};
  const message = `failed, ${outcome.next}`;
  return { attributes: { 'error.type': outcome.next }, status: { kind: 'error', message } };
}
