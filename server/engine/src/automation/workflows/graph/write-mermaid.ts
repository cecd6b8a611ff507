/** Writes the steps of a definition as a Mermaid flowchart. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { labelOf } from './label-of.ts';

/** Entities for characters that Mermaid would not read as plain text. `#` comes first. */
const ENTITIES: readonly (readonly [text: string, entity: string])[] = [
  ['#', '#35;'],
  ['&', '#amp;'],
  ['"', '#quot;'],
  ['<', '#lt;'],
  ['>', '#gt;'],
  ['`', '#96;'],
];

/**
 * Writes the chart: a node for each step, an arrow for each need.
 * @param critical - ids of the steps that stand out: those that decide how long a run takes
 */
export function writeMermaid(
  { steps }: AutomationDefinition,
  critical: readonly string[] = [],
): string {
  const numbers = new Map(steps.map(({ id }, index) => [id, index]));
  const nodes = steps.map((step, index) => {
    const { title, detail } = labelOf(step);
    return `  s${index}["${escapeText(title)}<br/>${escapeText(detail)}"]`;
  });
  const arrows = steps.flatMap(({ needs }, index) =>
    needs.map((need) => `  s${numbers.get(need)} --> s${index}`),
  );
  const marked = critical.flatMap((id) => {
    const index = numbers.get(id);
    return index === undefined ? [] : [`s${index}`];
  });
  const marks =
    marked.length === 0
      ? []
      : ['  classDef critical stroke:#c2410c,stroke-width:3px', `  class ${marked} critical`];
  return `${['flowchart TD', ...nodes, ...arrows, ...marks].join('\n')}\n`;
}

function escapeText(text: string): string {
  return ENTITIES.reduce((done, [from, entity]) => done.replaceAll(from, entity), text);
}
