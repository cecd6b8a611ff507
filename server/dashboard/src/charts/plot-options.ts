/** Options for uPlot: axes, lines or shapes of points, and the cursor's selection. */
import type UPlot from 'uplot';
import { remToPx } from '../ui/root-size.ts';
import type { ChartColours } from './chart-colours.ts';
import { nearestPlace, type Place } from './plot-points.ts';
import type { PlotProps } from './plot-props.ts';
import { DASHES, SHAPES } from './series-look.tsx';

interface PlotFrame extends PlotProps {
  readonly colours: ChartColours;
  readonly timeZone: 'local' | 'utc';
  readonly size: { readonly width: number; readonly height: number };
  /** The whole x axis as it is now: it moves with time. */
  readonly xRangeNow: () => readonly [number, number] | undefined;
  /** Called with the point under the cursor. */
  readonly onChosen: (index: number | undefined) => void;
}

/** Unit: rem. */
const FONT_SIZE_REM = 0.75;
const DAY_S = 86_400;

/** From here on an axis of time says days instead of hours. Unit: seconds. */
const DAYS_FROM_S = 3 * DAY_S;

/** Headroom above the greatest value. */
const HEAD_RATIO = 1.1;

/** Maximum distance between pointer and point. Unit: px. */
const REACH_PX = 24;

const POINT_RADIUS_PX = 4;

/** Steps of an axis of whole numbers. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Widths of the y axis, of the gap beside its labels, and of a digit. Unit: rem. */
const Y_AXIS_REM_MIN = 3.25;
const Y_GAP_REM = 1.25;
const DIGIT_REM = 0.45;

/** Enough for the steps of an axis, and too few for the rounding errors of their sums. */
const TICK_DIGITS = 6;

/** Returns the options of a chart. */
export function optionsOf(frame: PlotFrame): UPlot.Options {
  const { series, look, xKind, size, onChosen } = frame;
  const colourOf = (index: number) => frame.colours.series[index] ?? frame.colours.text;
  return {
    ...size,
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: look === 'lines' },
      ...(look === 'points' ? { dataIdx: nearestPoint } : {}),
    },
    scales: {
      x: {
        time: xKind === 'time',
        range: (_plot, min, max) => {
          const [from, to] = frame.xRangeNow() ?? [min, max];
          return [from, to];
        },
      },
      y: { range: (_plot, _min, max) => yRangeOf(frame, max) },
    },
    axes: [xAxis(frame), yAxis(frame)],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: colourOf(index),
        width: 2,
        dash: [...(DASHES[index] ?? [])],
        ...pointsOf(look, colourOf(index)),
      })),
    ],
    bands:
      frame.band === undefined
        ? []
        : [{ series: [frame.band[0], frame.band[1]], fill: frame.colours.grid }],
    hooks: {
      setCursor: [
        (plot) => {
          const ids: readonly (number | null | undefined)[] =
            look === 'points' ? (plot.cursor.idxs ?? []) : [plot.cursor.idx];
          onChosen(ids.find((id) => typeof id === 'number') ?? undefined);
        },
      ],
      draw: look === 'points' ? [(plot) => drawPoints(plot, colourOf)] : [],
    },
  };
}

/**
 * Returns the points of a series: on lines only isolated or widely spaced points are drawn; point
 * charts draw their own.
 */
function pointsOf(look: PlotProps['look'], colour: string): Partial<UPlot.Series> {
  if (look === 'lines') return { points: { fill: colour } };
  return { points: { show: false }, paths: () => null };
}

function yRangeOf({ yRange }: PlotFrame, max: number | null): [number, number] {
  if (yRange !== undefined) return [yRange[0], yRange[1]];
  return [0, max === null || max <= 0 ? 1 : max * HEAD_RATIO];
}

function axis({ colours }: PlotFrame): UPlot.Axis {
  const line = { stroke: colours.grid, width: 1 };
  const font = `${remToPx(FONT_SIZE_REM)}px system-ui, sans-serif`;
  return { stroke: colours.text, font, labelFont: font, grid: line, ticks: line };
}

/** Width of the labels of the y axis with the gap beside them. */
function yAxisRem(labels: readonly string[]): number {
  const longest = Math.max(0, ...labels.map(({ length }) => length));
  return Math.max(Y_AXIS_REM_MIN, Y_GAP_REM + longest * DIGIT_REM);
}

function yAxis(frame: PlotFrame): UPlot.Axis {
  return {
    ...axis(frame),
    label: frame.yLabel,
    size: (_plot, values) => remToPx(yAxisRem(values ?? [])),
    values: (_plot, splits) =>
      splits.map((value) => value.toLocaleString('en', { maximumSignificantDigits: TICK_DIGITS })),
  };
}

function xAxis(frame: PlotFrame): UPlot.Axis {
  const label = frame.xLabel === undefined ? {} : { label: frame.xLabel, labelSize: remToPx(1.25) };
  const base = { ...axis(frame), ...label, size: remToPx(2.125) };
  if (frame.xKind === 'value') return base;
  if (frame.xKind === 'whole') return { ...base, incrs: WHOLE_STEPS };
  return { ...base, values: (_plot, splits) => timesOf(splits, frame.timeZone), space: remToPx(4) };
}

/** Moments on an axis in the chosen time zone: hours, or days where it is long. */
function timesOf(splits: readonly number[], timeZone: 'local' | 'utc'): string[] {
  const isLong = (splits.at(-1) ?? 0) - (splits[0] ?? 0) > DAYS_FROM_S;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(isLong ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }),
    timeZone: timeZone === 'utc' ? 'UTC' : undefined,
  });
  return splits.map((seconds) => format.format(seconds * 1_000));
}

/** Draws the shape of each series at its points. */
function drawPoints(plot: UPlot, colourOf: (index: number) => string): void {
  const { ctx } = plot;
  const radius = POINT_RADIUS_PX * devicePixelRatio;
  ctx.save();
  for (let index = 1; index < plot.series.length; index += 1) {
    ctx.fillStyle = colourOf(index - 1);
    ctx.globalAlpha = 0.75;
    for (const place of placesOf(plot, index, true)) {
      if (place === null) continue;
      ctx.beginPath();
      for (const [x, y] of SHAPES[index - 1] ?? []) {
        ctx.lineTo(place[0] + x * radius, place[1] + y * radius);
      }
      ctx.fill();
    }
  }
  ctx.restore();
}

function placesOf(plot: UPlot, index: number, isCanvas = false): readonly Place[] {
  const [xs = [], ...series] = plot.data;
  const values = series[index - 1] ?? [];
  return [...xs].map((x, at) => {
    const y = values[at];
    if (typeof y !== 'number') return null;
    return [plot.valToPos(x, 'x', isCanvas), plot.valToPos(y, 'y', isCanvas)];
  });
}

/** The point of a series under the pointer: that of the least distance, not of the nearest x. */
const nearestPoint: UPlot.Cursor.DataIdxRefiner = (plot, index) => {
  const { left = -1, top = -1 } = plot.cursor;
  if (index === 0 || left < 0) return null;
  return nearestPlace(placesOf(plot, index), [left, top], REACH_PX);
};
