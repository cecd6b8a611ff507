/** Draws the plots of a card as SVG. */
import type { Evaluation, Pair } from '../model/training.ts';
import { htmlText } from './escape-card.ts';
import { figure, percent } from './format-figures.ts';

/** A plot with its caption. */
interface Plot {
  readonly title: string;
  readonly svg: string;
}

const WIDTH = 360;
const HEIGHT = 240;
const MARGIN = { left: 64, right: 12, top: 12, bottom: 36 };
const BAR = 18;
const BARS_MAX = 10;
const RADIUS = 2;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Predicted against actual values, residuals, importance, calibration. */
export function drawPlots({
  pairs,
  calibration,
  importance,
}: Pick<Evaluation, 'pairs' | 'calibration' | 'importance'>): readonly Plot[] {
  const both = rangeOf(pairs.flatMap(({ actual, predicted }) => [actual, predicted]));
  const tenths = rangeOf(calibration.flatMap(({ actual, predicted }) => [actual, predicted]));
  const residuals = pairs.map(({ actual, predicted }) => actual - predicted);
  return [
    {
      title: 'Predicted (up) against actual values (right); on the line they are equal',
      svg: frame({ x: both, y: both }, [diagonal(), ...pairs.map(dot({ x: both, y: both }))]),
    },
    {
      title: 'Residuals: actual less predicted values, in the order of the rows',
      svg: residualPlot(residuals),
    },
    { title: 'Importance: share of what the model explains', svg: bars(importance) },
    {
      title: 'Calibration: means of tenths of the rows; on the line they are right',
      svg: frame({ x: tenths, y: tenths }, [
        diagonal(),
        ...calibration.map(dot({ x: tenths, y: tenths })),
      ]),
    },
  ];
}

function residualPlot(residuals: readonly number[]): string {
  const x = { min: 0, max: Math.max(1, residuals.length - 1) };
  const y = rangeOf([0, ...residuals]);
  const zero = at({ x, y }, { x: 0, y: 0 }).y;
  const line = `<path d="M${MARGIN.left} ${zero}H${WIDTH - MARGIN.right}" stroke="currentColor"/>`;
  const dots = residuals.map((value, row) => dot({ x, y })({ actual: row, predicted: value }));
  return frame({ x, y }, [line, ...dots]);
}

/** The range of values; never empty. */
function rangeOf(values: readonly number[]): Range {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { min: 0, max: 1 };
  return min === max ? { min: min - 1, max: max + 1 } : { min, max };
}

function at(
  { x, y }: { readonly x: Range; readonly y: Range },
  point: { readonly x: number; readonly y: number },
): { readonly x: number; readonly y: number } {
  const share = (value: number, { min, max }: Range) => (value - min) / (max - min);
  const width = WIDTH - MARGIN.left - MARGIN.right;
  const height = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    x: round(MARGIN.left + share(point.x, x) * width),
    y: round(HEIGHT - MARGIN.bottom - share(point.y, y) * height),
  };
}

function dot(ranges: { readonly x: Range; readonly y: Range }): (pair: Pair) => string {
  return ({ actual, predicted }) => {
    const place = at(ranges, { x: actual, y: predicted });
    return `<circle cx="${place.x}" cy="${place.y}" r="${RADIUS}" fill="#3b78d8"/>`;
  };
}

function diagonal(): string {
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  const line = `M${left} ${bottom}L${WIDTH - MARGIN.right} ${MARGIN.top}`;
  return `<path d="${line}" stroke="currentColor" stroke-dasharray="4"/>`;
}

function frame({ x, y }: { readonly x: Range; readonly y: Range }, inside: readonly string[]) {
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  const right = WIDTH - MARGIN.right;
  const edge = `M${left} ${MARGIN.top}V${bottom}H${right}`;
  const axes = `<path d="${edge}" fill="none" stroke="currentColor"/>`;
  const labels = [
    label(figure(x.min), { x: left, y: bottom + BAR, anchor: 'start' }),
    label(figure(x.max), { x: right, y: bottom + BAR, anchor: 'end' }),
    label(figure(y.min), { x: left - 6, y: bottom, anchor: 'end' }),
    label(figure(y.max), { x: left - 6, y: MARGIN.top + 10, anchor: 'end' }),
  ];
  return svg(HEIGHT, [axes, ...inside, ...labels]);
}

function bars(importance: Evaluation['importance']): string {
  const shown = importance.slice(0, BARS_MAX);
  const drawn = shown.flatMap(({ feature, share }, row) => {
    const top = row * 2 * BAR;
    const width = round(Math.max(1, share * (WIDTH - MARGIN.left)));
    return [
      label(`${feature}: ${percent(share)}`, { x: 0, y: top + BAR - 5, anchor: 'start' }),
      `<rect x="0" y="${top + BAR}" width="${width}" height="${BAR - 6}" fill="#3b78d8"/>`,
    ];
  });
  return svg(Math.max(1, shown.length) * 2 * BAR, drawn);
}

function label(
  text: string,
  { x, y, anchor }: { readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' },
): string {
  const place = `x="${x}" y="${y}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="11" fill="currentColor">${htmlText(text)}</text>`;
}

function svg(height: number, inside: readonly string[]): string {
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  const head = `<svg role="img" ${size} xmlns="http://www.w3.org/2000/svg">`;
  return `${head}${inside.join('')}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
