import type { Direction, LogEntry } from '../log-entry.ts';
import type { StepDefinition } from '../model.ts';

/** Where one direction of a step stands. */
export type SideState =
  | { readonly kind: 'untouched' }
  | { readonly kind: 'started'; readonly attempt: number }
  | {
      readonly kind: 'waiting-to-retry';
      readonly attempt: number;
      readonly notBeforeMs: number;
    }
  | { readonly kind: 'succeeded'; readonly attempt: number }
  | { readonly kind: 'failed'; readonly attempt: number; readonly message: string };

/** Where both directions of a step stand. */
export interface StepState {
  readonly forward: SideState;
  readonly backward: SideState;
}

const UNTOUCHED: SideState = { kind: 'untouched' };

/** Folds the log into the state of every step; entries about unknown steps are ignored. */
export function stateOfSteps(
  steps: readonly StepDefinition<unknown>[],
  log: readonly LogEntry[],
): ReadonlyMap<string, StepState> {
  const states = new Map<string, StepState>(
    steps.map((step) => [step.name, { forward: UNTOUCHED, backward: UNTOUCHED }]),
  );
  for (const entry of log) {
    const state = states.get(entry.step);
    if (state === undefined) continue;
    const next = nextSide(sideOf(state, entry.direction), entry);
    states.set(
      entry.step,
      entry.direction === 'do' ? { ...state, forward: next } : { ...state, backward: next },
    );
  }
  return states;
}

function sideOf(state: StepState, direction: Direction): SideState {
  return direction === 'do' ? state.forward : state.backward;
}

function nextSide(side: SideState, entry: LogEntry): SideState {
  switch (entry.kind) {
    case 'started':
      return { kind: 'started', attempt: entry.attempt };
    case 'succeeded':
      return { kind: 'succeeded', attempt: side.kind === 'untouched' ? 1 : side.attempt };
    case 'failed':
      if (entry.next === 'final') {
        return { kind: 'failed', attempt: entry.attempt, message: entry.message };
      }
      return {
        kind: 'waiting-to-retry',
        attempt: entry.attempt,
        notBeforeMs: entry.retry_at_ms,
      };
  }
}
