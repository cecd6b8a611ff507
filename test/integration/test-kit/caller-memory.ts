/**
 * State of the resources that a caller made: the known state, or several possible states after a
 * lost response.
 */
import type { VmState, VolumeState, World } from './world.ts';
import { stateOfVm, stateOfVolume } from './world.ts';

/** Outcome of a write for its caller. */
export type OutcomeKind = 'acknowledged' | 'refused' | 'unknown';

/** Something that was made, as it was asked for. */
export type Made =
  | { readonly kind: 'vm'; readonly id: string; readonly state: VmState }
  | { readonly kind: 'volume'; readonly id: string; readonly state: VolumeState };

type AnyState = VmState | VolumeState;

interface Known {
  readonly kind: Made['kind'];
  readonly id: string;
  /** Possible current states; null: deleted. */
  states: readonly (AnyState | null)[];
}

type Repeat<Call> = (call: Call) => Promise<void>;

/** A caller's memory. */
export interface Memory<Call> {
  readonly add: (made: Made) => void;
  /** Notes a change: done, not done, or perhaps done. */
  readonly change: (outcome: OutcomeKind, id: string, apply: (state: AnyState) => AnyState) => void;
  /** Notes a deletion; what was plugged into a deleted VM is plugged in no more. */
  readonly remove: (outcome: OutcomeKind, id: string) => void;
  /** Remembers a create without a response, to be repeated. */
  readonly keepUnanswered: (repeat: Repeat<Call>) => void;
  readonly takeUnanswered: () => readonly Repeat<Call>[];
  readonly hasUnanswered: () => boolean;
  /** One of those that surely exist. @param chance - from 0 to just below 1 */
  readonly pick: (kind: Made['kind'], chance: number) => string | undefined;
  /** Whether it surely has this status. */
  readonly hasStatus: (id: string, status: string) => boolean;
  readonly count: (kind: Made['kind']) => number;
  /** Ids of all that may exist. */
  readonly ids: () => readonly string[];
  /** @returns a sentence for each thing that is not as it may be; learns what the others are */
  readonly check: (world: World) => readonly string[];
}

/** Makes an empty memory. */
export function makeMemory<Call>(): Memory<Call> {
  const known = new Map<string, Known>();
  let unanswered: Repeat<Call>[] = [];

  function alive(kind: Made['kind']): readonly Known[] {
    return [...known.values()].filter(
      (each) => each.kind === kind && each.states.every((state) => state !== null),
    );
  }

  function move(
    outcome: OutcomeKind,
    each: Known | undefined,
    apply: (state: AnyState) => AnyState | null,
  ): void {
    if (each === undefined || outcome === 'refused') return;
    const after = each.states.map((state) => (state === null ? null : apply(state)));
    each.states = outcome === 'acknowledged' ? after : [...each.states, ...after];
  }

  return {
    add: ({ kind, id, state }) => known.set(id, { kind, id, states: [state] }),
    change: (outcome, id, apply) => move(outcome, known.get(id), apply),
    remove: (outcome, id) => {
      move(outcome, known.get(id), () => null);
      for (const each of known.values()) {
        move(outcome, each, (state) =>
          'attached_to' in state && state.attached_to === id
            ? { ...state, attached_to: null }
            : state,
        );
      }
    },
    keepUnanswered: (repeat) => unanswered.push(repeat),
    takeUnanswered: () => {
      const taken = unanswered;
      unanswered = [];
      return taken;
    },
    hasUnanswered: () => unanswered.length > 0,
    pick: (kind, chance) => {
      const all = alive(kind);
      return all[Math.floor(chance * all.length)]?.id;
    },
    hasStatus: (id, status) =>
      known
        .get(id)
        ?.states.every(
          (state) => state !== null && 'status' in state && state.status === status,
        ) === true,
    count: (kind) => alive(kind).length,
    ids: () => [...known.keys()],
    check: (world) => {
      const faults = [...known.values()].flatMap((each) => checkOne(each, world.get(each.id)));
      for (const [id, { states }] of known) if (states.every(isGone)) known.delete(id);
      return faults;
    },
  };
}

function isGone(state: AnyState | null): boolean {
  return state === null;
}

/** Compares, and forgets what it was not. */
function checkOne(each: Known, found: string | undefined): readonly string[] {
  const fitting = each.states.find((state) => textOf(state) === found);
  if (fitting !== undefined) {
    each.states = [fitting];
    return [];
  }
  const allowed = [...new Set(each.states.map((state) => textOf(state) ?? 'gone'))];
  return [`${each.id} is ${found ?? 'gone'}, promised was ${allowed.join(' or ')}`];
}

function textOf(state: AnyState | null): string | undefined {
  if (state === null) return undefined;
  return 'size_gb' in state ? stateOfVolume(state) : stateOfVm(state);
}
