/** Refuses to run what people have disabled. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { WorkflowRow } from '../../../ports/tables/automation/workflow-rows.ts';

/** Says that a workflow is disabled, and how it is enabled. */
export function refuseDisabled({ name, kind }: Pick<WorkflowRow, 'name' | 'kind'>): Problem {
  return problem('conflict', {
    detail: `${name} does not start: the ${kind} is disabled.`,
    remedy: `Read it (novacron workflow show ${name}), then enable it: ${enableCommand(name)}.`,
    data: { reason: 'disabled' },
  });
}

/** The command that enables a workflow. */
export function enableCommand(name: string): string {
  return `novacron workflow enable ${name}`;
}
