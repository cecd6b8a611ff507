/** Plans which of the actions that follow begin now, and in which order. */
import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type { Env } from '../../env.ts';

/** The trigger state of an action on a resource. */
export interface TriggerState {
  readonly key: string;
  /** Since when it follows; null where it does not. Unit: ms since the Unix epoch. */
  readonly heldSinceMs: number | null;
  /** Start of its last run; null: never. Unit: ms since the Unix epoch. */
  readonly firedAtMs: number | null;
  /** Number of consecutive refusals; 0 once it has begun. */
  readonly refusals: number;
}

/** An action that follows now. */
export interface FollowingAction {
  readonly key: string;
  /** `once`: each time that its rule comes to hold. `again`: as long as the rule holds. */
  readonly pace: 'once' | 'again';
  /** Time for which it must have followed from the rules. Unit: ms. */
  readonly delayMs: number;
  /** The least time between two times. Unit: ms. */
  readonly cooldownMs: number;
  /** Its place among those that begin: see {@link urgencyOf}. */
  readonly urgency: number;
}

/** The urgency of a restart, by its priority. */
const URGENCIES = { immediate: 0, high: 1, normal: 2, low: 3 } as const;

/**
 * Returns the urgency of an action; the lowest value begins first. Restarts specify it, an
 * evacuation ranks like a restart of high priority, and every other action like a restart of normal
 * priority.
 */
export function urgencyOf(action: OrchestrationAction): number {
  if (action.type === 'restart') return URGENCIES[action.parameters.priority];
  if (action.type === 'migrate' && action.parameters.goal === 'evacuate') return URGENCIES.high;
  return URGENCIES.normal;
}

/** The actions that begin, and the states to store. */
export interface TriggerPlan {
  /** States of the actions that begin, as they are afterwards; the most urgent first. */
  readonly fire: readonly TriggerState[];
  /** States that changed otherwise. */
  readonly changed: readonly TriggerState[];
  /** Keys that nothing needs any more. */
  readonly forget: readonly string[];
}

/** Retention of the state of an action that no longer follows: the longest cooldown. */
const REMEMBERED_MS = 7 * 86_400_000;

/** The least time between two attempts at an action that is refused. Unit: ms. */
const RETRY_MS_MIN = 15_000;

/** The most, unless the cooldown is longer. Unit: ms. */
const RETRY_MS_MAX = 3_600_000;

/** Plans a round. An action is in at most one of the lists; unchanged states are in none. */
export function planTriggers(
  {
    following,
    known,
  }: {
    readonly following: readonly FollowingAction[];
    readonly known: readonly TriggerState[];
  },
  { nowMs }: Pick<Env, 'nowMs'>,
): TriggerPlan {
  const states = new Map(known.map((state) => [state.key, state]));
  const inOrder = [...following].sort((left, right) => left.urgency - right.urgency);
  const fire: TriggerState[] = [];
  const changed: TriggerState[] = [];
  for (const each of inOrder) {
    const { key } = each;
    const state = states.get(key) ?? { key, heldSinceMs: null, firedAtMs: null, refusals: 0 };
    states.delete(key);
    const heldSinceMs = state.heldSinceMs ?? nowMs;
    if (isDue(each, { ...state, heldSinceMs }, nowMs)) {
      fire.push({ ...state, heldSinceMs, firedAtMs: nowMs });
    } else if (state.heldSinceMs === null) changed.push({ ...state, heldSinceMs });
  }
  const gone = [...states.values()];
  const isOver = ({ firedAtMs }: TriggerState) =>
    firedAtMs === null || nowMs - firedAtMs > REMEMBERED_MS;
  return {
    fire,
    changed: [
      ...changed,
      ...gone
        .filter((state) => state.heldSinceMs !== null && !isOver(state))
        .map((state) => ({ ...state, heldSinceMs: null })),
    ],
    forget: gone.filter(isOver).map(({ key }) => key),
  };
}

function isDue(
  { pace, delayMs, cooldownMs }: FollowingAction,
  { heldSinceMs, firedAtMs, refusals }: TriggerState & { readonly heldSinceMs: number },
  nowMs: number,
): boolean {
  if (nowMs - heldSinceMs < delayMs) return false;
  if (firedAtMs === null) return true;
  if (refusals > 0) return nowMs - firedAtMs >= retryMs(cooldownMs, refusals);
  return nowMs - firedAtMs >= cooldownMs && (pace === 'again' || firedAtMs < heldSinceMs);
}

/**
 * The time until a refused action is tried again: its cooldown, then twice as long each time.
 * Source of the idea: binary exponential backoff (Metcalfe and Boggs, 1976, "Ethernet").
 */
function retryMs(cooldownMs: number, refusals: number): number {
  const firstMs = Math.max(RETRY_MS_MIN, cooldownMs);
  return Math.min(firstMs * 2 ** (refusals - 1), Math.max(RETRY_MS_MAX, firstMs));
}
