/**
 * Runs `qemu-img`, also as a user without privileges. That user gets the files themselves and no
 * way to them: the agent opens each one, and the program opens it again by its descriptor
 * (`/dev/fd/3`, proc(5)). So it needs no right to a directory, and can open no other file of the
 * agent.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type ContentKey, keyOption, lendKey } from './content-keys.ts';
import { passingTrouble, QemuTrouble, reasonOf } from './trouble.ts';
import { commandAs, lendFile, letRead, type VmUser } from './vm-user.ts';

/** A file that the program reads, changes, or makes where there is none. */
export interface RunFile {
  readonly file: string;
  readonly access: 'read' | 'change' | 'make';
  /** The argument that has the name of the file; the name alone when absent. */
  readonly argument?: (name: string) => string;
}

/** A key that the program reads: the value of its option `--object`. */
export interface RunKey {
  readonly key: ContentKey;
}

/** One run of the program. */
export interface ImageRun {
  readonly program: string;
  readonly args: readonly (string | RunFile | RunKey)[];
  /** Options of prlimit(1); none when absent. */
  readonly limits?: readonly string[];
  /** User that it runs as; the agent's user when undefined. */
  readonly user: VmUser | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Failure of a run. */
export interface FailedRun {
  /** With the code `ENOENT` where the first program is not on the host. */
  readonly cause: Error & { readonly code?: unknown };
  /** Output of the program, with the names of files. */
  readonly said: string;
}

interface Lent {
  readonly name: string;
  readonly path: string;
  readonly descriptor: number;
  /** Closes it as well. */
  readonly giveBack: () => void;
}

/**
 * Runs the program to its end.
 * @param explain - what to reject with where it fails
 * @returns what it wrote
 */
export async function runImageProgram(
  run: ImageRun,
  explain: (failed: FailedRun) => Error,
): Promise<string> {
  const lent: Lent[] = [];
  try {
    const args = run.args.map((arg) => {
      if (typeof arg === 'string') return arg;
      const number = FIRST_DESCRIPTOR + lent.length;
      if ('key' in arg) {
        const option = keyOption(arg.key, number);
        lent.push({ ...lendKey(arg.key, run.user), name: option, path: arg.key.id });
        return option;
      }
      const { argument = String } = arg;
      if (run.user === undefined) return argument(arg.file);
      const each = tryLend(arg, run.user, number);
      lent.push(each);
      return argument(each.name);
    });
    return await runToEnd(run, args, lent, explain);
  } finally {
    for (const { giveBack } of lent) giveBack();
  }
}

/** After standard input, output and error. */
const FIRST_DESCRIPTOR = 3;
const OWNER_ONLY = 0o600;
const FLAGS: Readonly<Record<RunFile['access'], number>> = {
  read: constants.O_RDONLY,
  change: constants.O_RDWR,
  make: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

/** Throws a `retry` trouble where a file cannot be opened, such as on a full disk. */
function tryLend(file: RunFile, user: VmUser, number: number): Lent {
  try {
    return lend(file, user, number);
  } catch (cause) {
    if (cause instanceof QemuTrouble) throw cause;
    throw passingTrouble(`The agent cannot open ${file.file} (${reasonOf(cause)}).`, cause);
  }
}

function lend({ file, access }: RunFile, user: VmUser, number: number): Lent {
  if (access === 'read') letRead(user, file);
  const descriptor = openSync(file, FLAGS[access], OWNER_ONLY);
  try {
    const giveFileBack = access === 'read' ? () => undefined : lendFile(user, file);
    const giveBack = () => {
      closeSync(descriptor);
      giveFileBack();
    };
    return { name: `/dev/fd/${number}`, path: file, descriptor, giveBack };
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
}

async function runToEnd(
  run: ImageRun,
  args: readonly string[],
  lent: readonly Lent[],
  explain: (failed: FailedRun) => Error,
): Promise<string> {
  const { program, limits, user, signal, timeoutMs } = run;
  const command = commandAs(user, { program, args });
  const whole = [command.program, ...command.args];
  // The limits come first: a user without privileges cannot be the one who sets them.
  const [first = program, ...rest] =
    limits === undefined ? whole : ['prlimit', ...limits, '--', ...whole];
  const child = spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'pipe', ...lent.map(({ descriptor }) => descriptor)],
    cwd: '/',
    // The option `timeout` would keep its timer where the program is not started.
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    let trouble: Error | undefined;
    child.once('error', (cause) => {
      trouble = cause;
    });
    // Also after an error: an aborted run has ended only when its process writes no more.
    child.once('close', (code, by) => {
      const isGood = code === 0 && trouble === undefined;
      resolve(isGood ? undefined : (trouble ?? new Error(`it ended with ${code ?? by}`)));
    });
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map(readAll);
  const cause = await ended;
  if (cause === undefined) return (await stdout) ?? '';
  throw explain({ cause, said: withNames(((await stderr) ?? '').trim(), lent) });
}

/** Returns the output of a program; empty if it was not started. */
async function readAll(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? '' : await text(stream).catch(() => '');
}

function withNames(said: string, lent: readonly Lent[]): string {
  return lent.reduce((words, { name, path }) => words.replaceAll(name, path), said);
}
