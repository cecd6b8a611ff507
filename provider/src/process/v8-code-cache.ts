/**
 * Parts of the program that the bundle keeps as texts, and what V8 made of them the last time: a
 * provider is started several times a run, and half of what a part costs is reading its text.
 * Source of the idea: Node's compile cache (`module.enableCompileCache`), which knows files alone.
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

/** A part: a function expression that is called as a CommonJS module is. */
export type Part = (exports: object, require: NodeJS.Require, module: object) => void;

/** What a process is to the parts that it runs. */
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

/** Some releases of the provider, of three parts each; what is older than these goes. */
const FILES_MAX = 12;

const OWNER_ONLY = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const DIGEST_BYTES = 32;

/**
 * Compiles a part, from what was kept of it where there is something that fits. Otherwise it is
 * kept when the process ends. Nothing of this is ever an error: then the text is read.
 * @param id - differs for every text
 */
export function compileWithCodeCache(
  id: string,
  text: string,
  host: PartHost = THIS_PROCESS,
): Part {
  // In a container the user may have no home.
  const file = attempt(() => findPlace(id, host.env));
  const cachedData = file === undefined ? undefined : attempt(() => readKept(file));
  const script = new Script(text, cachedData === undefined ? {} : { cachedData });
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  if (file !== undefined && !isKept) {
    host.atExit(() => attempt(() => keep(file, script.createCachedData())));
  }
  return script.runInThisContext() as Part;
}

/** Undefined where nothing is to be kept. Windows has a place of its own. */
function findPlace(id: string, env: PartHost['env']): string | undefined {
  if (isSet(env.NODE_DISABLE_COMPILE_CACHE)) return undefined;
  const given = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  const base = isSet(given) ? given : join(homedir(), '.cache');
  // V8 takes only what was compiled by the same V8, with the same flags, for the same processor.
  return join(base, 'novacron', 'provider', `${id}-${cachedDataVersionTag()}`);
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The compiled part, whole and written by this user; undefined otherwise. */
function readKept(file: string): Buffer | undefined {
  if (!isOwn(file)) return undefined;
  const bytes = readFileSync(file);
  const data = bytes.subarray(DIGEST_BYTES);
  return digestOf(data).equals(bytes.subarray(0, DIGEST_BYTES)) ? data : undefined;
}

/** Whoever writes what is kept decides what runs: only this user may. */
function isOwn(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  if (process.getuid === undefined) return true;
  return uid === process.getuid() && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** Another process that ends at the same time does the same: the last one wins, whole. */
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
