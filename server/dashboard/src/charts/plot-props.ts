/** Properties of a chart. */
import type { ChartLook } from './series-look.tsx';

/** Values along the x axis: null is a gap in a line, undefined is not. */
export interface PlotSeries {
  readonly name: string;
  readonly values: readonly (number | null | undefined)[];
}

/** Content of the chart. */
export interface PlotProps {
  /** Label of the chart; its panel shows it. */
  readonly label?: string;
  /** Ascending: seconds since the Unix epoch, or values. */
  readonly xs: readonly number[];
  /** Four at most. */
  readonly series: readonly PlotSeries[];
  /** Numbers of two series, from 1: the room between the upper and the lower one is filled. */
  readonly band?: readonly [number, number];
  /** `whole`: numbers of things, between which there is nothing. */
  readonly xKind: 'time' | 'value' | 'whole';
  readonly look: ChartLook;
  /** The whole x axis, where it is more than the values. */
  readonly xRange?: readonly [number, number];
  /** The whole y axis; without it from 0 to a bit above the greatest value. */
  readonly yRange?: readonly [number, number];
  /** Words beside the axes. */
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Returns the text of a point, line by line. */
  readonly textOf: (index: number) => string;
}
