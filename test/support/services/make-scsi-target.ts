/**
 * A SCSI disk with persistent reservations for `sg_persist` of sg3-utils, which runs as it is: a
 * library that is preloaded into it stands for the kernel and the disk.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

const SOURCE = join(
  import.meta.dirname,
  '../../../server/src/adapters/fencing/storage/test-kit/scsi-target.c',
);

const findCompiler = () => findProgram({ name: 'gcc', install: 'a C compiler (Debian: g++)' });

const findSgPersist = () =>
  findProgram({ name: 'sg_persist', install: 'the SCSI utilities (Debian: sg3-utils)' });

/** A disk that several hosts reach. */
export interface ScsiTarget {
  /** Stands for `ssh`: runs a command as one of the hosts, each of which is an initiator. */
  readonly ssh: string;
  /** Path of the disk, the same on all hosts. */
  readonly device: string;
  /** Runs `sg_persist` on a host, as an operator would. @returns what it prints */
  readonly run: (host: string, ...args: readonly string[]) => string;
  readonly remove: () => void;
}

/** Makes a disk without any registration. @param hosts - names; others do not answer */
export function makeScsiTarget(hosts: readonly string[]): ScsiTarget {
  findSgPersist();
  const directory = mkdtempSync(join(tmpdir(), 'novacron-scsi-'));
  const library = join(directory, 'target.so');
  const compiled = spawnSync(findCompiler(), ['-shared', '-fPIC', '-o', library, SOURCE, '-ldl']);
  if (compiled.status !== 0) throw new Error(`the target was not compiled: ${compiled.stderr}`);
  const ssh = join(directory, 'ssh');
  const cases = hosts.map((host, at) => `  ${host}) initiator=${at} ;;`);
  writeFileSync(
    ssh,
    [
      '#!/bin/sh',
      'while [ "$1" != -- ]; do shift; done',
      'host=$2',
      'shift 2',
      'case $host in',
      ...cases,
      '  *) echo "ssh: connect to host $host port 22: No route to host" >&2; exit 255 ;;',
      'esac',
      // The shell itself sends no SCSI commands, and passes the library on.
      `export TARGET_STATE=${join(directory, 'state')} TARGET_INITIATOR=$initiator`,
      `export LD_PRELOAD=${library}`,
      'exec "$@"',
      '',
    ].join('\n'),
  );
  chmodSync(ssh, 0o755);
  const device = '/dev/null';
  return {
    ssh,
    device,
    run: (host, ...args) => {
      const command = ['--', host, 'sg_persist', '--no-inquiry', ...args, `--device=${device}`];
      const ended = spawnSync(ssh, command, { encoding: 'utf8' });
      if (ended.status !== 0) throw new Error(`sg_persist failed on ${host}: ${ended.stderr}`);
      return ended.stdout;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
