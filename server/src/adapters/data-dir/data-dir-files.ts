/** Files in the server's data directory besides its store. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_DIR_MODE = 0o700;

/** Returns the directory in which embedded agents store their machines and journals. */
export function agentsDirIn(dataDir: string): string {
  return join(dataDir, 'agents');
}

/** Directory of the runner that the server starts. */
export function runnerDirIn(dataDir: string): string {
  return join(dataDir, 'runner');
}

/** Returns the directory of the host agent's journal, and of QEMU machines and disks. */
export function qemuDirIn(dataDir: string): string {
  return join(dataDir, 'qemu');
}

/** Names of the journals of agents in a directory, which need not exist. */
export function listJournals(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.db')) : [];
}

/** Returns the path of the first API key. */
export function adminKeyFileIn(dataDir: string): string {
  return join(dataDir, 'admin.key');
}

/** Makes the directory; `unavailable` when that cannot be. */
export function makeDataDir(dataDir: string): Result<void, Problem> {
  try {
    mkdirSync(agentsDirIn(dataDir), { recursive: true, mode: PRIVATE_DIR_MODE });
    return ok(undefined);
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `The data directory ${dataDir} cannot be used: ${reasonOf(cause)}`,
        remedy: 'Set --data-dir to a directory that this user may write.',
      }),
    );
  }
}

/** Writes a secret to a file that only this user may read; `unavailable` when that cannot be. */
export function writeSecret(file: string, secret: string): Result<void, Problem> {
  try {
    // The mode counts for new files only, and the secret may not be in a file that others read.
    rmSync(file, { force: true });
    writeFileSync(file, `${secret}\n`, { mode: PRIVATE_FILE_MODE, flag: 'wx', flush: true });
    return ok(undefined);
  } catch (cause) {
    return err(
      problem('unavailable', {
        detail: `The first API key cannot be written to ${file}: ${reasonOf(cause)}`,
        remedy: 'Free disk space, or remove the existing file, and start again.',
      }),
    );
  }
}

/** Takes a secret away again. */
export function removeSecret(file: string): void {
  rmSync(file, { force: true });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
