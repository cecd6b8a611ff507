/** Directory for the temporary files of a test run: in memory if there is room. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps these files in memory. */
const MEMORY_DISK = '/dev/shm';

/** A run holds up to 1 GiB at a time, and its processes need memory too. */
const ROOM_BYTES_MIN = 4 * 2 ** 30;
const MEMORY_BYTES_MIN = 8 * 2 ** 30;

/**
 * Makes the directory of a run, which PostgreSQL's account may pass through.
 * @returns its path; the caller removes it
 */
export function makeTemporaryDirectory() {
  const directory = mkdtempSync(join(isFit() ? MEMORY_DISK : tmpdir(), 'novacron-tests-'));
  chmodSync(directory, 0o711);
  return directory;
}

function isFit() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK);
    const hasRoom = bavail * bsize >= ROOM_BYTES_MIN && freemem() >= MEMORY_BYTES_MIN;
    return hasRoom && startsPrograms();
  } catch {
    // Not on Linux, or not for us.
    return false;
  }
}

/** Containers often forbid programs there, and tests write some. */
function startsPrograms() {
  const directory = mkdtempSync(join(MEMORY_DISK, 'novacron-tests-'));
  try {
    const program = join(directory, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
