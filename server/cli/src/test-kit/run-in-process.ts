/** Runs the command line in this process, in a world that only exists in the test. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { CliIo, Environment } from '../io/cli-io.ts';
import { runCli } from '../main.ts';

/** Environment that a test can define. */
export interface TestWorld {
  readonly env?: Environment;
  /** Texts by path, binary files in base64; `-` is standard input. */
  readonly files?: Readonly<Record<string, string>>;
  /** Returns the answer of Git. */
  readonly git?: (words: readonly string[]) => Result<string | Uint8Array, string>;
  /** Input typed or piped into a console. */
  readonly typed?: string;
  /** Answer of a person at a terminal to a question; without it there is no terminal. */
  readonly answer?: string;
  /** Returns the text as edited in the editor; without it, the text stays unchanged. */
  readonly edit?: (text: string, turn: number) => string;
  /** Secret typed at the prompt; without it the person cancels. */
  readonly secret?: string;
  /** Modules by specifier. */
  readonly modules?: Readonly<Record<string, unknown>>;
  /** Delays from this one on do not come; else 10 seconds. Unit: milliseconds. */
  readonly deadlineMs?: number;
  /** Amount by which each reading of the clock advances it; else time stands still. Unit: ms. */
  readonly tickMs?: number;
  readonly terminal?: 'stdout' | 'stderr' | 'none';
  /** Interrupts as soon as this is written or a delay of it is asked for. */
  readonly interruptOn?: (sign: {
    readonly delayMs?: number;
    readonly written?: string;
  }) => boolean;
}

/** Output and effects of a run. */
interface RunRecord {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Private files that were written, by path. */
  readonly written: Readonly<Record<string, string>>;
  /** Delays that were waited for, without being waited. Unit: milliseconds. */
  readonly delaysMs: readonly number[];
}

/** Longer delays are deadlines, which do not come in a test. Unit: milliseconds. */
const DEADLINE_MS = 10_000;

/** Runs a command line. Short delays are over at once. */
export async function runInProcess(
  argv: readonly string[],
  world: TestWorld = {},
): Promise<RunRecord> {
  const written = { stdout: '', stderr: '', files: {} as Record<string, string> };
  const delaysMs: number[] = [];
  let interrupt = () => {};
  let nowMs = 0;
  let edits = 0;
  const sink = (name: 'stdout' | 'stderr') => ({
    isTerminal: world.terminal === name,
    ...(world.terminal === name ? { columns: 80 } : {}),
    write: (text: string) => {
      written[name] += text;
      if (world.interruptOn?.({ written: text }) === true) setImmediate(() => interrupt());
    },
  });
  const io: CliIo = {
    version: '0.1.0',
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    timers: {
      after: (delayMs, callback) => {
        if (world.interruptOn?.({ delayMs }) === true) setImmediate(interrupt);
        if (delayMs >= (world.deadlineMs ?? DEADLINE_MS)) return () => {};
        delaysMs.push(delayMs);
        const soon = setImmediate(callback);
        return () => clearImmediate(soon);
      },
    },
    nowMs: () => {
      nowMs += world.tickMs ?? 0;
      return nowMs;
    },
    random: () => 0.5,
    readBytes: async (path) => {
      const text = world.files?.[path];
      if (text === undefined) throw new Error(`ENOENT: ${path}`);
      return Buffer.from(text, 'base64');
    },
    readText: async (path) => {
      const text = written.files[path] ?? world.files?.[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' });
    },
    listFiles: async (path) => {
      const paths = Object.keys({ ...world.files, ...written.files }).sort();
      const found = paths.filter((each) => each === path || each.startsWith(`${path}/`));
      if (found.length > 0 || path === '.') return path === '.' ? paths : found;
      throw Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' });
    },
    runGit: async (words) => {
      const answer = world.git?.(words) ?? err('git is not there');
      return answer.ok ? ok(new Uint8Array(Buffer.from(answer.value))) : answer;
    },
    now: () => new Date('2026-01-02T03:04:05Z'),
    replaceText: async (path, text) => {
      written.files[path] = text;
    },
    writePrivateText: async (path, text) => {
      if (path.startsWith('/read-only/')) throw new Error('EROFS: read-only file system');
      written.files[path] = text;
    },
    openKeyboard: (listener) => ({
      isTerminal: world.terminal === 'stdout',
      begin: () => {
        if (world.typed !== undefined) listener.onBytes(Buffer.from(world.typed));
        if (world.terminal !== 'stdout') listener.onEnd();
      },
      close: () => undefined,
    }),
    writeBytes: (bytes) => {
      written.stdout += Buffer.from(bytes).toString('utf8');
    },
    hasTerminal: world.answer !== undefined,
    readAnswer: async (prompt) => {
      written.stderr += prompt;
      return world.answer;
    },
    readLines: async function* () {
      yield* (world.typed ?? '').split('\n');
    },
    editText: async (_name, text) => {
      edits += 1;
      return ok(world.edit?.(text, edits - 1) ?? text);
    },
    keepText: async (name, text) => {
      const path = `/tmp/kept/${name}`;
      written.files[path] = text;
      return path;
    },
    readSecret: async (prompt) => {
      written.stderr += prompt;
      return world.secret;
    },
    onInterrupt: (callback) => {
      interrupt = callback;
      return () => {
        interrupt = () => {};
      };
    },
    loadModule: async (specifier) => {
      const found = world.modules?.[specifier];
      if (found === undefined) throw new Error(`Cannot find package '${specifier}'`);
      return found;
    },
    userName: () => 'alice',
    homeDir: () => '/alice',
  };
  const exitCode = await runCli(argv, world.env ?? {}, io);
  const { stdout, stderr, files } = written;
  return { exitCode, stdout, stderr, written: files, delaysMs };
}
