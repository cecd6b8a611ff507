/** Starts a webhook: an operation of its policy that sends one message until it is accepted. */
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import { err, ok } from '@novacron/contract/result';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import {
  insertOperation,
  type NewOperation,
  planOperation,
} from '../../kernel/operations/admit-operation.ts';
import { planOperationTrace } from '../../kernel/operations/trace-operations.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { versionOf } from '../../rows/policy-versions.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Admission, DueAction } from './due-action.ts';

/** The kind of these operations. */
const WEBHOOK_KIND = 'orchestration_policy.webhook';

const STEP = 'send';

/** Maximum time that a receiver may be unavailable: a restart or a small repair. Unit: ms. */
const PATIENCE_MS = 900_000;

type WebhookParameters = (OrchestrationAction & { readonly type: 'webhook' })['parameters'];

/** Commits the operation together with the note that the action has begun. */
export async function beginWebhook(
  deps: CapabilityDeps,
  due: DueAction,
  by: { readonly parameters: WebhookParameters; readonly context: CallContext },
): Promise<Admission> {
  const { policy, tenantId } = due;
  const operation = planWebhook(deps, due, by);
  const { row } = operation;
  const target = { id: policy.id, name: policy.name };
  const { host } = new URL(by.parameters.url);
  const done = await commitChanges(deps, [
    ...due.begun,
    ...insertOperation(operation, replan('The operation')),
    auditChange(deps, by.context, {
      operation: WEBHOOK_KIND,
      outcome: 'done',
      resourceKind: 'orchestration_policy',
      target,
      changes: { webhook: { was: null, is: `to ${host} about ${due.resource.id}` } },
      atMs: row.created_at_ms,
    }),
    eventChange(deps, {
      tenantId,
      type: `${WEBHOOK_KIND}.accepted`,
      source: 'policy',
      target: policy.id,
      priority: 'normal',
      data: { operation_id: row.id, name: policy.name },
    }),
  ]);
  return done.ok ? ok(row) : err(done.error);
}

function planWebhook(
  deps: CapabilityDeps,
  due: DueAction,
  by: { readonly parameters: WebhookParameters; readonly context: CallContext },
): NewOperation {
  const id = deps.ids.next('op');
  const nowMs = deps.clock.nowMs();
  const { url } = by.parameters;
  const action = { kind: 'send-webhook', url, body: bodyOf(due, id, nowMs) } as const;
  const patience = { kind: 'time', durationMs: PATIENCE_MS } as const;
  const subject = {
    id,
    tenant_id: due.tenantId,
    kind: WEBHOOK_KIND,
    target_kind: 'orchestration_policy',
    target_id: due.policy.id,
    target_name: due.policy.name,
    created_at_ms: nowMs,
    created_by: by.context.principal.name,
  };
  return planOperation(deps, subject, {
    steps: [{ name: STEP, after: [], action, undo: null, patience }],
    retryFrom: [STEP],
    onRetry: [],
    deadlineMs: nowMs + 2 * PATIENCE_MS,
    onSuccess: [],
    onFailure: [],
    onStuck: [],
    requestId: by.context.requestId,
    ...planOperationTrace(deps.tracer, { operationId: id, parent: undefined }),
  });
}

/** Returns the request body: type, time and data, as Standard Webhooks recommends. */
function bodyOf(due: DueAction, operationId: string, nowMs: number): string {
  const { policy, asked, resource, because } = due;
  const { type: kind, name, metrics, labels } = resource.facts;
  return JSON.stringify({
    type: 'orchestration.webhook',
    timestamp: toTimestamp(nowMs),
    data: {
      operation_id: operationId,
      policy: { id: policy.id, name: policy.name, version: versionOf(policy) },
      rule: asked.rule,
      action: asked.action.type,
      resource: { kind, id: resource.id, name },
      conditions: because,
      metrics,
      labels,
    },
  });
}
