/**
 * One life of a server process. When it ends, no port call of it ever resumes: what a killed
 * process was waiting for is waited for no more.
 */

/** A life that is being lived, or has ended. */
export interface Life {
  /** Short, for the trace: `s1` is the first. */
  readonly name: string;
  readonly isAlive: () => boolean;
  /** Every port call begins here; the one at which the life ends has no effect. */
  readonly enter: () => 'alive' | 'dead';
  /** The life ends at one of the next port calls: 0 is the very next. */
  readonly endAfterCalls: (count: number) => void;
  /** Called once, in the order of asking. */
  readonly onEnd: (callback: () => void) => void;
}

/** Begins a life. */
export function beginLife(name: string): Life {
  const callbacks: (() => void)[] = [];
  let state: 'alive' | 'dead' = 'alive';
  let callsLeft = Number.POSITIVE_INFINITY;
  return {
    name,
    isAlive: () => state === 'alive',
    enter: () => {
      if (state === 'dead') return 'dead';
      if (callsLeft > 0) {
        callsLeft -= 1;
        return 'alive';
      }
      state = 'dead';
      for (const callback of callbacks) callback();
      return 'dead';
    },
    endAfterCalls: (count) => {
      callsLeft = Math.min(callsLeft, count);
    },
    onEnd: (callback) => callbacks.push(callback),
  };
}

/** Returns a promise that never settles, for a dead process. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
