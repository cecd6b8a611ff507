/**
 * Compiles parts of the program that the bundle contains as strings, with a cache of V8's compiled
 * code on disk: a provider is started several times a run, and parsing is half the cost of a part.
 * Source of the idea: Node's compile cache (`module.enableCompileCache`), which supports only
 * files.
 */
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

/** A part: a function expression that is called like a CommonJS module. */
export type Part = (exports: object, require: NodeJS.Require, module: object) => void;

/** The environment of a process that runs parts. */
export interface PartHost {
  /** `NODE_DISABLE_COMPILE_CACHE` and `XDG_CACHE_HOME` as Node and XDG define them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs something when the process ends. */
  readonly atExit: (task: () => void) => void;
}

const THIS_PROCESS: PartHost = {
  env: process.env,
  atExit: (task) => void process.once('exit', task),
};

/** A few releases of the provider, with three parts each; older files are removed. */
const FILES_MAX = 12;

const OWNER_ONLY = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const DIGEST_BYTES = 32;

/**
 * Compiles a part, from its cached code if that is valid. Otherwise the code is cached when the
 * process exits. A cache failure is never an error: the text is compiled instead.
 * @param id - unique for every text
 */
export function compileWithCodeCache(
  id: string,
  text: string,
  host: PartHost = THIS_PROCESS,
): Part {
  // In a container the user may have no home directory.
  const file = attempt(() => findPlace(id, host.env));
  const cachedData = file === undefined ? undefined : attempt(() => readKept(file));
  const script = new Script(text, cachedData === undefined ? {} : { cachedData });
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  if (file !== undefined && !isKept) {
    host.atExit(() => attempt(() => keep(file, script.createCachedData())));
  }
  return script.runInThisContext();
}

/** Returns the cache file; undefined if caching is disabled. Windows has its own directory. */
function findPlace(id: string, env: PartHost['env']): string | undefined {
  if (isSet(env.NODE_DISABLE_COMPILE_CACHE)) return undefined;
  const given = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  const base = isSet(given) ? given : join(homedir(), '.cache');
  // V8 accepts only code of the same V8 version, flags and processor.
  return join(base, 'novacron', 'provider', `${id}-${cachedDataVersionTag()}`);
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** Returns the cached code if it is complete and written by this user; undefined otherwise. */
function readKept(file: string): Buffer | undefined {
  if (!isOwn(file)) return undefined;
  const bytes = readFileSync(file);
  const data = bytes.subarray(DIGEST_BYTES);
  return digestOf(data).equals(bytes.subarray(0, DIGEST_BYTES)) ? data : undefined;
}

/** The owner of the file controls what runs, so only files of this user are trusted. */
function isOwn(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  if (process.getuid === undefined) return true;
  return uid === process.getuid() && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Processes that exit at the same time each write a complete file: the last one wins. */
function keep(file: string, data: Buffer): void {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY });
  if (!isOwn(directory)) return;
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, Buffer.concat([digestOf(data), data]), { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  forgetOldest(directory);
}

function forgetOldest(directory: string): void {
  const files = readdirSync(directory).map((name) => join(directory, name));
  const writtenAtMs = new Map(files.map((file) => [file, statSync(file).mtimeMs]));
  const latestFirst = files.sort((a, b) => (writtenAtMs.get(b) ?? 0) - (writtenAtMs.get(a) ?? 0));
  for (const file of latestFirst.slice(FILES_MAX)) rmSync(file, { force: true });
}

function attempt<Value>(task: () => Value): Value | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

function digestOf(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
