/** The command line of `systemd-run` for the scope of a process of a VM: a pure function. */
import type { ProcessLimits } from './plan-limits.ts';

/** A program and its arguments. */
export interface HostProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/** The slice of all VMs of a host; `novacron-vms.slice` in `systemd/` can limit them together. */
const VM_SLICE = 'novacron-vms.slice';

/** Everything that the command follows from. */
export interface ScopeCommandParts extends HostProgram {
  readonly name: string;
  readonly node: string;
  /** Suffix that makes the name of the scope unique. */
  readonly suffix: string;
  readonly limits?: ProcessLimits;
}

/** The command. `systemd-run --scope` puts itself into a scope and then becomes the program. */
export function buildScopeCommand(parts: ScopeCommandParts): HostProgram {
  const { name, node, suffix, limits, program, args } = parts;
  const properties = limits === undefined ? [] : scopeProperties(limits);
  return {
    program: 'systemd-run',
    args: [
      '--scope',
      // A scope that has failed is forgotten like one that has ended.
      '--collect',
      '--quiet',
      `--unit=novacron-${name}-${suffix}`,
      `--slice=${VM_SLICE}`,
      `--description=NovaCron ${name} of ${node}`,
      ...properties.map((property) => `--property=${property}`),
      '--',
      program,
      ...args,
    ],
  };
}

/** Limits as properties of a unit. */
export function scopeProperties({ memoryBytes, cpuPercent }: ProcessLimits): readonly string[] {
  return [`MemoryMax=${memoryBytes}`, `CPUQuota=${cpuPercent}%`];
}
