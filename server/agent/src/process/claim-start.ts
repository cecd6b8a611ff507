/** The moments of an agent's starts, in their order whatever the clock of the host shows. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE_FILE_MODE } from '../secrets/private-files.ts';

/** Content: milliseconds since the Unix epoch, as decimal digits. */
const FILE = 'last-start';

/**
 * Returns a moment for a start that is later than those of all earlier starts from this data
 * directory, and stores it there. It is the time of day, unless the clock was ahead at an earlier
 * start: servers take what an earlier start says for outdated.
 * @param dataDir - exists, and belongs to this process
 * @param nowMs - milliseconds since the Unix epoch
 */
export function claimStart(dataDir: string, nowMs: number): number {
  const file = join(dataDir, FILE);
  const startedAtMs = Math.max(nowMs, readLast(file) + 1);
  const next = `${file}.next`;
  try {
    writeFileSync(next, `${startedAtMs}\n`, { mode: PRIVATE_FILE_MODE, flush: true });
    renameSync(next, file);
  } catch {
    // A full disk stops no agent: machines need it. Order is lost if the clock is set back as well.
  }
  return startedAtMs;
}

/** 0 before the first start, and where the file is damaged. */
function readLast(file: string): number {
  try {
    const last = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(last) ? last : 0;
  } catch {
    return 0;
  }
}
