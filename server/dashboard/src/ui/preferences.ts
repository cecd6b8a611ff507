/**
 * Preferences of the user in this browser: theme and time zone. It contains nothing about the
 * fleet.
 */
import { useSyncExternalStore } from 'react';

/** `system` follows the setting of the operating system. */
export type Theme = 'system' | 'light' | 'dark';

/** The choices of the user. */
export interface Preferences {
  readonly theme: Theme;
  /** `local`, or UTC. */
  readonly timeZone: 'local' | 'utc';
}

const KEY = 'novacron-dashboard';
const listeners = new Set<() => void>();
let current = read();

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    const fields = Object.entries(stored ?? {});
    const of = (name: string) => fields.find(([field]) => field === name)?.[1];
    const theme = of('theme');
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'system',
      timeZone: of('timeZone') === 'utc' ? 'utc' : 'local',
    };
  } catch {
    return { theme: 'system', timeZone: 'local' };
  }
}

/** Applies the theme to the document. */
export function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (current.theme === 'system') delete dataset.theme;
  else dataset.theme = current.theme;
}

/** Changes choices; they are stored where the browser allows it. */
export function setPreferences(changed: Partial<Preferences>): void {
  current = Object.assign({}, current, changed);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser without storage still follows them until the page is closed.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** The choices, as state of a component. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
