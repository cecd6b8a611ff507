/** `novacron workflow graph`: draws a definition, of the server or of a file. */
import { WorkflowGraph } from '@novacron/contract/automation/workflow-analysis';
import { writeMermaid } from '@novacron/engine/automation/workflows/graph/write-mermaid';
import { writeSvg } from '@novacron/engine/automation/workflows/graph/write-svg';
import { callOperation, type Session } from '../../client/session.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import {
  type DefinitionKind,
  findingsOutcome,
  readDefinitionFile,
} from './read-definition-file.ts';

type Format = 'mermaid' | 'svg';

/** Definition to draw, and its format. */
export interface GraphRequest {
  readonly file: string;
  readonly kind: DefinitionKind;
  readonly format: Format;
}

/** Whether a text names a file: by its ending, by a slash, or as standard input. */
export function isDefinitionFile(text: string): boolean {
  return text === '-' || /[/\\]|[.](?:ya?ml|json)$/i.test(text);
}

/** Draws a definition. Failures: wrong usage; findings where it has mistakes. */
export async function graphDefinition(
  io: Pick<CliIo, 'readText'>,
  { file, kind, format }: GraphRequest,
): Promise<Outcome> {
  const read = await readDefinitionFile(io, file, kind);
  if (!read.ok) return { failure: read.error };
  if (!read.value.ok) return findingsOutcome(read.value.error);
  const { definition } = read.value.value;
  const text = format === 'svg' ? writeSvg(definition) : writeMermaid(definition);
  const steps = definition.steps.map(({ id, needs }) => ({ id, needs }));
  return { document: { kind: 'report', value: { name: definition.name, steps }, text } };
}

/**
 * Draws a definition of the server, with the critical path by its earlier executions. Failures: a
 * name that nothing has, and every problem of the server.
 */
export async function graphStored(
  session: Session,
  { name, format, version }: StoredGraphRequest,
): Promise<Outcome> {
  const id = await resolveName(session, ['workflow'], name);
  if (!id.ok) return { failure: id.error };
  const at = version === undefined ? {} : { at_version: version };
  const input = { id: id.value, format, ...at };
  const answer = await callOperation(session, 'workflow.graph', input);
  if (!answer.ok) return { failure: answer.error };
  const { drawing, ...value } = WorkflowGraph.parse(answer.value);
  return { document: { kind: 'report', value, text: drawing ?? '' } };
}

/** Stored definition to draw, and its format. */
export interface StoredGraphRequest {
  /** Name or id. */
  readonly name: string;
  readonly format: Format;
  readonly version?: number | undefined;
}
