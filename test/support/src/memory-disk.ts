/**
 * Directory for test data that need not survive a power cut: flushing to a disk is the largest
 * cost.
 */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps these files in memory; elsewhere they go where temporary files go. */
const MEMORY_DISK = '/dev/shm';

/**
 * Makes an empty directory for data. Programs may not be started from it.
 * @returns its path; the caller removes it
 */
export function makeDataDirectory(prefix: string): string {
  return mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), prefix));
}
