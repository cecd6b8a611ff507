/**
 * A run directory belongs to one node, and to one process at a time: two agents would adopt the
 * same machines, and each would remove what the other one has made for them.
 */
import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { readStored, writeStored } from './drivers/qemu/files/stored-json.ts';
import { reasonOf } from './drivers/qemu/files/trouble.ts';
import { type DataDirLock, lockDirectory } from './process/lock-data-dir.ts';

/** Content of `node.json`: the node whose machines are in the directory. */
const RunNode = z.looseObject({ node: z.string() });

/**
 * Takes a run directory until the lock is released, or the process ends.
 * @returns `unavailable` while another process has it, `validation-failed` for that of another node
 */
export function claimRunDirectory(directory: string, node: string): Result<DataDirLock, Problem> {
  const words = 'run directory';
  const lock = lockDirectory({ directory, holder: 'agent', words, flag: '--run-dir' });
  if (!lock.ok) return lock;
  const trouble = claim(join(directory, 'node.json'), directory, node);
  if (trouble === undefined) return lock;
  lock.value.release();
  return err(trouble);
}

function claim(file: string, directory: string, node: string): Problem | undefined {
  try {
    const known = readStored(file, RunNode)?.node;
    if (known === undefined) writeStored(file, { node });
    if (known === undefined || known === node) return undefined;
    return problem('validation-failed', {
      detail: `The run directory ${directory} has the machines of ${known}, not of ${node}.`,
      remedy: `Set another --run-dir, or start the agent as ${known}.`,
    });
  } catch (cause) {
    return problem('unavailable', {
      detail: `${file} cannot be read or written: ${reasonOf(cause)}.`,
      remedy: 'Correct the cause, and start the agent again. Machines have not changed.',
    });
  }
}
