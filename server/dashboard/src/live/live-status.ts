/** Whether events arrive, as words for people and as state of components. */
import { useSyncExternalStore } from 'react';

/** `paused`: the user has stopped updates. */
export type LiveStatus = 'connecting' | 'live' | 'reconnecting' | 'paused';

/** State of the mark in the header. */
export interface LiveState {
  readonly status: LiveStatus;
  /** Events that wait while updates are paused. */
  readonly waiting: number;
}

let state: LiveState = { status: 'connecting', waiting: 0 };
const listeners = new Set<() => void>();

/** Changes the state and reports it to all components that show it. */
export function setLive(next: Partial<LiveState>): void {
  const changed = Object.assign({}, state, next);
  if (changed.status === state.status && changed.waiting === state.waiting) return;
  state = changed;
  for (const listener of listeners) listener();
}

/** The state of live updates. */
export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
