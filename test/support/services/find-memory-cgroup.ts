/** The file by which cgroups of version 2 pass controllers on, for suites about memory. */
import { findProgram } from './find-program.ts';

/** Throws where the host has no cgroup version 2, or controls memory by version 1. */
export function findMemoryCgroup(): void {
  findProgram({
    name: '/sys/fs/cgroup/cgroup.subtree_control',
    install: 'a kernel that is booted with cgroup version 2',
  });
}
