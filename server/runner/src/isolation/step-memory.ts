/**
 * The memory limit of a step: a cgroup (version 2) for all its processes and files, where the
 * runner may make one; elsewhere the address space of each process. Source: Linux, "Control Group
 * v2", with its rule that a group with controllers below it has no processes of its own.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** How a runner limits the memory of its steps. */
export type StepMemory =
  | { readonly kind: 'cgroup'; readonly parent: string }
  /** With the reason, in words that follow "because". */
  | { readonly kind: 'process'; readonly reason: string };

/** The cgroup of one step. */
export interface MemoryGroup {
  readonly path: string;
  /** Whether the kernel has killed a process in it, as memory ran out. */
  readonly hasKilled: () => boolean;
  /** Removes it; one in which processes are left stays. */
  readonly close: () => void;
}

const ROOT = '/sys/fs/cgroup';

/** The runner's own group, beside those of its steps. */
const OWN_GROUP = 'novacron-runner';

const STEP_GROUP = 'novacron-step-';

/** Finds out how this runner limits memory, and prepares its cgroup where it has one. */
export function openStepMemory(): StepMemory {
  const { groups, reason } = groupsOf(readText('/proc/self/cgroup'));
  if (groups === undefined) return { kind: 'process', reason };
  const own = join(groups, OWN_GROUP);
  // The root of all groups may have processes beside groups, and has no type.
  const mustMove = existsSync(join(groups, 'cgroup.type'));
  try {
    if (mustMove) {
      mkdirSync(own, { recursive: true });
      moveProcesses(groups, own);
    }
    writeFileSync(join(groups, 'cgroup.subtree_control'), '+memory');
    removeLeft(groups);
    return { kind: 'cgroup', parent: groups };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it is refused';
    return { kind: 'process', reason: `the cgroup ${groups} is not the runner's own: ${why}` };
  }
}

/** @param text - `/proc/self/cgroup` */
function groupsOf(text: string): { readonly groups?: string; readonly reason: string } {
  const path = /^0::(\/.*)$/m.exec(text)?.[1];
  if (path === undefined) return { reason: 'this host has no cgroup version 2' };
  const groups = join(ROOT, path);
  const controllers = readText(join(groups, 'cgroup.controllers')).split(/\s+/);
  return controllers.includes('memory')
    ? { groups, reason: '' }
    : { reason: `the cgroup ${path} (version 2) does not control memory` };
}

/** Moves only this process and those that it has started: others are not the runner's to move. */
function moveProcesses(from: string, to: string): void {
  const others = readText(join(from, 'cgroup.procs'))
    .split('\n')
    .filter((pid) => pid !== '' && Number(pid) !== process.pid);
  if (others.length > 0) throw new Error('other processes are in it');
  writeFileSync(join(to, 'cgroup.procs'), `${process.pid}`);
}

/** Removes groups of steps that ended with an earlier start of the runner. */
function removeLeft(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (name.startsWith(STEP_GROUP)) remove(join(parent, name));
  }
}

/** Makes the cgroup of a step. @throws Error where the kernel refuses it */
export function openMemoryGroup(parent: string, uid: number, limitMib: number): MemoryGroup {
  const path = join(parent, `${STEP_GROUP}${uid}`);
  remove(path);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'memory.max'), `${limitMib * 2 ** 20}`);
  writeFileSync(join(path, 'memory.oom.group'), '1');
  const swap = join(path, 'memory.swap.max');
  if (existsSync(swap)) writeFileSync(swap, '0');
  return {
    path,
    hasKilled: () => /^oom_kill [1-9]/m.test(readText(join(path, 'memory.events'))),
    close: () => remove(path),
  };
}

function remove(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is not there, or its processes cannot be killed.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
