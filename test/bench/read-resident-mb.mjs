/** Reads the resident memory of a process. */
import { readFileSync } from 'node:fs';

const KB_PER_MB = 1024;

/** Resident memory as Linux counts it, in MB. */
export function readResidentMb(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / KB_PER_MB;
}
