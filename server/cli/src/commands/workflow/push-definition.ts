/** `novacron workflow push`: stores the definition of a file on the server. */
import { WorkflowSummary } from '@novacron/contract/automation/workflow';
import { commandOf } from '../../arguments/command-table.ts';
import { listAll } from '../../client/list-all.ts';
import type { Session } from '../../client/session.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { sendWrite } from '../../operations/write-command.ts';
import { plainLine } from '../../output/plain-text.ts';
import { readBundle } from './read-bundle.ts';
import {
  type DefinitionKind,
  findingsOutcome,
  readDefinitionFile,
} from './read-definition-file.ts';

/** Definition to store. */
export interface PushRequest {
  readonly file: string;
  readonly kind: DefinitionKind;
  readonly ifRevision?: number | undefined;
}

/**
 * Creates the workflow that the file names, or makes the text its next version. Failures: wrong
 * usage; findings where the text has mistakes, before anything is sent; problems of the server.
 */
export async function pushDefinition(
  session: Session,
  { file, kind, ifRevision }: PushRequest,
): Promise<Outcome> {
  const read = await readDefinitionFile(session.io, file, kind);
  if (!read.ok) return { failure: read.error };
  if (!read.value.ok) return findingsOutcome(read.value.error);
  const text = await readTextFile(session.io, file, `the ${kind}`);
  if (!text.ok) return { failure: text.error };
  const { definition } = read.value.value;
  const { name } = definition;
  const files = await readBundle(file, definition);
  if (!files.ok) return { failure: files.error };
  const sentFields = {
    text: text.value,
    ...(files.value.length === 0 ? {} : { files: files.value }),
  };
  const listed = await listAll(session, { operation: 'workflow.list', input: { name } });
  if (!listed.ok) return { failure: listed.error };
  const [known] = listed.value.map((item) => WorkflowSummary.parse(item));
  const guard = ifRevision === undefined ? {} : { if_revision: ifRevision };
  const sent =
    known === undefined
      ? await sendWrite(session, commandOf('workflow.create'), sentFields)
      : await sendWrite(session, commandOf('workflow.update'), {
          id: known.id,
          ...sentFields,
          ...guard,
        });
  if (!sent.ok) return { failure: sent.error };
  const stored = WorkflowSummary.parse(sent.value.answer.resource);
  const words = stored.version === known?.version ? 'is unchanged at' : 'has';
  const line = `${stored.kind} ${stored.name} ${words} version ${stored.version}`;
  const more = stored.enabled ? '' : ' and is disabled';
  return {
    document: { kind: 'report', value: stored, text: `${plainLine(`${line}${more}`)}\n` },
  };
}
