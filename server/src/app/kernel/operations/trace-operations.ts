/**
 * The spans of operations. An operation outlasts its request and maybe its server, so its span gets
 * its id at admission, stored with the operation; the ids of its steps' and commands' spans are
 * derived from it. A server that takes an operation over reports the same spans, so spans that
 * agents reported before have their parents.
 */
import {
  formatTraceparent,
  parseTraceparent,
  type TraceContext,
} from '@novacron/contract/trace-context';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { traceFields } from '@novacron/tracing/trace-fields';
import { inSpan, type SpanEnd, type Tracer } from '@novacron/tracing/tracer';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { OperationDefinition } from '../definitions/operation-definition.ts';
import { completeStarts } from './complete-starts.ts';
import type { OperationEnd } from './operation-changes.ts';
import { type AgentSteps, createAgentSteps, type StepAttempt } from './perform-agent-steps.ts';
import { observeAgentSteps } from './telemetry-operations.ts';

type OperationRow = Tables['operations'];

/** Names the span of an operation that is being admitted, as its definition stores it. */
export function planOperationTrace(
  tracer: Tracer,
  {
    operationId,
    parent,
  }: { readonly operationId: string; readonly parent: TraceContext | undefined },
): Pick<OperationDefinition, 'trace'> {
  const own = tracer.plan(parent, operationId);
  if (own === undefined) return {};
  return {
    trace: {
      own: formatTraceparent(own),
      parent: parent === undefined ? null : formatTraceparent(parent),
    },
  };
}

/** The span of an operation; undefined where its admission was not traced. */
export function traceOf({ trace }: OperationDefinition): TraceContext | undefined {
  return parseTraceparent(trace?.own);
}

interface EndedOperation {
  readonly row: OperationRow;
  readonly definition: OperationDefinition;
}

/** Reports an operation that has ended: a line of the log, and its span. */
export function recordEnd(
  { logger, tracer }: Pick<KernelDeps, 'logger' | 'tracer'>,
  operation: EndedOperation,
  end: OperationEnd,
): void {
  const { row, definition } = operation;
  const { requestId } = definition;
  const fields = { operation: row.id, requestId, kind: row.kind, target: row.target_id };
  const traced = traceFields(traceOf(definition));
  const level = end.status === 'succeeded' ? 'info' : 'warn';
  logger[level]({ ...fields, ...traced, message: end.message }, `operation ${end.status}`);
  tellOperation(tracer, operation, end);
}

function tellOperation(
  tracer: Tracer,
  { row, definition }: EndedOperation,
  { status }: OperationEnd,
): void {
  const context = traceOf(definition);
  if (context === undefined) return;
  const parent = parseTraceparent(definition.trace?.parent ?? undefined);
  const span = tracer.startSpan({
    name: `operation ${row.kind}`,
    context,
    parent,
    // A link, not a parent: the request ended long before.
    ...(parent === undefined ? {} : { links: [parent] }),
    startedAtMs: row.created_at_ms,
    attributes: {
      'novacron.operation.id': row.id,
      'novacron.operation.kind': row.kind,
      'novacron.operation.status': status,
      'novacron.request.id': definition.requestId,
      'novacron.tenant.id': row.tenant_id,
      'novacron.target.id': row.target_id,
    },
  });
  span.end(status === 'succeeded' ? {} : { status: { kind: 'error', message: status } });
}

/** The same attempt, with the operation's span and its start. */
export function traceAttempt(
  operation: { readonly definition: OperationDefinition; readonly log: readonly LogEntry[] },
  attempt: StepAttempt,
): StepAttempt {
  const { operationId, stepKey, sequence } = attempt;
  const started = operation.log[sequence - 1];
  const startedAtMs = started?.kind === 'started' ? started.at_ms : undefined;
  return { operationId, stepKey, sequence, startedAtMs, trace: traceOf(operation.definition) };
}

/** Performs steps on agents, measured and traced; commands to start VMs are complete. */
export function createWatchedSteps(deps: KernelDeps): AgentSteps {
  const steps = observeAgentSteps(createAgentSteps(deps), deps.telemetry);
  return completeStarts(traceAgentSteps(steps, deps.tracer), deps);
}

/** The same steps, each attempt with its span. */
function traceAgentSteps(steps: AgentSteps, tracer: Tracer): AgentSteps {
  return {
    ...steps,
    perform: (attempt, action) => {
      const { trace, startedAtMs, operationId, stepKey } = attempt;
      if (trace === undefined) return steps.perform(attempt, action);
      const context = tracer.plan(trace, stepKey);
      const start = {
        name: `step ${action.action.kind}`,
        parent: trace,
        context,
        ...(startedAtMs === undefined ? {} : { startedAtMs }),
        attributes: {
          'novacron.operation.id': operationId,
          'novacron.step.key': stepKey,
          'novacron.node.name': action.node,
          'novacron.vm.id': action.vmId,
        },
      };
      const perform = () => steps.perform({ ...attempt, trace: context }, action);
      return inSpan(tracer, start, perform, (outcome): SpanEnd => {
        if (outcome.kind === 'succeeded') return {};
        const message = `failed, ${outcome.next}`;
        return { attributes: { 'error.type': outcome.next }, status: { kind: 'error', message } };
      });
    },
  };
}
