/** Moments: absolute in the chosen time zone, and how long ago. */
import { useSyncExternalStore } from 'react';
import { serverNowMs } from '../api/server-clock.ts';
import { usePreferences } from './preferences.ts';

const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const TICK_MS = 10_000;

let nowMs = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all moments of a page. */
function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => nowMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    // Without a listener the clock has stood still.
    nowMs = serverNowMs();
    timer = setInterval(() => {
      nowMs = serverNowMs();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Describes the distance of a past or future time. A time a few seconds ahead is `just now`: clocks
 * of browsers and servers differ.
 */
function describeAge(atMs: number, fromMs: number): string {
  const seconds = Math.round((fromMs - atMs) / SECOND_MS);
  const size = Math.abs(seconds);
  if (size < MINUTE_S / 2) return 'just now';
  const amount =
    size < HOUR_S
      ? `${Math.max(1, Math.round(size / MINUTE_S))} min`
      : size < DAY_S * 2
        ? `${Math.round(size / HOUR_S)} h`
        : `${Math.round(size / DAY_S)} d`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}

/** A moment in the chosen time zone: `26 Nov 2026, 07:55:08 UTC`. */
export function formatMoment(at: Date, timeZone: 'local' | 'utc'): string {
  const text = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: timeZone === 'utc' ? 'UTC' : undefined,
  }).format(at);
  return timeZone === 'utc' ? `${text} UTC` : text;
}

/** Renders a moment; `look` chooses between the age, with the moment as its title, and both. */
export function Moment({ at, look = 'age' }: { at: unknown; look?: 'age' | 'full' }) {
  const { timeZone } = usePreferences();
  const now = useNowMs();
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return <>–</>;
  const date = new Date(at);
  const full = formatMoment(date, timeZone);
  const age = describeAge(date.getTime(), now);
  return (
    <time dateTime={at} title={full}>
      {look === 'age' ? age : `${full} (${age})`}
    </time>
  );
}
