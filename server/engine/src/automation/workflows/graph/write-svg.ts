/** Draws the steps of a definition as SVG: a row for each level. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { assert } from '@novacron/contract/result';
import { orderSteps } from '../order/order-steps.ts';
import { labelOf, type StepLabel } from './label-of.ts';

/** Units: pixels. */
const BOX_WIDTH = 240;
const BOX_HEIGHT = 52;
const GAP_X = 24;
const GAP_Y = 48;
const MARGIN = 16;
const TITLE_Y = 22;
const DETAIL_Y = 40;

const BORDER = 'stroke="#555"';
const CRITICAL_BORDER = 'stroke="#c2410c" stroke-width="3"';

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws the graph. It has no scripts and no references to anything outside of it.
 * @param critical - ids of the steps that stand out: those that decide how long a run takes
 */
export function writeSvg(
  definition: AutomationDefinition,
  critical: readonly string[] = [],
): string {
  const order = orderSteps(definition.steps);
  assert(order !== undefined, 'the steps of a checked definition have an order');
  const places = new Map<string, Place>();
  const filled: number[] = [];
  for (const { id } of order.steps) {
    const level = order.levels.get(id) ?? 0;
    const column = filled[level] ?? 0;
    filled[level] = column + 1;
    const x = MARGIN + column * (BOX_WIDTH + GAP_X);
    places.set(id, { x, y: MARGIN + level * (BOX_HEIGHT + GAP_Y) });
  }
  const width = 2 * MARGIN + Math.max(...filled) * (BOX_WIDTH + GAP_X) - GAP_X;
  const height = 2 * MARGIN + filled.length * (BOX_HEIGHT + GAP_Y) - GAP_Y;
  const arrows = definition.steps.flatMap(({ id, needs }) =>
    needs.map((need) => drawArrow(places.get(need), places.get(id))),
  );
  const marked = new Set(critical);
  const boxes = definition.steps.map((step) => {
    const border = marked.has(step.id) ? CRITICAL_BORDER : BORDER;
    return drawBox(places.get(step.id), labelOf(step), border);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escapeXml(definition.title ?? definition.name)}</title>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" ' +
      'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    ...arrows,
    ...boxes,
    '</svg>\n',
  ].join('\n');
}

function drawArrow(from: Place | undefined, to: Place | undefined): string {
  if (from === undefined || to === undefined) return '';
  const [x1, y1] = [from.x + BOX_WIDTH / 2, from.y + BOX_HEIGHT];
  const [x2, y2] = [to.x + BOX_WIDTH / 2, to.y];
  const middle = (y1 + y2) / 2;
  const curve = `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  return `<path d="${curve}" fill="none" stroke="#555" marker-end="url(#end)"/>`;
}

function drawBox(place: Place | undefined, { title, detail }: StepLabel, border: string): string {
  const { x, y } = place ?? { x: 0, y: 0 };
  const middle = x + BOX_WIDTH / 2;
  return [
    `<rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="6" ` +
      `fill="#f4f6f8" ${border}/>`,
    `<text x="${middle}" y="${y + TITLE_Y}" text-anchor="middle" font-weight="bold">` +
      `${escapeXml(title)}</text>`,
    `<text x="${middle}" y="${y + DETAIL_Y}" text-anchor="middle">${escapeXml(detail)}</text>`,
  ].join('\n');
}

/** Text of XML; characters that XML has no form for are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
