/** Whether a host can give machines virtual TPMs. */
import { spawnSync } from 'node:child_process';

/** Looks for the program swtpm on the PATH of the agent. */
export function hasSwtpm(): boolean {
  return spawnSync('swtpm', ['--version'], { stdio: 'ignore' }).status === 0;
}
