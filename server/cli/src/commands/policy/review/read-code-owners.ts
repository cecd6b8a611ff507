/**
 * Owners of a file according to CODEOWNERS, as GitHub reads it: patterns of paths, the last match
 * counts. Source: GitHub's page "About code owners".
 */
import { join } from 'node:path/posix';
import type { CliIo } from '../../../io/cli-io.ts';

/** The owners of a file in the order of the line: @ann, @team/security or a mail address. */
export type CodeOwners = (file: string) => readonly string[];

/** Paths where code hosts look for it, from the root of the repository. */
const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/**
 * Reads CODEOWNERS of the repository that the command runs in; outside of Git, of the directory.
 * @returns undefined where there is none
 */
export async function readCodeOwners(
  io: Pick<CliIo, 'readText' | 'runGit'>,
): Promise<CodeOwners | undefined> {
  const up = await askGit(io, '--show-cdup');
  const prefix = await askGit(io, '--show-prefix');
  for (const place of PLACES) {
    const text = await readSafely(io, join(up, place));
    if (text === undefined) continue;
    const owners = parseCodeOwners(text);
    return (file) => owners(join(prefix, file));
  }
  return undefined;
}

interface OwnedPattern {
  readonly tokens: readonly string[];
  readonly owners: readonly string[];
}

/** Makes the lookup of a text; paths are relative to the root of the repository. */
export function parseCodeOwners(text: string): CodeOwners {
  const patterns = text.split(/\r?\n/).flatMap(readLine);
  return (file) => patterns.findLast(({ tokens }) => matchesPath(tokens, file))?.owners ?? [];
}

/** A `[section]` of GitLab is passed over; the lines below it count as any others. */
function readLine(line: string): readonly OwnedPattern[] {
  const [glob = '', ...owners] = line.replace(/(^|\s)#.*$/, '').match(/(?:\\.|\S)+/g) ?? [];
  if (glob === '' || /^\^?\[/.test(glob)) return [];
  return [{ tokens: toTokens(glob.replaceAll('\\', '')), owners }];
}

/**
 * A pattern as literal characters and wildcards; two asterisks and the slash behind them are one.
 * What it names is a file or a directory with all that is below it; `dir/*` is files alone.
 */
function toTokens(glob: string): readonly string[] {
  const isAnchored = glob.replace(/\/$/, '').includes('/');
  const body = glob.replace(/^\//, '').replace(/\/$/, '');
  const tokens = body.match(/\*\*\/|\*\*|./gsu) ?? [];
  const below = glob.endsWith('/') ? ['/', '**'] : glob.endsWith('/*') ? [] : [BELOW];
  return [...(isAnchored ? [] : ['**/']), ...tokens, ...below];
}

/** The end of a path: nothing, or a slash with anything after it. */
const BELOW = '/**';

/**
 * Whether a path matches, in steps that grow with the product of both lengths: a pattern comes from
 * a pull request, and a regular expression may take exponential time for it.
 */
function matchesPath(tokens: readonly string[], path: string): boolean {
  let places: ReadonlySet<number> = new Set([0]);
  for (const token of tokens) {
    places = advance(places, token, path);
    if (places.size === 0) return false;
  }
  return places.has(path.length);
}

/** The places of a path that are reached from others by one token. */
function advance(places: ReadonlySet<number>, token: string, path: string): ReadonlySet<number> {
  if (token === BELOW) return reachesEnd(places, path) ? new Set([path.length]) : new Set();
  const next = new Set<number>();
  let isInside = false;
  for (let at = 0; at <= path.length; at += 1) {
    const behind = path[at - 1];
    if (token === '**' || token === '**/') {
      if (places.has(at)) next.add(at);
      if (isInside && (token === '**' || behind === '/')) next.add(at);
      isInside ||= places.has(at);
    } else if (token === '*') {
      isInside = (isInside && behind !== '/') || places.has(at);
      if (isInside) next.add(at);
    } else if (places.has(at - 1) && (token === '?' ? behind !== '/' : behind === token)) {
      next.add(at);
    }
  }
  return next;
}

function reachesEnd(places: ReadonlySet<number>, path: string): boolean {
  return [...places].some((at) => at === path.length || path[at] === '/');
}

async function askGit(io: Pick<CliIo, 'runGit'>, flag: string): Promise<string> {
  const answer = await io.runGit(['rev-parse', flag]);
  return answer.ok ? new TextDecoder().decode(answer.value).trim() : '';
}

async function readSafely(io: Pick<CliIo, 'readText'>, path: string): Promise<string | undefined> {
  try {
    return await io.readText(path);
  } catch {
    return undefined;
  }
}
