/** Runners that tests start as processes of their own. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';

const PROGRAM = fileURLToPath(new URL('../../../cli/bin/novacron.mjs', import.meta.url));

/** With files that the runner inherits open: none of them may get to a step. */
const INHERITED: StdioOptions = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'];

/** A started runner. */
export interface RunnerProcess {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  readonly ready: () => Promise<string>;
  /** Waits for its end, after a signal if one is given. @returns the exit code */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `novacron runner`. @param within - a program with arguments that becomes the runner */
export function launchRunner(
  flags: readonly string[],
  within: readonly string[] = [],
): RunnerProcess {
  const { PATH = '' } = process.env;
  const [command = '', ...args] = [...within, process.execPath, PROGRAM, 'runner', ...flags];
  const child = spawn(command, args, { stdio: INHERITED, env: { PATH } });
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const closed = once(child, 'close');
  return {
    child,
    said,
    ready: async () => {
      const how = await waitUntil('the runner to be ready, or to end', () => {
        const ready = /is ready: (.*)\n/.exec(said.stdout)?.[1];
        return ready ?? (child.exitCode === null ? undefined : { ended: said.stderr });
      });
      if (typeof how === 'string') return how;
      throw new Error(`The runner has ended: ${how.ended}`);
    },
    end: async (signal) => {
      if (signal !== undefined) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
