/** Puts flags, environment, file and defaults together, and remembers what came from where. */

import { resolve } from 'node:path';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import type { FieldProblem, Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { configurationProblem, wrong } from './configuration-problem.ts';
import { maskSecrets } from './mask-secrets.ts';
import { type ConfigFile, configFileIn, readConfigFile } from './read-config-file.ts';
import type { Flags } from './read-flags.ts';
import type { Environment, Scalar } from './setting.ts';
import {
  CONFIG_FILE,
  isSettingName,
  SETTINGS,
  ServerSettings,
  type SettingName,
  settingRows,
  variablesOf,
} from './settings-table.ts';

/** Source of a value. */
export type SettingSource =
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'default' };

/** Every setting with its value and its source. */
export interface ResolvedSettings {
  readonly values: ServerSettings;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
}

interface Written {
  readonly value: Scalar | undefined;
  readonly source: SettingSource;
}

/**
 * Resolves every setting: a flag wins over the environment, the environment over the file, the file
 * over the default. An empty variable says nothing.
 * @returns `validation-failed` with everything that is wrong, each at its source
 */
export function resolveSettings(flags: Flags, env: Environment): Result<ResolvedSettings, Problem> {
  const file = findFile(flags, env);
  const trouble = file.ok ? [] : file.error;
  const written = new Map<SettingName, Written>();
  const found = file.ok ? file.value : undefined;
  for (const { name } of settingRows()) written.set(name, findValue(name, flags, env, found));
  const raw = Object.fromEntries([...written].map(([name, { value }]) => [name, value]));
  const parsed = ServerSettings.safeParse(raw, IN_WORDS);
  if (parsed.success && trouble.length === 0) {
    return ok({ values: parsed.data, sources: sourcesOf(written) });
  }
  const fields = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return isSettingName(name)
      ? describeTrouble(name, written.get(name), message)
      : wrong(name, message);
  });
  return err(configurationProblem([...trouble, ...fields]));
}

/** A longer text is truncated in errors. Unit: characters. */
const SHOWN_LENGTH_MAX = 80;

/** Says what was written, unless it may hold a secret. */
function describeTrouble(
  name: SettingName,
  written: Written | undefined,
  message: string,
): FieldProblem {
  const place = placeOf(written?.source, name);
  if ('mask' in SETTINGS[name] || written === undefined) return wrong(place, message);
  // Addresses that take no password are written with one by mistake.
  const { value } = written;
  const shown = JSON.stringify(typeof value === 'string' ? maskSecrets(value) : value);
  return wrong(place, `${message}, not ${shown.slice(0, SHOWN_LENGTH_MAX)}`);
}

/** Returns the place where a value was set: a flag, a variable, or a key of a file. */
export function placeOf(source: SettingSource | undefined, name: string): string | string[] {
  switch (source?.kind) {
    case 'flag':
      return source.flag;
    case 'environment':
      return source.variable;
    case 'file':
      return [source.path, name];
    default:
      return `--${name}`;
  }
}

function findFile(
  flags: Flags,
  env: Environment,
): Result<ConfigFile | undefined, readonly FieldProblem[]> {
  const named = flags.configFile ?? present(env[CONFIG_FILE.variable]);
  if (named !== undefined) return readConfigFile(named);
  const { value } = findValue('data-dir', flags, env, undefined);
  const dataDir = String(value);
  const path = configFileIn(dataDir);
  if (path === undefined) return ok(undefined);
  const read = readConfigFile(path);
  const moved = read.ok ? read.value.values['data-dir'] : undefined;
  const isMoved = typeof moved === 'string' && moved !== '' && moved !== resolve(dataDir);
  if (!isMoved) return read;
  const message = 'the file was found in the data directory, so it cannot name another one';
  return err([wrong([path, 'data-dir'], message)]);
}

function findValue(
  name: SettingName,
  flags: Flags,
  env: Environment,
  file: ConfigFile | undefined,
): Written {
  const fromFlag = flags.values[name];
  if (fromFlag !== undefined)
    return { value: fromFlag, source: { kind: 'flag', flag: `--${name}` } };
  for (const variable of variablesOf(name)) {
    const value = present(env[variable]);
    if (value !== undefined) return { value, source: { kind: 'environment', variable } };
  }
  const fromFile = file?.values[name];
  if (file !== undefined && fromFile !== undefined) {
    return { value: fromFile, source: { kind: 'file', path: file.path } };
  }
  return { value: defaultOf(name, env), source: { kind: 'default' } };
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function defaultOf(name: SettingName, env: Environment): Scalar | undefined {
  const row = SETTINGS[name];
  if (!('default' in row)) return undefined;
  return typeof row.default === 'function' ? row.default(env) : row.default;
}

function sourcesOf(written: ReadonlyMap<SettingName, Written>): ResolvedSettings['sources'] {
  const entries = [...written].map(([name, { source }]) => [name, source] as const);
  // Every row of the table was looked up.
  return Object.fromEntries(entries) as Record<SettingName, SettingSource>;
}
