/** `novacron runbook draft`: what a model is asked for a runbook, and what it answers. */
import { ModelDraft } from '@novacron/contract/automation/runbook-draft';
import { plainText } from '@novacron/contract/formats/plain-text';
import { isRecord } from '@novacron/contract/json';
import { callOperation, type Session } from '../../client/session.ts';
import { findingsFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { plainLine } from '../../output/plain-text.ts';

/** Source and extent of a draft. */
export interface DraftRequest {
  readonly cause?: string | undefined;
  readonly incident?: string | undefined;
  readonly send: boolean;
  readonly save: boolean;
}

/** Prints the request, or the draft. Failures: of the server; a draft that cannot be stored. */
export async function draftRunbook(
  session: Session,
  { cause, incident, send, save }: DraftRequest,
): Promise<Outcome> {
  const answer = await callOperation(session, 'runbook.draft', {
    ...(cause === undefined ? {} : { cause }),
    ...(incident === undefined ? {} : { incident_id: incident }),
    send,
    save,
  });
  if (!answer.ok) return { failure: answer.error };
  const value = ModelDraft.parse(answer.value);
  const text = value.sent ? draftText(value) : requestText(value);
  const document = { kind: 'report', value, text } as const;
  const [first] = value.problems;
  if (first === undefined) return { document };
  return { document, failure: findingsFailure(`the draft cannot be stored: ${first}`) };
}

/** The messages of the body, with their line breaks. */
function requestText({ host, model, outgoing }: ModelDraft): string {
  const body: unknown = JSON.parse(outgoing);
  const messages = isRecord(body) && Array.isArray(body.messages) ? body.messages : [];
  const shown = messages.filter(isRecord).map(({ role, content }) => {
    return `--- ${role}\n${plainText(String(content))}\n`;
  });
  const head = plainLine(`Not sent; --send sends this to ${model} at ${host}:`);
  return `${head}\n${shown.join('')}`;
}

function draftText({ name, text, problems, warnings, workflow_id: id }: ModelDraft): string {
  const lines = [
    ...problems.map((line) => `Cannot be stored: ${line}`),
    ...warnings.map((line) => `Warning: ${line}`),
    ...(id === null ? [] : [`Stored, disabled: novacron runbook enable ${name}`]),
  ];
  return `${lines.map((line) => `# ${plainLine(line)}\n`).join('')}${plainText(text ?? '')}`;
}
