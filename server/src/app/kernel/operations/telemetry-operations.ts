/** Counts how operations end and how agents answer their commands. */
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import type { TraceContext } from '@novacron/contract/trace-context';
import type { Clock } from '@novacron/runtime/clock';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import type { OperationEnd } from './operation-changes.ts';
import type { AgentSteps } from './perform-agent-steps.ts';

const MILLISECONDS = 1_000;

/** Makes the function that counts each operation that has ended. */
export function createEndCounter(deps: {
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}): (
  row: Tables['operations'],
  end: OperationEnd & { readonly trace: TraceContext | undefined },
) => void {
  const { telemetry, clock } = deps;
  let ended = 0;
  let succeeded = 0;
  return (row, end) => {
    const labels = { kind: row.kind, status: end.status };
    const durationMs = Math.max(0, clock.nowMs() - row.created_at_ms);
    telemetry.count('workflow_executions_total', labels);
    telemetry.observe('workflow_duration_seconds', labels, durationMs / MILLISECONDS, end.trace);
    if (row.kind === 'workflow.run' && applicationOfWorkflow(row.target_name) !== undefined) {
      const result = { result: end.status };
      telemetry.count('novacron_gitops_syncs_total', result);
      telemetry.observe('novacron_gitops_sync_duration_seconds', result, durationMs / MILLISECONDS);
    }
    const isCorrection = row.kind === 'compliance_finding.correct' && end.status === 'succeeded';
    if (isCorrection && row.created_by === OWN_PRINCIPALS.complianceCorrector) {
      telemetry.count('compliance_auto_remediated', {});
    }
    ended += 1;
    if (end.status === 'succeeded') succeeded += 1;
    telemetry.set('workflow_success_rate', [{ labels: {}, value: succeeded / ended }]);
  };
}

/** Wraps the steps with metrics. */
export function observeAgentSteps(steps: AgentSteps, telemetry: Telemetry): AgentSteps {
  return {
    ...steps,
    perform: async (attempt, step) => {
      const action = step.action.kind;
      const stopTimer = telemetry.startTimer('novacron_agent_command_duration_seconds');
      const outcome = await steps.perform(attempt, step);
      stopTimer({ action });
      const word = outcome.kind === 'succeeded' ? 'succeeded' : `failed-${outcome.next}`;
      telemetry.count('novacron_agent_commands_total', { action, outcome: word });
      return outcome;
    },
  };
}
