/** Records which processes write to files, in the order in which the kernel saw it: fanotify(7). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import { makeOwnedDirectory, startOwnProcess } from './own-process.ts';

const findRecorder = () =>
  findProgram({ name: 'fatrace', install: 'the recorder of file accesses (Debian: fatrace)' });

/** A write, or several of one process in a row. */
export interface RecordedWrite {
  readonly pid: number;
  readonly path: string;
}

/** Record of writes to the file system of temporary files. */
export interface WriteLog {
  /** Writes to files below a directory so far, the first one first. */
  readonly writesBelow: (directory: string) => readonly RecordedWrite[];
  readonly stop: () => Promise<void>;
}

/** `vm_01m8e2jcp8ev(4966): W   /tmp/nh-x/disks/root.qcow2`; `C`: it was closed as well. */
const LINE = /^.*\((\d+)\): [A-Z]*W[A-Z]*\s+(\/.*)$/;

/** Starts to record; only root may. */
export async function startWriteLog(): Promise<WriteLog> {
  const { directory, remove } = makeOwnedDirectory('novacron-writes-', undefined);
  // All that is on the file system of its directory, which its own output is on, too.
  const args = ['--current-mount', '--filter=W'];
  const recorder = startOwnProcess(findRecorder(), args, { directory, identity: undefined });
  const read = (): readonly RecordedWrite[] =>
    recorder
      .output()
      .split('\n')
      .flatMap((line) => {
        const [, pid, path] = LINE.exec(line) ?? [];
        return pid === undefined || path === undefined ? [] : [{ pid: Number(pid), path }];
      });
  const stop = async (): Promise<void> => {
    await recorder.kill();
    remove();
  };
  try {
    await waitUntil('writes to be recorded', () => {
      if (recorder.hasEnded()) throw new Error(`fatrace does not run:\n${recorder.output()}`);
      writeFileSync(join(directory, 'probe'), 'x');
      return writesBelow(directory).length > 0 ? true : undefined;
    });
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { writesBelow, stop };

  function writesBelow(below: string): readonly RecordedWrite[] {
    return read().filter(({ path }) => path.startsWith(join(below, '/')));
  }
}
