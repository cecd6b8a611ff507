/**
 * A canvas chart by uPlot. Pointer and arrow keys move over its points; what the chosen point says
 * is a tooltip, which Escape closes, and the value of the chart for screen readers.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import UPlot from 'uplot';
import { usePreferences } from '../ui/preferences.ts';
import { remToPx } from '../ui/root-size.ts';
import styles from './chart.module.css';
import { readColours, useThemeKey } from './chart-colours.ts';
import { optionsOf } from './plot-options.ts';
import { stepOfKey } from './plot-points.ts';
import type { PlotProps } from './plot-props.ts';

/** Height, equal to the style sheet's. Unit: rem. */
const HEIGHT_REM = 13.75;

/** Renders the chart at the width of its place. */
export function Plot(props: PlotProps) {
  const { label = 'Chart', xs, series, xKind, look, textOf } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const latest = useRef(props);
  const [chosen, setChosen] = useState<number>();
  const isOnTip = useRef(false);
  const { timeZone } = usePreferences();
  const themeKey = useThemeKey();
  latest.current = props;
  const names = series.map(({ name }) => name).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme draws with new colours
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = optionsOf({
      ...latest.current,
      colours: readColours(element),
      timeZone,
      size: { width: element.clientWidth, height: remToPx(HEIGHT_REM) },
      xRangeNow: () => latest.current.xRange,
      onChosen: (index) => {
        // The pointer has left the points for what is said of one.
        if (index !== undefined || !isOnTip.current) setChosen(index);
      },
    });
    const made = new UPlot(options, dataOf(latest.current), element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: remToPx(HEIGHT_REM) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [themeKey, timeZone, names, look, xKind]);
  useEffect(() => {
    plot.current?.setData(dataOf({ xs, series }));
  }, [xs, series]);
  const last = xs.length - 1;
  const index = chosen === undefined ? undefined : Math.min(chosen, last);
  const side = useSide(index, props);
  const isShown = index !== undefined;
  // Also of a pointer that is over the chart while something else has the focus.
  useEffect(() => {
    if (!isShown) return;
    const close = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      isOnTip.current = false;
      choose(plot.current, undefined, latest.current);
      setChosen(undefined);
    };
    window.addEventListener('keydown', close);
    return () => window.removeEventListener('keydown', close);
  }, [isShown]);
  const press = (event: KeyboardEvent): void => {
    const next = stepOfKey(event.key, index, last);
    if (next === undefined) return;
    event.preventDefault();
    choose(plot.current, next, latest.current);
    setChosen(next);
  };
  const text = index === undefined ? 'Arrow keys move over the points' : textOf(index);
  return (
    <div
      ref={place}
      className={styles.plot}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index ?? 0}
      aria-valuetext={text}
      onKeyDown={press}
    >
      {index === undefined ? null : (
        <div
          role="tooltip"
          className={`${styles.tip} ${side ?? ''}`}
          dir="auto"
          onPointerEnter={() => {
            isOnTip.current = true;
          }}
          onPointerLeave={() => {
            isOnTip.current = false;
            setChosen(undefined);
          }}
        >
          {text}
        </div>
      )}
    </div>
  );
}

/**
 * The side of the tooltip: that of its first point, so that it stays where it is while the pointer
 * moves to it.
 */
function useSide(index: number | undefined, props: PlotProps): string | undefined {
  const side = useRef<string>(undefined);
  if (index === undefined) side.current = undefined;
  else side.current ??= sideOf(index, props);
  return side.current;
}

/** Returns the side for a point's text: the other half of the chart. */
function sideOf(index: number, { xs, xRange }: PlotProps): string | undefined {
  const [from, to] = xRange ?? [xs[0] ?? 0, xs.at(-1) ?? 0];
  return (xs[index] ?? 0) > (from + to) / 2 ? styles.tipStart : styles.tipEnd;
}

function dataOf({ xs, series }: Pick<PlotProps, 'xs' | 'series'>): UPlot.AlignedData {
  return [[...xs], ...series.map(({ values }) => [...values])];
}

/** Puts the cursor of the chart at a point; undefined takes it away. */
function choose(plot: UPlot | null, index: number | undefined, { xs, series }: PlotProps): void {
  if (plot === null) return;
  const x = index === undefined ? undefined : xs[index];
  if (index === undefined || x === undefined) {
    plot.setCursor({ left: -10, top: -10 }, false);
    return;
  }
  const y = series.map(({ values }) => values[index]).find((value) => typeof value === 'number');
  const at = { left: plot.valToPos(x, 'x'), top: plot.valToPos(y ?? 0, 'y') };
  plot.setCursor(at, false);
}
