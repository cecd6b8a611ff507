/** Shows how far a long computation is: in place on a terminal, else in a line now and then. */
import type { CliIo } from '../io/cli-io.ts';
import { CLEAR_LINE } from './style.ts';

/** Progress of work on a known number of items. */
export interface WorkProgress {
  /** Says how many are done; may be called as often as one likes. */
  readonly show: (done: number) => void;
  readonly end: () => void;
}

/** Often enough for an eye. Unit: milliseconds. */
const REDRAW_MS = 200;

/** A log is not filled faster than this. Unit: milliseconds. */
const LINE_PAUSE_MS = 5_000;

/**
 * Begins to show progress on standard error.
 * @param work - `what`: `placing`; `total`: how many things there are
 */
export function startWorkProgress(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  work: { readonly what: string; readonly total: number; readonly shown: 'shown' | 'hidden' },
): WorkProgress {
  const { what, total } = work;
  if (work.shown === 'hidden') return { show: () => {}, end: () => {} };
  const { isTerminal } = io.stderr;
  const pauseMs = isTerminal ? REDRAW_MS : LINE_PAUSE_MS;
  let lastMs = io.nowMs();
  let isDrawn = false;
  return {
    show: (done) => {
      const nowMs = io.nowMs();
      if (nowMs - lastMs < pauseMs) return;
      lastMs = nowMs;
      isDrawn = true;
      const text = `${what}: ${done} of ${total} (${Math.floor((done / total) * 100)} %)`;
      io.stderr.write(isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    end: () => {
      if (isTerminal && isDrawn) io.stderr.write(CLEAR_LINE);
    },
  };
}
