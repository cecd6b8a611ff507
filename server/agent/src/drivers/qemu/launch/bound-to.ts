/** Binds a process to processors of the host. */
import type { HostProgram } from './build-scope-command.ts';

/**
 * The command that becomes a program on some processors only, with all threads that it will have.
 * @param cpus - a list such as `0-3,8`; undefined: all
 */
export function boundTo(cpus: string | undefined, command: HostProgram): HostProgram {
  if (cpus === undefined) return command;
  const { program, args } = command;
  return { program: 'taskset', args: ['--cpu-list', cpus, program, ...args] };
}
