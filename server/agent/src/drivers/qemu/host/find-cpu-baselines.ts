/** Finds the CPU baselines that a host can offer: QEMU builds a machine with each, and no guest. */
import { baselineName, CPU_LEVELS, cpuModelOf } from '../machine/cpu-baselines.ts';
import { type BuildRequest, buildsMachine } from './builds-machine.ts';

/** Host to find CPU baselines for. */
export interface BaselineRequest extends BuildRequest {
  /** Vendor of the host's processors. */
  readonly vendor: string;
}

/** Finds them. @returns their names, from the least to the most; none where QEMU offers none */
export async function findCpuBaselines(request: BaselineRequest): Promise<readonly string[]> {
  // Each level has what the ones below it have.
  for (const [index, level] of [...CPU_LEVELS.entries()].reverse()) {
    if (!(await buildsMachine(request, ['-cpu', cpuModelOf(level)]))) continue;
    return CPU_LEVELS.slice(0, index + 1).map((each) => baselineName(request, each));
  }
  return [];
}
