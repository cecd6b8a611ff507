/** `novacron workflow enable` and `disable`: whether a workflow or a runbook may run. */
import { WorkflowSummary } from '@novacron/contract/automation/workflow';
import { commandOf } from '../../arguments/command-table.ts';
import type { Session } from '../../client/session.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { sendWrite } from '../../operations/write-command.ts';
import { plainLine } from '../../output/plain-text.ts';

/** Workflow to enable or disable. */
export interface SwitchRequest {
  /** Name or id. */
  readonly name: string;
  readonly verb: 'enable' | 'disable';
}

/** Enables or disables one. Failures: a name that nothing has, and every problem of the server. */
export async function switchWorkflow(
  session: Session,
  { name, verb }: SwitchRequest,
): Promise<Outcome> {
  const id = await resolveName(session, ['workflow'], name);
  if (!id.ok) return { failure: id.error };
  const input = { id: id.value, enabled: verb === 'enable' };
  const sent = await sendWrite(session, commandOf('workflow.update'), input);
  if (!sent.ok) return { failure: sent.error };
  const stored = WorkflowSummary.parse(sent.value.answer.resource);
  const { kind, name: stands } = stored;
  const line = plainLine(`${kind} ${stands} is ${stored.enabled ? 'enabled' : 'disabled'}`);
  return { document: { kind: 'report', value: stored, text: `${line}\n` } };
}
