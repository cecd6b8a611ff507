/** `novacron workflow graph`: the steps of a definition as a drawing. */
import { writeMermaid } from '@novacron/engine/automation/graph/write-mermaid';
import { writeSvg } from '@novacron/engine/automation/graph/write-svg';
import type { CliIo } from '../../io/cli-io.ts';
import type { Outcome } from '../../operations/run-command.ts';
import {
  type DefinitionKind,
  findingsOutcome,
  readDefinitionFile,
} from './read-definition-file.ts';

/** What is drawn, and how. */
export interface GraphRequest {
  readonly file: string;
  readonly kind: DefinitionKind;
  readonly format: 'mermaid' | 'svg';
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
