// The files of a directory of suites: modules with what is seen of them at a glance, and documents.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { parseAllDocuments } from 'yaml';
import { parseRego } from '../parse/parse-rego.ts';
import type { RegoVersion } from '../syntax/ast.ts';
import { isJsonObject } from '../syntax/json-object.ts';

/** A module of a suite. */
export type SuiteModule = {
  /** Relative to the directory of all suites. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** Empty where the text has no package that can be read. */
  readonly home: string;
  /** The names of its tests, such as `data.p_test.test_x`. */
  readonly tests: readonly string[];
  /** Paths below `data` that the text mentions, without `data`. */
  readonly mentions: readonly string[];
};

/** All files of a directory. */
export type SuiteFiles = {
  readonly root: string;
  readonly modules: readonly SuiteModule[];
  /** Paths of JSON and YAML files, relative to the directory. */
  readonly documents: readonly string[];
};

/** Whether a directory has Rego files, at any depth. */
export function hasModules(root: string): boolean {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).some((path) =>
    path.endsWith('.rego'),
  );
}

/** Reads the modules at and below a directory, and lists its documents. */
export function readSuiteFiles(root: string, regoVersion: 'auto' | RegoVersion): SuiteFiles {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
  return {
    root,
    modules: paths
      .filter((path) => path.endsWith('.rego'))
      .map((path) => readModule(root, path, regoVersion)),
    documents: paths.filter((path) => /\.(?:json|ya?ml)$/.test(path)),
  };
}

function readModule(root: string, path: string, regoVersion: 'auto' | RegoVersion): SuiteModule {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseRego(text, { file: path, regoVersion });
  const home = parsed.ok
    ? parsed.value.package.join('.')
    : (/^\s*package\s+([\w.]+)/m.exec(text)?.[1] ?? '');
  const names = parsed.ok
    ? parsed.value.rules.flatMap(({ path: [first], args }) =>
        args === undefined && first?.kind === 'scalar' ? [String(first.value)] : [],
      )
    : [...text.matchAll(/^(test_\w+)/gm)].map(([, name = '']) => name);
  const tests = names.filter((name) => name.startsWith('test_'));
  const mentions = [...text.matchAll(/\bdata((?:\.[A-Za-z_]\w*)+)/g)].map(([, name = '']) =>
    name.slice(1),
  );
  return {
    path,
    folder: dirname(path),
    text,
    home,
    tests: [...new Set(tests)].map((name) => `data.${home}.${name}`),
    mentions: [...new Set(mentions)],
  };
}

/** The documents of a suite as one, and what could not be part of it. */
export type SuiteData = {
  readonly value: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly leftOut: readonly string[];
};

/**
 * Reads the documents at and below a folder. The folders between it and a file are the names below
 * `data` where the document belongs. Where two files have the same name with different values, or a
 * file is no document, the later one is left out. Source of the rule: OPA's loader, which refuses.
 */
export function readSuiteData(files: SuiteFiles, folder: string): SuiteData {
  const value: Record<string, unknown> = {};
  const leftOut: string[] = [];
  let count = 0;
  for (const path of files.documents.filter((each) => isBelow(each, folder))) {
    const names = relative(folder, dirname(path)).split('/').filter(Boolean);
    const document = parseDocument(readFileSync(join(files.root, path), 'utf8'), path);
    const whole = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), document);
    if (document === undefined || !isJsonObject(whole) || !canMerge(value, whole)) {
      leftOut.push(path);
      continue;
    }
    merge(value, whole);
    count += 1;
  }
  return { value, count, leftOut };
}

/** Whether a path is in a folder or below it; `.` is above all. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '.' || path.startsWith(`${folder}/`);
}

function parseDocument(text: string, path: string): unknown {
  try {
    if (path.endsWith('.json')) return JSON.parse(text);
    const [document, ...others] = [...parseAllDocuments(text)];
    if (document === undefined || others.length > 0 || document.errors.length > 0) return undefined;
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // Repositories have files that only look like documents, such as templates.
    return undefined;
  }
}

function canMerge(into: Readonly<Record<string, unknown>>, added: object): boolean {
  return Object.entries(added).every(([name, value]) => {
    const own = Object.hasOwn(into, name) ? into[name] : undefined;
    if (own === undefined) return true;
    return isJsonObject(own) && isJsonObject(value) && canMerge(own, value);
  });
}

function merge(into: Record<string, unknown>, added: object): void {
  for (const [name, value] of Object.entries(added)) {
    if (!isJsonObject(value)) {
      into[name] = value;
      continue;
    }
    const own = Object.hasOwn(into, name) ? into[name] : undefined;
    const copy: Record<string, unknown> = isJsonObject(own) ? own : {};
    into[name] = copy;
    merge(copy, value);
  }
}
