/** The moments of the SLAs of executions as rows, and as answers. */
import { type AutomationDefinition, durationMsOf } from '@novacron/contract/automation/definition';
import type { ExecutionSla } from '@novacron/contract/automation/execution';
import { firstMoment, type SlaTimes } from '@novacron/engine/automation/workflows/plan-sla';
import type { Change } from '../../../ports/store.ts';
import type { ExecutionSlaRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { WriteScope } from '../../resources/scope.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** Plans the row of an execution that begins now; nothing where its workflow has no SLA. */
export function slaChanges(
  { sla }: AutomationDefinition,
  { operationId: id, nowMs }: Pick<WriteScope, 'operationId' | 'nowMs'>,
  tenantId: string,
): readonly Change[] {
  if (sla === undefined) return [];
  const { warn_after: warn, breach_after, escalate } = sla;
  const breach_ms = nowMs + durationMsOf(breach_after);
  const warn_ms = warn === undefined ? null : nowMs + durationMsOf(warn);
  const escalate_ms = escalate === undefined ? null : breach_ms + durationMsOf(escalate.after);
  const row: ExecutionSlaRow = {
    id,
    tenant_id: tenantId,
    warn_ms,
    breach_ms,
    escalate_ms,
    due_ms: firstMoment({ warnMs: warn_ms, breachMs: breach_ms, escalateMs: escalate_ms }),
    warned_ms: null,
    breached_ms: null,
    escalated_ms: null,
  };
  return [{ kind: 'insert', into: 'execution_slas', row, otherwise: replan('The SLA') }];
}

/** The moments of a row. */
export function timesOfRow({ warn_ms, breach_ms, escalate_ms }: ExecutionSlaRow): SlaTimes {
  return { warnMs: warn_ms, breachMs: breach_ms, escalateMs: escalate_ms };
}

/** A row as answers carry it. */
export function toSla(row: ExecutionSlaRow): ExecutionSla {
  return {
    warns_at: momentOf(row.warn_ms),
    breaches_at: toTimestamp(row.breach_ms),
    escalates_at: momentOf(row.escalate_ms),
    warned_at: momentOf(row.warned_ms),
    breached_at: momentOf(row.breached_ms),
    escalated_at: momentOf(row.escalated_ms),
  };
}

function momentOf(ms: number | null): ExecutionSla['warns_at'] {
  return ms === null ? null : toTimestamp(ms);
}
