/** Writes a capacity plan as Markdown, for tickets and chats. */
import type { CapacityPlan, PlannedResource } from '@novacron/contract/fleet/capacity-plan';
import { markdownCode, markdownTable, markdownText } from '../../output/write-markdown.ts';
import { describeRunOut, describeUse, nameOfPlanned } from './describe-planned.ts';

/** Writes it: a table of all resources, then what is recommended and why. */
export function writePlanMarkdown({ planned_at: at, resources }: CapacityPlan): string {
  const head = ['Resource', 'Use', 'Run-out', 'Recommendation', 'Priority'];
  const rows = resources.map((each) => [
    markdownText(nameOfPlanned(each)),
    markdownText(describeUse(each)),
    describeRunOut(each),
    markdownCode(each.recommendation.type),
    each.recommendation.priority,
  ]);
  const details = resources.filter(({ recommendation }) => recommendation.type !== 'maintain');
  return `## Capacity plan of ${at}\n${markdownTable(head, rows)}${details.map(detail).join('')}`;
}

function detail(resource: PlannedResource): string {
  const lines = resource.explanation.slice(1).map((line) => `- ${markdownText(line)}\n`);
  return `\n### ${markdownText(nameOfPlanned(resource))}\n\n${lines.join('')}`;
}
