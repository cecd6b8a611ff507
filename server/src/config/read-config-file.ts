/** Reads the configuration file: YAML, of which JSON is a part. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nearName } from '@novacron/contract/problem/find-near-name';
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { suggestion, wrong } from './configuration-problem.ts';
import { resolvePlace } from './read-secret.ts';
import { readTextFile } from './read-text-file.ts';
import { parseYaml } from './read-yaml-file.ts';
import { isScalar, type Scalar } from './setting.ts';
import { CONFIG_FILE, isSettingName, SETTINGS, type SettingName } from './settings-table.ts';

/** Content of a configuration file. */
export interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Partial<Record<SettingName, Scalar>>>;
}

/** A file with every setting and a comment each has about 4 KiB. Unit: characters. */
const FILE_LENGTH_MAX = 262_144;

/**
 * Reads a file. Relative paths in it start at its directory; a key without a value says nothing.
 * @returns all that is wrong, each at its key: unknown keys with the name that may be meant
 */
export function readConfigFile(path: string): Result<ConfigFile, readonly FieldProblem[]> {
  const text = readTextFile(path);
  if (!text.ok) return err([wrong(path, text.error)]);
  if (text.value.length > FILE_LENGTH_MAX) {
    return err([wrong(path, 'is too long for a configuration file')]);
  }
  const parsed = parseYaml(text.value);
  if (!parsed.ok) return err([wrong(path, parsed.error)]);
  const content = parsed.value ?? {};
  if (!isRecord(content)) return err([wrong(path, 'must hold one setting a line, NAME: VALUE')]);
  const values: Partial<Record<SettingName, Scalar>> = {};
  const troubles: FieldProblem[] = [];
  for (const [key, value] of Object.entries(content)) {
    if (!isSettingName(key)) troubles.push(unknownKey(path, key));
    else if (isScalar(value)) values[key] = atHome(path, key, value);
    else if (value !== null) troubles.push(wrong([path, key], 'must be one value, not several'));
  }
  return troubles.length === 0 ? ok({ path, values }) : err(troubles);
}

/** The file in the data directory, if there is one. */
export function configFileIn(dataDir: string): string | undefined {
  const path = join(dataDir, CONFIG_FILE.defaultName);
  return existsSync(path) ? path : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownKey(path: string, key: string): FieldProblem {
  if (key === CONFIG_FILE.flag) {
    return wrong([path, key], 'a configuration file does not name another one');
  }
  return wrong([path, key], `is not a setting${suggestion(nearName(key, Object.keys(SETTINGS)))}`);
}

function atHome(path: string, key: SettingName, value: Scalar): Scalar {
  const isPath = SETTINGS[key].holds === 'path' && typeof value === 'string' && value !== '';
  return isPath ? resolvePlace(dirname(path), value) : value;
}
