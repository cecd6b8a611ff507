/** `novacron execution report`: the report of an execution as its text. */
import { ExecutionReport, type ReportFormat } from '@novacron/contract/automation/execution-report';
import { callOperation, type Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/run-command.ts';

/** Prints the report. Failures: problems of the server. */
export async function reportExecution(
  session: Session,
  input: { readonly id: string; readonly format: ReportFormat },
): Promise<Outcome> {
  const answer = await callOperation(session, 'execution.report', input);
  if (!answer.ok) return { failure: answer.error };
  const value = ExecutionReport.parse(answer.value);
  return { document: { kind: 'report', value, text: value.text } };
}
