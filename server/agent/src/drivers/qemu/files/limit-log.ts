/** Keeps logs that a guest writes from filling the disk of its host. */
import { copyFileSync, statSync, truncateSync } from 'node:fs';

/** A log that is larger is moved aside; two of this size are kept. Unit: bytes. */
const LOG_BYTES_MAX = 16 * 1_048_576;

/**
 * Moves a log that has become too large to `FILE.1`, and empties it: its writer appends and has it
 * open. Lines that are written in between may be lost.
 */
export function limitLog(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LOG_BYTES_MAX) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // There is no room for a copy: what is in the log has to go.
  }
  truncateSync(file);
}
