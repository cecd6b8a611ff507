/**
 * Artifacts in the memory of a runner: parts that arrive for an attempt before it begins, and files
 * that an attempt has saved until a server has stored them. Nothing of them is on a disk.
 */
import { createHash, type Hash } from 'node:crypto';
import { ARTIFACT_PART_BYTES, type RunnerOrder } from '@novacron/contract/automation/runner';
import type { Timers } from '@novacron/runtime/timers';
import type { LoadedFile } from '../isolation/isolate.ts';
import type { SavedFile } from './collect-artifacts.ts';

/** A server that sends nothing for longer has ended. Unit: ms. */
const ARRIVE_MS_MAX = 60_000;

/** A server that goes on after another one was killed asks earlier. Unit: ms. */
const HELD_MS_MAX = 3_600_000;

type Load = NonNullable<RunnerOrder['artifacts']>['load'];

/** The artifacts of a runner. Attempts are named by their keys. */
export interface HeldArtifacts {
  /** Number of attempts whose artifacts it holds: each takes a place. */
  readonly attempts: () => number;
  /** Whether artifacts arrive for an attempt. */
  readonly awaits: (key: string) => boolean;
  /** Waits for artifacts of an attempt. @returns the first that is missing */
  readonly expect: (key: string, load: Load) => string | undefined;
  /** Takes a part of an artifact that is expected. @returns whether it follows the one before */
  readonly put: (key: string, part: ArrivingPart) => boolean;
  /** What has arrived for an attempt, which it takes with it. */
  readonly take: (key: string) => readonly LoadedFile[];
  /** Holds what an attempt has saved. */
  readonly hold: (key: string, files: ReadonlyMap<string, SavedFile>) => void;
  /** A part of a saved file; undefined where it is not held, or has ended there. */
  readonly read: (
    key: string,
    of: { readonly artifact: string; readonly offset: number },
  ) => Buffer | undefined;
  readonly release: (key: string) => void;
  /** Waits until no saved file is held. */
  readonly emptied: () => Promise<void>;
  /** Forgets all of them. */
  readonly close: () => void;
}

/** A part that arrives. */
interface ArrivingPart {
  readonly artifact: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What has arrived of an artifact. */
interface Arriving {
  readonly parts: Buffer[];
  readonly sum: Hash;
  bytes: number;
}

interface Arrival {
  readonly load: Load;
  readonly arriving: Map<string, Arriving>;
  readonly cancel: () => void;
}

interface Held {
  readonly files: ReadonlyMap<string, SavedFile>;
  readonly cancel: () => void;
}

/** Makes the memory of a runner. */
export function holdArtifacts(timers: Timers): HeldArtifacts {
  const arrivals = new Map<string, Arrival>();
  const held = new Map<string, Held>();
  let onEmpty = (): void => {};

  const awaitParts = (key: string, { load, arriving }: Omit<Arrival, 'cancel'>): void => {
    arrivals.get(key)?.cancel();
    const cancel = timers.after(ARRIVE_MS_MAX, () => arrivals.delete(key));
    arrivals.set(key, { load, arriving, cancel });
  };

  const release = (key: string): void => {
    held.get(key)?.cancel();
    held.delete(key);
    if (held.size === 0) onEmpty();
  };

  return {
    attempts: () => arrivals.size + held.size,
    awaits: (key) => arrivals.has(key),
    expect: (key, load) => {
      if (load.length === 0) return undefined;
      const arriving = arrivals.get(key)?.arriving ?? new Map<string, Arriving>();
      awaitParts(key, { load, arriving });
      const missing = load.find(({ artifact, bytes }) => {
        return (arriving.get(artifact)?.bytes ?? 0) !== bytes;
      });
      return missing?.artifact;
    },
    put: (key, { artifact, offset, bytes }) => {
      const arrival = arrivals.get(key);
      const expected = arrival?.load.find((each) => each.artifact === artifact);
      if (arrival === undefined || expected === undefined) return false;
      const { arriving } = arrival;
      const known = offset === 0 ? undefined : arriving.get(artifact);
      const of = known ?? { parts: [], sum: createHash('sha256'), bytes: 0 };
      if (of.bytes !== offset || offset + bytes.length > expected.bytes) return false;
      of.parts.push(bytes);
      of.sum.update(bytes);
      of.bytes += bytes.length;
      arriving.set(artifact, of);
      awaitParts(key, arrival);
      if (of.bytes < expected.bytes || of.sum.digest('hex') === expected.sha256) return true;
      arriving.delete(artifact);
      return false;
    },
    take: (key) => {
      const arrival = arrivals.get(key);
      arrival?.cancel();
      arrivals.delete(key);
      return (arrival?.load ?? []).map(({ artifact: name }) => {
        return { name, parts: arrival?.arriving.get(name)?.parts ?? [] };
      });
    },
    hold: (key, files) => {
      held.set(key, { files, cancel: timers.after(HELD_MS_MAX, () => release(key)) });
    },
    read: (key, { artifact, offset }) => {
      const part = held.get(key)?.files.get(artifact)?.bytes.subarray(offset);
      return part === undefined || part.length === 0
        ? undefined
        : part.subarray(0, ARTIFACT_PART_BYTES);
    },
    release,
    emptied: () => {
      return new Promise((resolve) => {
        onEmpty = resolve;
        if (held.size === 0) resolve();
      });
    },
    close: () => {
      for (const { cancel } of [...arrivals.values(), ...held.values()]) cancel();
      arrivals.clear();
      held.clear();
    },
  };
}
