/** A list of bounded length that forgets its oldest entry: it lives outside of React. */

/** A ring buffer. */
export interface RingBuffer<Entry> {
  readonly push: (entry: Entry) => void;
  /** The entries, newest first. A new list only if something was pushed since. */
  readonly newestFirst: () => readonly Entry[];
  readonly subscribe: (listener: () => void) => () => void;
}

/** Makes a buffer of at most `capacity` entries. Listeners are called once a frame at most. */
export function createRingBuffer<Entry>(
  capacity: number,
  nextFrame: (callback: () => void) => unknown = requestAnimationFrame,
): RingBuffer<Entry> {
  const entries: Entry[] = [];
  const listeners = new Set<() => void>();
  let view: readonly Entry[] | undefined = [];
  let isScheduled = false;
  const report = () => {
    isScheduled = false;
    view = undefined;
    for (const listener of listeners) listener();
  };
  return {
    push: (entry) => {
      entries.push(entry);
      if (entries.length > capacity) entries.shift();
      if (isScheduled) return;
      isScheduled = true;
      nextFrame(report);
    },
    newestFirst: () => {
      view ??= entries.toReversed();
      return view;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
