/** Draws the plots of a card as SVG. */
import type { Evaluation, Pair } from '../model/training.ts';
import { htmlText } from './escape-card.ts';
import { figure, percent } from './format-figures.ts';

/** A plot with its caption. */
interface Plot {
  readonly title: string;
  /** How to read it. */
  readonly note: string;
  readonly svg: string;
}

const WIDTH = 360;
const HEIGHT = 240;
const MARGIN = { left: 66, right: 12, top: 22, bottom: 36 };
const BAR = 18;
const BARS_MAX = 10;
const RADIUS = 2.5;
const FEW_RADIUS = 4;

/** The page sets it, for both themes. */
const COLOUR = 'var(--series, #3b78d8)';

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
      title: 'Predicted and actual values',
      note: 'On the line, both are the same.',
      svg: frame(
        {
          x: both,
          y: both,
          name: 'Predicted and actual values',
          across: 'actual',
          up: 'predicted',
        },
        [diagonal(), ...pairs.map(dot({ x: both, y: both }))],
      ),
    },
    {
      title: 'Residuals',
      note: 'Actual less predicted values. A pattern is what the model has not learned.',
      svg: residualPlot(residuals),
    },
    {
      title: 'Importance of the features',
      note: 'Share of what the model explains.',
      svg: bars(importance),
    },
    {
      title: 'Calibration',
      note: 'Means of tenths of the rows. On the line, the model is right on average.',
      svg: frame({ x: tenths, y: tenths, name: 'Calibration', across: 'actual', up: 'predicted' }, [
        diagonal(),
        ...calibration.map(dot({ x: tenths, y: tenths }, FEW_RADIUS)),
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
  return frame({ x, y, name: 'Residuals', across: 'row', up: 'residual' }, [line, ...dots]);
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

function dot(
  ranges: { readonly x: Range; readonly y: Range },
  radius = RADIUS,
): (pair: Pair) => string {
  return ({ actual, predicted }) => {
    const place = at(ranges, { x: actual, y: predicted });
    const fill = `fill="${COLOUR}" fill-opacity="0.7"`;
    return `<circle cx="${place.x}" cy="${place.y}" r="${radius}" ${fill}/>`;
  };
}

function diagonal(): string {
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  const line = `M${left} ${bottom}L${WIDTH - MARGIN.right} ${MARGIN.top}`;
  return `<path d="${line}" stroke="currentColor" stroke-dasharray="4"/>`;
}

interface Frame {
  readonly x: Range;
  readonly y: Range;
  readonly name: string;
  /** What the axes show. */
  readonly across: string;
  readonly up: string;
}

function frame({ x, y, name, across, up }: Frame, inside: readonly string[]): string {
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  const right = WIDTH - MARGIN.right;
  const edge = `M${left} ${MARGIN.top}V${bottom}H${right}`;
  const axes = `<path d="${edge}" fill="none" stroke="currentColor"/>`;
  const labels = [
    label(figure(x.min), { x: left, y: bottom + BAR, anchor: 'start' }),
    label(figure(x.max), { x: right, y: bottom + BAR, anchor: 'end' }),
    label(figure(y.min), { x: left - 6, y: bottom, anchor: 'end' }),
    label(figure(y.max), { x: left - 6, y: MARGIN.top + 10, anchor: 'end' }),
    label(across, { x: (left + right) / 2, y: bottom + BAR, anchor: 'middle' }),
    label(up, { x: left, y: MARGIN.top - 8, anchor: 'start' }),
  ];
  return svg({ name, height: HEIGHT }, [axes, ...inside, ...labels]);
}

function bars(importance: Evaluation['importance']): string {
  const shown = importance.slice(0, BARS_MAX);
  const drawn = shown.flatMap(({ feature, share }, row) => {
    const top = row * 2 * BAR;
    const width = round(Math.max(1, share * WIDTH));
    return [
      label(`${feature}: ${percent(share)}`, { x: 0, y: top + BAR - 5, anchor: 'start' }),
      `<rect x="0" y="${top + BAR}" width="${width}" height="${BAR - 6}" rx="2" fill="${COLOUR}"/>`,
    ];
  });
  const height = Math.max(1, shown.length) * 2 * BAR;
  return svg({ name: 'Importance of the features', height }, drawn);
}

type Anchor = 'start' | 'middle' | 'end';

function label(
  text: string,
  { x, y, anchor }: { readonly x: number; readonly y: number; readonly anchor: Anchor },
): string {
  const place = `x="${x}" y="${y}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="11" fill="currentColor">${htmlText(text)}</text>`;
}

function svg(
  { name, height }: { readonly name: string; readonly height: number },
  inside: readonly string[],
): string {
  const size = `viewBox="0 0 ${WIDTH} ${height}"`;
  const head = `<svg role="img" aria-label="${name}" ${size} xmlns="http://www.w3.org/2000/svg">`;
  return `${head}${inside.join('')}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
