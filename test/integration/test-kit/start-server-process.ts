/** A server as its own process, as people start it: the built `novacron server`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@novacron/testing/wait-until';

const PROGRAM = fileURLToPath(new URL('../../../server/cli/bin/novacron.mjs', import.meta.url));

/** Result of an ended process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface ServerProcess {
  readonly url: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Ends it as a power cut would, as far as a process can tell. */
  readonly kill: () => Promise<Ended>;
  /** Asks it to stop and waits until it has. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
}

interface Running {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
}

/** Runs `novacron` to its end. */
export async function runNovacron(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return ended(launch(args, env));
}

/** Starts `novacron server` and waits until it says that it is ready. */
export async function startServerProcess(
  dataDir: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const launched = launchServerProcess(dataDir, flags, env);
  try {
    return { ...launched, url: await launched.ready() };
  } catch (cause) {
    await launched.kill();
    throw cause;
  }
}

/** Starts `novacron server` and waits for nothing. */
export function launchServerProcess(
  dataDir: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Omit<ServerProcess, 'url'> & { readonly ready: () => Promise<string> } {
  const place = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', '--log-level', 'error'];
  const running = launch(['server', ...place, ...flags], env);
  const { child, said } = running;
  const signal = async (name: NodeJS.Signals): Promise<Ended> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    return ended(running);
  };
  return {
    ready: async () => {
      const found = await waitUntil('the server to be ready', () => {
        const url = /is ready at (\S+)\n/.exec(said.stdout)?.[1];
        return url !== undefined || child.exitCode !== null ? { url } : undefined;
      });
      if (found.url !== undefined) return found.url;
      throw new Error(`the server has ended: ${said.stdout}${said.stderr}`);
    },
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    kill: () => signal('SIGKILL'),
    stop: (name = 'SIGTERM') => signal(name),
  };
}

function launch(args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, TMPDIR, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return { child, said };
}

async function ended({ child, said }: Running): Promise<Ended> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, ...said };
}
