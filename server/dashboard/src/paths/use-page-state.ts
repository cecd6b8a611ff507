/** The state of a page, which is in its address: a link shows the same to others. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Values by name; an absent one is at its default. */
export type PageState = Readonly<Record<string, string | undefined>>;

/** Returns the state and what changes parts of it, without a new entry in the history. */
export function usePageState(): readonly [PageState, (changed: PageState) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = Object.fromEntries(
    Object.entries(search).map(([name, value]) => [
      name,
      value === undefined ? value : String(value),
    ]),
  );
  const change = useCallback(
    (changed: PageState) => {
      void navigate({
        to: '.',
        search: (old: Record<string, unknown>) => Object.assign({}, old, changed),
        replace: true,
      });
    },
    [navigate],
  );
  return [state, change];
}
