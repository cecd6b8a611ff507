/** The configuration of the linter: the file that a flag names, or `.regal/config.yaml`. */
import { dirname } from 'node:path/posix';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { err, ok, type Result } from '@novacron/contract/result';
import { type LintConfig, readLintConfig } from '@novacron/rego/lint/lint-config';
import { LINT_RULES } from '@novacron/rego/lint/rule-table';
import { LINT_CATEGORIES } from '@novacron/rego/lint/source/model';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';

/** Files to lint, and the rules for them. */
export interface LintSources {
  readonly paths: readonly string[];
  /** Rules and categories. */
  readonly disable: readonly string[];
  readonly enable: readonly string[];
  readonly ignoreFiles: readonly string[];
  readonly configFile?: string;
}

/** Names of the file, as Regal has them. */
const NAMES = ['.regal/config.yaml', '.regal.yaml'];
/** Deeper directories have their configuration nearer. Unit: directories. */
const ANCESTORS_MAX = 32;

/** Reads it. Failures: wrong usage. */
export async function findConfig(
  io: Pick<CliIo, 'readText'>,
  sources: LintSources,
): Promise<Result<LintConfig, Failure>> {
  const unknown = [...sources.disable, ...sources.enable].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) {
    const near = nearName(unknown, KNOWN);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return err(usageFailure(`there is no rule or category ${unknown}${hint}`));
  }
  const { configFile, paths } = sources;
  const found =
    configFile === undefined
      ? ok(await searchConfig(io, paths[0] ?? '.'))
      : await read(io, configFile);
  if (!found.ok) return found;
  const config = readLintConfig(found.value?.text, sources);
  if (typeof config !== 'string') return ok(config);
  return err(usageFailure(`the configuration in ${found.value?.path} is wrong: ${config}`));
}

const KNOWN: readonly string[] = [...LINT_CATEGORIES, ...LINT_RULES.map(({ name }) => name)];

interface Found {
  readonly path: string;
  readonly text: string;
}

async function read(io: Pick<CliIo, 'readText'>, path: string): Promise<Result<Found, Failure>> {
  const text = await readTextFile(io, path, 'the configuration');
  return text.ok ? ok({ path, text: text.value }) : text;
}

/** Looks in the directory and in those above it. */
async function searchConfig(
  io: Pick<CliIo, 'readText'>,
  place: string,
): Promise<Found | undefined> {
  for (const directory of ancestorsOf(place)) {
    for (const name of NAMES) {
      const path = directory === '.' ? name : `${directory.replace(/\/$/, '')}/${name}`;
      const found = await read(io, path);
      if (found.ok) return found.value;
    }
  }
  return undefined;
}

/** A place, what is above it, and what is above the working directory. */
function ancestorsOf(place: string): readonly string[] {
  const found = [place.replace(/(.)\/$/, '$1')];
  for (let last = found[0] ?? '.'; found.length < ANCESTORS_MAX; last = found.at(-1) ?? '.') {
    if (last === '/') break;
    const isAbove = /^(?:\.\.\/)*\.\.$/.test(last);
    found.push(last === '.' ? '..' : isAbove ? `../${last}` : dirname(last));
  }
  return found;
}
