/** Writes the steps of a definition as a Mermaid flowchart. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { labelOf } from './label-of.ts';

/** What Mermaid would read as more than text, as its entities. `#` comes first. */
const ENTITIES: readonly (readonly [text: string, entity: string])[] = [
  ['#', '#35;'],
  ['&', '#amp;'],
  ['"', '#quot;'],
  ['<', '#lt;'],
  ['>', '#gt;'],
  ['`', '#96;'],
];

/** Writes the chart: a node for each step, an arrow for each need. */
export function writeMermaid({ steps }: AutomationDefinition): string {
  const numbers = new Map(steps.map(({ id }, index) => [id, index]));
  const nodes = steps.map((step, index) => {
    const { title, detail } = labelOf(step);
    return `  s${index}["${escapeText(title)}<br/>${escapeText(detail)}"]`;
  });
  const arrows = steps.flatMap(({ needs }, index) =>
    needs.map((need) => `  s${numbers.get(need)} --> s${index}`),
  );
  return `${['flowchart TD', ...nodes, ...arrows].join('\n')}\n`;
}

function escapeText(text: string): string {
  return ENTITIES.reduce((done, [from, entity]) => done.replaceAll(from, entity), text);
}
