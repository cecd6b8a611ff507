/** The peak memory of processes that others start. */
import { readdirSync, readFileSync } from 'node:fs';

const POLL_MS = 20;
const KB_PER_MB = 1024;

/**
 * Watches all processes of an executable, as long as each of them lives.
 * @param {string} executable - its path, as it shows in their command lines
 * @returns {{ stop: () => number }} ends the watch and answers the peak of the biggest one, in MB
 */
export function watchPeak(executable) {
  let peakMb = 0;
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid)) peakMb = Math.max(peakMb, readPeakMb(pid, executable));
    }
  }, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peakMb;
    },
  };
}

/** Peak of the resident memory; 0 where it is another program, or has just ended. */
function readPeakMb(pid, executable) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    // The second word: the first one is Node, or a time measurement around it all.
    if (words[1] !== executable) return 0;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KB_PER_MB;
  } catch {
    return 0;
  }
}
