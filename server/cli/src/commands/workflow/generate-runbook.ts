/** `novacron runbook generate`: the draft of a runbook by what helped in earlier incidents. */
import { RunbookDraft } from '@novacron/contract/automation/runbook-draft';
import { callOperation, type Session } from '../../client/session.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';

/** Incidents to generate a runbook from. */
export interface GenerateRequest {
  readonly cause?: string | undefined;
  readonly incident?: string | undefined;
}

/** Prints the draft, with suggestions as comments. Failures: problems of the server. */
export async function generateRunbook(
  session: Session,
  { cause, incident }: GenerateRequest,
): Promise<Outcome> {
  const input = {
    ...(cause === undefined ? {} : { cause }),
    ...(incident === undefined ? {} : { incident_id: incident }),
  };
  const answer = await callOperation(session, 'runbook.generate', input);
  if (!answer.ok) return { failure: answer.error };
  const value = RunbookDraft.parse(answer.value);
  return { document: { kind: 'report', value, text: textOf(value) } };
}

function textOf({ cause, incidents, sequences, runbooks, text, warnings, inputs }: RunbookDraft) {
  const [, ...others] = sequences;
  const lines = [
    ...(text === null
      ? [`${countOf(incidents, 'resolved incident')} of ${cause}: nothing has helped twice.`]
      : []),
    ...runbooks.map(
      ({ workflow, executions, succeeded }) =>
        `Stored and run before: ${workflow}, ${succeeded} of ${executions} succeeded.`,
    ),
    ...others.map(
      ({ tasks, helped, incidents: of }) =>
        `Also: ${tasks.join(', ')}, helped in ${helped} of ${of}.`,
    ),
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...(inputs === null ? [] : [`Inputs for the incident: ${JSON.stringify(inputs)}`]),
  ];
  return `${lines.map((line) => `# ${plainLine(line)}\n`).join('')}${text ?? ''}`;
}
