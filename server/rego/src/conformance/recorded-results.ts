// What suites have recorded of themselves: results of `opa test --format json`, and exclusions.

import { readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { isJsonObject } from '../syntax/json-object.ts';
import type { SuiteFiles } from './suite-files.ts';

// The file in a directory of suites that names what is excluded.
const EXCLUSIONS_FILE = 'excluded.json';

/** Results recorded in advance. */
export type Recorded = {
  /** Tests that do not pass where they were recorded, by name: they must not pass here either. */
  readonly failing: ReadonlySet<string>;
  /** Reasons by the name of a test, or by the path of a file or folder. */
  readonly excluded: ReadonlyMap<string, string>;
};

/**
 * Reads them. A JSON file with an array of objects that have `package` and `name` is a record of
 * results; tests without one are expected to pass. `excluded.json` is an object of reasons.
 */
export function readRecorded({ root, documents }: SuiteFiles): Recorded {
  const failing = new Set<string>();
  const excluded = new Map<string, string>();
  for (const path of documents.filter((each) => each.endsWith('.json'))) {
    const document = parseJson(readFileSync(join(root, path), 'utf8'));
    if (path === EXCLUSIONS_FILE && isJsonObject(document)) {
      for (const [name, reason] of Object.entries(document)) excluded.set(name, String(reason));
    }
    if (!Array.isArray(document) || !document.every(isResult)) continue;
    for (const { package: home, name, fail, error } of document) {
      if (fail === true || error !== undefined) failing.add(`${home}.${name}`);
    }
  }
  return { failing, excluded };
}

/** The reason why a test or file is excluded; undefined: it is not. */
export function exclusionOf(
  { excluded }: Recorded,
  { name, path }: { readonly name?: string; readonly path: string },
): string | undefined {
  const own = name === undefined ? undefined : excluded.get(name);
  if (own !== undefined) return own;
  const parts = path.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const reason = excluded.get(parts.slice(0, length).join('/'));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

type Result = {
  readonly package: string;
  readonly name: string;
  readonly fail?: unknown;
  readonly error?: unknown;
};

function isResult(value: unknown): value is Result {
  if (!isJsonObject(value)) return false;
  const { package: home, name } = value;
  return typeof home === 'string' && typeof name === 'string' && name.startsWith('test_');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Repositories have files that only look like JSON.
    return undefined;
  }
}
