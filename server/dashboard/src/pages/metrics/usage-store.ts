/**
 * Measurements outside of React: ring buffers by node and VM, filled while a page follows them.
 * They stay when the page is left, so that who comes back sees what was measured before.
 */
import { callByName } from '../../api/client.ts';
import { createRingBuffer, type RingBuffer } from '../../live/ring-buffer.ts';
import { earlierOf, type Measured, type Reading, readingOf, type Usage } from './usage-figures.ts';

/** A node or a VM. */
export interface Target {
  readonly noun: 'node' | 'vm';
  readonly id: string;
}

/** Known measurements of a target. */
export interface FollowedTarget extends Measured {
  readonly latest: Usage;
}

/** All that is known, and the last refusal. */
export interface UsageSnapshot {
  readonly targets: ReadonlyMap<string, FollowedTarget>;
  readonly cause: unknown;
}

/** Six hours of measurements, one every half minute. */
const READINGS_KEPT = 720;

/** Beyond this the target that was read longest ago is forgotten. */
const TARGETS_KEPT = 32;

type ReadUsage = (name: string, input: { readonly id: string }) => Promise<Usage>;

/** Polls targets and provides their measurements. */
export interface UsageStore {
  /** Reads the targets at once and after each interval until the returned function is called. */
  readonly follow: (targets: readonly Target[], everyMs: number | undefined) => () => void;
  /** A new object only if something was read since. */
  readonly snapshot: () => UsageSnapshot;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes a store; the dashboard has one. */
export function createUsageStore(
  read: ReadUsage = (name, input) => callByName<Usage>(name, input),
  nextFrame: (callback: () => void) => unknown = requestAnimationFrame,
): UsageStore {
  const buffers = new Map<string, RingBuffer<Reading>>();
  const lastAtMs = new Map<string, number>();
  const listeners = new Set<() => void>();
  let snapshot: UsageSnapshot = { targets: new Map(), cause: undefined };

  const take = (id: string, usage: Usage): void => {
    const buffer = buffers.get(id) ?? createRingBuffer<Reading>(READINGS_KEPT, nextFrame);
    buffers.delete(id);
    buffers.set(id, buffer);
    const found = readingOf(usage, Date.now());
    // Agents measure less often than pages ask.
    if (lastAtMs.get(id) !== found.atMs) buffer.push(found);
    lastAtMs.set(id, found.atMs);
  };
  const publish = (answers: readonly (readonly [string, Usage])[], cause: unknown): void => {
    const targets = new Map(snapshot.targets);
    for (const [id, latest] of answers) {
      const own = buffers.get(id)?.newestFirst().toReversed() ?? [];
      const since = own[0]?.atMs ?? Number.POSITIVE_INFINITY;
      const earlier = earlierOf(latest).filter(({ atMs }) => atMs < since);
      targets.set(id, { id, name: latest.name, latest, readings: [...earlier, ...own] });
    }
    for (const id of [...buffers.keys()].slice(0, -TARGETS_KEPT)) {
      buffers.delete(id);
      lastAtMs.delete(id);
      targets.delete(id);
    }
    snapshot = { targets, cause };
    for (const listener of listeners) listener();
  };
  const readAll = async (targets: readonly Target[]): Promise<void> => {
    let cause: unknown;
    const answers = await Promise.all(
      targets.map(async ({ noun, id }): Promise<readonly (readonly [string, Usage])[]> => {
        try {
          return [[id, await read(`${noun}.usage`, { id })]];
        } catch (found) {
          cause = found;
          return [];
        }
      }),
    );
    for (const [id, usage] of answers.flat()) take(id, usage);
    // The buffers tell their readers once a frame: what is published has what they have then.
    nextFrame(() => publish(answers.flat(), cause));
  };
  return {
    follow: (targets, everyMs) => {
      void readAll(targets);
      if (everyMs === undefined) return () => undefined;
      const timer = setInterval(() => void readAll(targets), everyMs);
      return () => clearInterval(timer);
    },
    snapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
