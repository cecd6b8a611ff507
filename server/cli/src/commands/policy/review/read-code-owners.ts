/**
 * Who owns a file by CODEOWNERS, as GitHub reads it: patterns of paths, the last that matches
 * counts. Source: GitHub's page "About code owners".
 */
import { join } from 'node:path/posix';
import type { CliIo } from '../../../io/cli-io.ts';

/** The owners of a file in the order of the line: @ann, @team/security or a mail address. */
export type CodeOwners = (file: string) => readonly string[];

/** Where code hosts look for it, from the root of the repository. */
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
  readonly pattern: RegExp;
  readonly owners: readonly string[];
}

/** Makes the lookup of a text; paths are relative to the root of the repository. */
export function parseCodeOwners(text: string): CodeOwners {
  const patterns = text.split(/\r?\n/).flatMap(readLine);
  return (file) => patterns.findLast(({ pattern }) => pattern.test(file))?.owners ?? [];
}

/** A `[section]` of GitLab is passed over; the lines below it count as any others. */
function readLine(line: string): readonly OwnedPattern[] {
  const [glob = '', ...owners] = line.replace(/(^|\s)#.*$/, '').match(/(?:\\.|\S)+/g) ?? [];
  if (glob === '' || /^\^?\[/.test(glob)) return [];
  return [{ pattern: toPattern(glob.replaceAll('\\', '')), owners }];
}

const PARTS: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

/** What it names is a file or a directory with all that is below it; `dir/*` is files alone. */
function toPattern(glob: string): RegExp {
  const isAnchored = glob.replace(/\/$/, '').includes('/');
  const body = glob
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => (part === '**/' ? '(?:.*/)?' : (PARTS[part] ?? escapePattern(part))))
    .join('');
  const below = glob.endsWith('/') ? '/.*' : glob.endsWith('/*') ? '' : '(?:/.*)?';
  return new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${body}${below}$`);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
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
