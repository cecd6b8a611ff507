/** Agents that tests start as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';

const PROGRAM = fileURLToPath(new URL('../../../cli/bin/novacron.mjs', import.meta.url));

/** A started agent. */
export interface AgentProcess {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  /** @returns which nodes it runs, on which bus */
  readonly ready: () => Promise<string>;
  /** Waits for its end, after a signal if one is given. @returns the exit code */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Options for starting an agent. */
export interface LaunchOptions {
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A program with arguments that becomes the agent, such as one that enters a namespace. */
  readonly within?: readonly string[];
}

/** Starts `novacron agent`. */
export function launchAgent(flags: readonly string[], options: LaunchOptions = {}): AgentProcess {
  const { env = {}, within = [] } = options;
  const { PATH = '', HOME = '' } = process.env;
  const [command = '', ...args] = [...within, process.execPath, PROGRAM, 'agent', ...flags];
  const child = spawn(command, args, {
    stdio: 'pipe',
    env: { PATH, HOME, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const closed = once(child, 'close');
  return {
    child,
    said,
    ready: () =>
      waitUntil('the agent to be ready', () => /is ready: (.*)\n/.exec(said.stdout)?.[1]),
    end: async (signal) => {
      if (signal !== undefined) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
