/** Starts Git, GnuPG and Terraform with an environment that nothing else is in. */
import { spawn } from 'node:child_process';

/** A program to run. */
export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Longest output; a program that writes more is killed. Unit: bytes. */
  readonly outputBytesMax: number;
  /** Time limit, after which it is killed. Unit: ms. */
  readonly timeoutMs: number;
  /** Called with each line of output. */
  readonly onLine?: (line: string) => void;
  /** Ends the program with SIGINT when aborted, and waits for it. */
  readonly signal?: AbortSignal;
  /** Kills the program when aborted; `endedBy` is then `killed`. */
  readonly killSignal?: AbortSignal;
}

/** How a program has ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: Buffer;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
  readonly endedBy: 'itself' | 'time' | 'output' | 'killed' | 'missing';
}

/** What is kept of standard error. Unit: characters. */
const STDERR_LENGTH_MAX = 16_384;

/**
 * Runs a program to its end. Never rejects. It is in a session of its own: a signal to the group of
 * this process reaches it once, through `signal`.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, args, cwd, env, signal, killSignal, onLine } = run;
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { cwd, env, stdio: 'pipe', detached: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let rest = '';
    let endedBy: ProgramEnd['endedBy'] = 'itself';
    const kill = (why: ProgramEnd['endedBy']) => {
      if (endedBy === 'itself') endedBy = why;
      // Its helpers, such as `git index-pack`, are in its group.
      if (child.pid !== undefined && child.exitCode === null) killGroup(child.pid);
    };
    const interrupt = () => child.kill('SIGINT');
    const killNow = () => kill('killed');
    const timer = setTimeout(() => kill('time'), run.timeoutMs);
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    killSignal?.addEventListener('abort', killNow, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > run.outputBytesMax) return kill('output');
      chunks.push(chunk);
      if (onLine === undefined) return;
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_LENGTH_MAX);
    });
    // A program that ends early does not read its input: its exit code says why.
    child.stdin.on('error', () => {});
    child.stdin.end(run.stdin ?? '');
    const finish = (code: number) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      killSignal?.removeEventListener('abort', killNow);
      resolve({ code, stdout: Buffer.concat(chunks), stderr: stderr.trim(), endedBy });
    };
    child.once('error', (cause) => {
      endedBy = 'missing';
      stderr = cause.message;
      finish(1);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
