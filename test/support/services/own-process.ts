/** Processes that tests start: run without root's rights, ended by their id. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process that a test has started. */
export interface OwnProcess {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Ends it, and what it started, as the kernel ends processes when memory runs out. */
  readonly kill: () => Promise<void>;
  /** Asks it to end and waits until it has. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
  readonly hasEnded: () => boolean;
  /** Returns the stdout and stderr of the process. */
  readonly output: () => string;
}

/** An identity that a process runs under. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts without rights, best first: PostgreSQL refuses to run as root. */
const UNPRIVILEGED_ACCOUNTS = ['postgres', 'daemon'];

/** Returns the account that servers run as: an unprivileged account if the tests run as root. */
export function findIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const account of UNPRIVILEGED_ACCOUNTS) {
    try {
      return { uid: idOf(account, '-u'), gid: idOf(account, '-g') };
    } catch {
      // No such account; the next one may exist.
    }
  }
  throw new Error(`Tests that run as root need one of: ${UNPRIVILEGED_ACCOUNTS.join(', ')}.`);
}

function idOf(account: string, flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, account], { stdio: 'pipe' }).toString());
}

/** Makes a directory that the given identity owns. */
export function makeOwnedDirectory(prefix: string, identity: Identity | undefined) {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  if (identity !== undefined) chownSync(directory, identity.uid, identity.gid);
  return {
    directory,
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server in the background; it is killed together with the test process. */
export function startOwnProcess(
  program: string,
  args: readonly string[],
  options: { readonly directory: string; readonly identity: Identity | undefined },
): OwnProcess {
  const { directory, identity } = options;
  const logFile = join(directory, 'output.log');
  const log = openSync(logFile, 'a', 0o644);
  const child = spawn(program, args, {
    cwd: directory,
    stdio: ['ignore', log, log],
    ...(identity ?? {}),
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const killAtExit = () => killTree(child);
  process.once('exit', killAtExit);
  void ended.then(() => process.off('exit', killAtExit));
  return {
    pid: child.pid,
    kill: () => {
      killTree(child);
      return ended;
    },
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output: () => readFileSync(logFile, 'utf8'),
  };
}

/** Children first would let the parent notice and start new ones. */
function killTree(child: ChildProcess): void {
  const children = childrenOf(child.pid);
  child.kill('SIGKILL');
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function childrenOf(pid: number | undefined): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    // Not on Linux: PostgreSQL's children notice by themselves that their parent is gone.
    return [];
  }
}
