/** Runs a program for a limited time, whatever it and its children do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { err, ok, type Result } from '@novacron/contract/result';

/** Maximum length of each output; the rest is dropped. Unit: bytes. */
const OUTPUT_BYTES_MAX = 65_536;

/** A program, and what it is given. */
export interface Run {
  readonly program: string;
  readonly args: readonly string[];
  /** For its standard input, which ends then. */
  readonly input: string;
  readonly timeoutMs: number;
  /** Besides the search path. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Result of a program that exited on its own. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs it in a process group of its own, which is killed as a whole when its time is over: a child
 * that keeps the output open does not hold the caller up.
 * @returns failure where it cannot be started, ended by a signal, or did not end in time; a clause
 */
export function runBounded(run: Run): Promise<Result<Ended, string>> {
  const { program, args, input, timeoutMs, env = {} } = run;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    const end = (result: Result<Ended, string>): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => {
      killGroup(child);
      end(err(`did not answer within ${timeoutMs / 1_000} s`));
    }, timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] = (texts[name] + text).slice(0, OUTPUT_BYTES_MAX);
      });
    }
    child.on('error', (cause) => {
      const isMissing = 'code' in cause && cause.code === 'ENOENT';
      const why = isMissing ? `${program} is missing` : cause.message;
      end(err(`cannot be asked: ${why}`));
    });
    child.on('close', (code, signal) => {
      end(code === null ? err(`was ended by ${signal}`) : ok({ code, ...texts }));
    });
    // A program that does not read its input has ended, or will be.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Describes a program's failure: the last line of its output, or its exit code. */
export function faultOf({ code, stdout, stderr }: Ended): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const said = lines.findLast((line) => line !== '');
  return said === undefined ? `ended with the code ${code}` : `says: ${said.slice(0, 300)}`;
}
