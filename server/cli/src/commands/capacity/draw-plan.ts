/** Draws a capacity plan with characters: use so far, what is expected, and where it is full. */
import type { CapacityPlan, PlannedResource } from '@novacron/contract/fleet/capacity-plan';
import { plainLine } from '../../output/plain-text.ts';
import type { Style } from '../../output/style.ts';
import { wrapLine } from '../../output/text-width.ts';
import { describeRunOut, describeUse, nameOfPlanned } from './describe-planned.ts';

/** Characters by how much of the capacity is used, the least first: blocks on a terminal. */
const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '_.,-=+*#';

/** A day on which use may reach the capacity. */
const FULL = '!';

const INDENT = '  ';

/** Draws it: what needs a decision in full, and of the rest what is known. */
export function drawPlan(
  { resources, planned_at: at }: CapacityPlan,
  style: Pick<Style, 'width'>,
): string {
  const urgent = resources.filter(isUrgent);
  const head = [`Capacity plan of ${at}: ${urgent.length} of ${resources.length} need a decision.`];
  if (resources.some(({ peaks }) => peaks.length > 0)) {
    head.push(`Highest use of each day, measured | expected; ${FULL} is a day that may be full.`);
  }
  const [drawn, others] = [resources.filter(isDrawn), resources.filter((each) => !isDrawn(each))];
  const lines = others.map((each) => `${titleOf(each)}; ${describeRunOut(each)}`);
  const parts = [head, ...drawn.map((each) => drawResource(each, style)), lines];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function isDrawn(resource: PlannedResource): boolean {
  return isUrgent(resource) || resource.peaks.length > 0;
}

function titleOf(resource: PlannedResource): string {
  return `${plainLine(nameOfPlanned(resource))}: ${describeUse(resource)}`;
}

function isUrgent({ recommendation }: PlannedResource): boolean {
  return recommendation.type !== 'maintain';
}

function drawResource(resource: PlannedResource, { width }: Pick<Style, 'width'>): string[] {
  const { recommendation, explanation } = resource;
  const title = titleOf(resource);
  const drawn = drawDays(resource, width === undefined ? ASCII : BLOCKS);
  const lines = isUrgent(resource) ? explanation.slice(1) : [describeRunOut(resource)];
  const wrapped = lines.map(plainLine).flatMap((line) => {
    return width === undefined ? [line] : wrapLine(line, width - INDENT.length);
  });
  return [
    isUrgent(resource) ? `${title}, ${recommendation.priority}` : title,
    ...[...drawn, ...wrapped].map((line) => `${INDENT}${line}`),
  ];
}

/** A line with a character a day; none where no day is known. */
function drawDays(
  { peaks, expected_peaks: expected, upper_peaks: upper, capacity }: PlannedResource,
  levels: string,
): readonly string[] {
  if (peaks.length === 0) return [];
  const levelOf = (use: number) => {
    const at = Math.floor((use / capacity) * levels.length);
    return levels[Math.min(levels.length - 1, Math.max(0, at))] ?? '';
  };
  const ahead = expected.map((use, day) => ((upper[day] ?? use) < capacity ? levelOf(use) : FULL));
  return [`${peaks.map(levelOf).join('')}|${ahead.join('')}`];
}
