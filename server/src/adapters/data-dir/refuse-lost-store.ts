/** Recognizes a data directory that had a store, which is gone. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { STORE_FILE } from '../backup/manifest.ts';
import { adminKeyFileIn, agentsDirIn, listJournals, qemuDirIn } from './data-dir-files.ts';

/**
 * Refuses to create an empty store beside the files of an earlier one: its resources and keys would
 * be gone without a word.
 * @returns `unavailable` with `data.reason` store-missing; undefined if there is a store, or no
 * file of one
 */
export function refuseLostStore(dataDir: string): Problem | undefined {
  // SQLite takes an empty file for a new database.
  const { size = 0 } = statSync(join(dataDir, STORE_FILE), { throwIfNoEntry: false }) ?? {};
  if (size > 0) return undefined;
  const left = filesOfAStore(dataDir);
  if (left.length === 0) return undefined;
  return problem('unavailable', {
    detail:
      `The store ${STORE_FILE} is missing in ${dataDir}, or is empty, and the directory has ` +
      `files of an earlier server: ${left.join(', ')}.`,
    remedy:
      'Put the store back, or restore a backup to another directory: novacron restore --data-dir ' +
      'DIR --from FILE. To begin with an empty store, move these files away.',
    data: { reason: 'store-missing' },
  });
}

/** Files that a server creates after its store. */
function filesOfAStore(dataDir: string): readonly string[] {
  const names = [basename(adminKeyFileIn(dataDir)), 'sealing.key', `${STORE_FILE}-wal`];
  return [
    ...names.filter((name) => isFile(join(dataDir, name))),
    ...[agentsDirIn(dataDir), qemuDirIn(dataDir)].flatMap((directory) =>
      listJournals(directory).map((name) => join(basename(directory), name)),
    ),
  ];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
