/** Finds the CPU baselines that a host can offer: QEMU builds a machine with each, and no guest. */
import { spawn } from 'node:child_process';
import type { Timers } from '@novacron/runtime/timers';
import { commandAs, type VmUser } from '../files/vm-user.ts';
import { baselineName, CPU_LEVELS, cpuModelOf } from '../machine/cpu-baselines.ts';
import type { Accelerator } from '../machine/host-facts.ts';

/** Longest that one machine may take to be built, on a busy host. Unit: ms. */
const BUILD_MS_MAX = 10_000;

/** What is examined. */
export interface BaselineRequest {
  readonly qemu: string;
  readonly accelerator: Accelerator;
  /** Vendor of the host's processors. */
  readonly vendor: string;
  readonly timers: Timers;
  /** The user that QEMU runs as; the agent's when absent. */
  readonly vmUser?: VmUser | undefined;
}

/** Finds them. @returns their names, from the least to the most; none where QEMU offers none */
export async function findCpuBaselines(request: BaselineRequest): Promise<readonly string[]> {
  // Each level has what the ones below it have.
  for (const [index, level] of [...CPU_LEVELS.entries()].reverse()) {
    if (!(await canBuild(request, cpuModelOf(level)))) continue;
    return CPU_LEVELS.slice(0, index + 1).map((each) => baselineName(request, each));
  }
  return [];
}

/** Has QEMU build a machine with a CPU, and ends it. */
function canBuild(
  { qemu, accelerator, timers, vmUser }: BaselineRequest,
  cpuModel: string,
): Promise<boolean> {
  const accel = ['-accel', accelerator, '-cpu', cpuModel];
  const bare = ['-machine', 'q35', '-m', '16', '-S', '-nodefaults', '-no-user-config'];
  const { program, args } = commandAs(vmUser, {
    program: qemu,
    args: [...bare, ...accel, '-display', 'none', '-qmp', 'stdio'],
  });
  const child = spawn(program, [...args], { stdio: ['pipe', 'ignore', 'ignore'] });
  return new Promise((resolve) => {
    const settle = (can: boolean): void => {
      cancel();
      resolve(can);
    };
    const cancel = timers.after(BUILD_MS_MAX, () => child.kill('SIGKILL'));
    child.once('error', () => settle(false));
    child.once('close', (code) => settle(code === 0));
    // One that has refused the CPU reads nothing.
    child.stdin.on('error', () => undefined);
    child.stdin.end('{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n');
  });
}
