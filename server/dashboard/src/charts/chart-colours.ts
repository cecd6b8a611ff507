/**
 * The colours of canvas charts. A canvas does not follow the theme by itself: they are read from
 * the tokens again whenever the theme changes.
 */
import { useSyncExternalStore } from 'react';
import { usePreferences } from '../ui/preferences.ts';

/** Colours as a canvas takes them. */
export interface ChartColours {
  readonly series: readonly string[];
  readonly text: string;
  readonly grid: string;
}

/** Media queries for the system's theme and forced colours. */
const SYSTEM_QUERIES = ['(prefers-color-scheme: dark)', '(forced-colors: active)'] as const;

/** At most as many series as a chart has: more cannot be distinguished in every kind of vision. */
export const SERIES_MAX = 4;

const SERIES_TOKENS = ['--series-1', '--series-2', '--series-3', '--series-4'] as const;

/** A text that changes with the theme: charts are drawn again when it does. */
export function useThemeKey(): string {
  const { theme } = usePreferences();
  const system = useSyncExternalStore(subscribe, describeSystem);
  return `${theme} ${system}`;
}

function subscribe(listener: () => void): () => void {
  const queries = SYSTEM_QUERIES.map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

function describeSystem(): string {
  return SYSTEM_QUERIES.map((query) => window.matchMedia(query).matches).join(' ');
}

/**
 * Reads them where a chart stands. The value of a token is `light-dark(…)`, which a canvas does not
 * know: an element that has it as its colour says what it comes to.
 */
export function readColours(place: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  place.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    series: SERIES_TOKENS.map(read),
    text: read('--text-second'),
    grid: read('--line'),
  };
  probe.remove();
  return colours;
}
