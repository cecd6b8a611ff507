/** Finds out whether QEMU builds a machine: it starts no guest, and ends at once. */
import { spawn } from 'node:child_process';
import type { Timers } from '@novacron/runtime/timers';
import { commandAs, type VmUser } from '../files/vm-user.ts';
import { boundTo } from '../launch/bound-to.ts';
import type { Accelerator } from '../machine/host-facts.ts';

/** Longest that it may take, on a busy host. Unit: ms. */
const BUILD_MS_MAX = 10_000;

/** Settings of a trial machine. */
export interface BuildRequest {
  readonly qemu: string;
  readonly accelerator: Accelerator;
  readonly timers: Timers;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
  /** Processors of the host that it is bound to; all when absent. */
  readonly cpus?: string | undefined;
}

/** Has QEMU build a machine of 16 MiB. @param args - what is to be tried, besides */
export function buildsMachine(request: BuildRequest, args: readonly string[]): Promise<boolean> {
  const { qemu, accelerator, timers, vmUser, cpus } = request;
  const bare = ['-m', '16', '-S', '-nodefaults', '-no-user-config', '-display', 'none'];
  const command = commandAs(
    vmUser,
    boundTo(cpus, {
      program: qemu,
      args: ['-machine', 'q35', '-accel', accelerator, ...bare, '-qmp', 'stdio', ...args],
    }),
  );
  const child = spawn(command.program, [...command.args], { stdio: ['pipe', 'ignore', 'ignore'] });
  return new Promise((resolve) => {
    const settle = (isBuilt: boolean): void => {
      cancel();
      resolve(isBuilt);
    };
    const cancel = timers.after(BUILD_MS_MAX, () => child.kill('SIGKILL'));
    child.once('error', () => settle(false));
    child.once('close', (code) => settle(code === 0));
    // One that has refused the machine reads nothing.
    child.stdin.on('error', () => undefined);
    child.stdin.end('{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n');
  });
}
