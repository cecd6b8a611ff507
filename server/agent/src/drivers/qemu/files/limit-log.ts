/** Keeps logs that a guest writes from filling the disk of its host. */
import { closeSync, constants, copyFileSync, fstatSync, ftruncateSync, rmSync } from 'node:fs';
import { openOwnFile } from './open-own-file.ts';

/** A log that is larger is moved aside; two of this size are kept. Unit: bytes. */
const LOG_BYTES_MAX = 16 * 1_048_576;

/**
 * Moves a log that has become too large to `FILE.1`, and empties it: its writer appends and has it
 * open. Lines that are written in between may be lost. Links are left alone: the log may lie in a
 * directory of its writer.
 */
export function limitLog(path: string): void {
  let file: number | undefined;
  try {
    file = openOwnFile(path, 'write');
    if (fstatSync(file).size > LOG_BYTES_MAX) moveAside(file, `${path}.1`);
  } catch {
    // There is no log, or none that is looked after here.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function moveAside(file: number, earlier: string): void {
  try {
    rmSync(earlier, { force: true });
    copyFileSync(`/proc/self/fd/${file}`, earlier, constants.COPYFILE_EXCL);
  } catch {
    // There is no room for a copy: what is in the log has to go.
  }
  ftruncateSync(file);
}
