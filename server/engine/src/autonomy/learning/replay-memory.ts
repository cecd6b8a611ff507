/** Remembers steps, and forgets the oldest. Source: Lin, "Self-improving reactive agents" (1992). */
import type { Rng } from '../../env.ts';

/** Steps, each in the same place of all arrays. */
export interface ReplayMemory {
  readonly capacity: number;
  readonly width: number;
  count: number;
  next: number;
  /** Encoded, one row a step. */
  readonly states: Float64Array;
  readonly laterStates: Float64Array;
  readonly actions: Uint8Array;
  readonly rewards: Float64Array;
  /** Bits of the actions that are allowed afterwards. */
  readonly laterAllowed: Uint16Array;
  /** 1: nothing follows. */
  readonly isLast: Uint8Array;
}

/** One step. */
export interface Experience {
  readonly state: Float64Array;
  readonly action: number;
  /** Finite. */
  readonly reward: number;
  readonly laterState: Float64Array;
  readonly laterAllowed: number;
  readonly isLast: boolean;
}

/** Makes an empty one. */
export function makeReplayMemory(capacity: number, width: number): ReplayMemory {
  return {
    capacity,
    width,
    count: 0,
    next: 0,
    states: new Float64Array(capacity * width),
    laterStates: new Float64Array(capacity * width),
    actions: new Uint8Array(capacity),
    rewards: new Float64Array(capacity),
    laterAllowed: new Uint16Array(capacity),
    isLast: new Uint8Array(capacity),
  };
}

/** Remembers a step. */
export function remember(memory: ReplayMemory, experience: Experience): void {
  const { next, width, capacity } = memory;
  memory.states.set(experience.state, next * width);
  memory.laterStates.set(experience.laterState, next * width);
  memory.actions[next] = experience.action;
  memory.rewards[next] = experience.reward;
  memory.laterAllowed[next] = experience.laterAllowed;
  memory.isLast[next] = experience.isLast ? 1 : 0;
  memory.next = (next + 1) % capacity;
  memory.count = Math.min(capacity, memory.count + 1);
}

/** Draws places with replacement. */
export function drawPlaces({ count }: ReplayMemory, places: Int32Array, rng: Rng): void {
  for (let at = 0; at < places.length; at += 1) places[at] = Math.floor(rng.next() * count);
}
