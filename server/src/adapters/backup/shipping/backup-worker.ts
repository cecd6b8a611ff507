/** The thread that makes backups, so that neither copies nor hashes delay requests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredBackup, Verification } from '../../../ports/backups.ts';
import { serveTasks } from '../../threads/serve-tasks.ts';
import { openTargetFiles } from '../targets/open-target-files.ts';
import type { TargetFile, TargetFiles } from '../targets/target-files.ts';
import type { BackupAnswer, BackupTask } from './backup-tasks.ts';
import { loadMoment } from './load-moment.ts';
import { type BackupFiles, chooseMoment, findLostMs, markName, readBackups } from './part-names.ts';
import { createSaver, emptyDirectory } from './save-moment.ts';

/** A thread serves one server: its first task says which. */
let saver: ReturnType<typeof createSaver> | undefined;

serveTasks(async (task: BackupTask): Promise<BackupAnswer> => {
  const files = await openTargetFiles(task.source.target);
  if (task.kind === 'save') {
    saver ??= createSaver(task.source);
    return { kind: 'saved', moment: await saver(files, task.extent) };
  }
  const listed = await files.list();
  const backups = readBackups(listed);
  if (task.kind === 'list') return { kind: 'listed', backups: backups.map(toStored) };
  if (task.kind === 'verify') {
    return { kind: 'verified', verification: await verify(task, files, listed) };
  }
  const names = backups.filter(({ id }) => task.ids.includes(id)).flatMap((each) => each.names);
  await files.remove(names);
  return { kind: 'removed' };
});

function toStored({ id, startedAtMs, momentsMs, sizeBytes, verified }: BackupFiles): StoredBackup {
  return { id, startedAtMs, momentsMs, sizeBytes, verified };
}

/** Restores the newest moment to scratch, and leaves a mark at the target. */
async function verify(
  { id, nowMs, source }: Extract<BackupTask, { readonly kind: 'verify' }>,
  files: TargetFiles,
  listed: readonly TargetFile[],
): Promise<Verification> {
  const own = listed.filter(({ name }) => name.startsWith(id));
  const chosen = chooseMoment(readBackups(own));
  if (chosen === undefined) return { outcome: 'failed', reason: 'it is not at the target' };
  const { scratchDir } = source;
  emptyDirectory(scratchDir);
  const loaded = await loadMoment(files, chosen.names, scratchDir);
  const reason = faultOf(loaded, own);
  const outcome = reason === undefined ? 'passed' : 'failed';
  emptyDirectory(scratchDir);
  const mark = join(scratchDir, 'mark');
  writeFileSync(mark, `${outcome} ${new Date(chosen.atMs).toISOString()}\n`);
  await files.put(markName(id, outcome, nowMs), mark);
  return reason === undefined
    ? { outcome: 'passed', asOfMs: chosen.atMs }
    : { outcome: 'failed', reason };
}

function faultOf(
  loaded: Awaited<ReturnType<typeof loadMoment>>,
  own: readonly TargetFile[],
): string | undefined {
  if (loaded.kind !== 'loaded') return `${loaded.name} is not what was put into it`;
  if (findLostMs(own) === undefined) return undefined;
  return 'a file is missing, and the changes after it are lost';
}
