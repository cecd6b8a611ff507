// What is in policies: packages, rules, entrypoints, annotations, imports, references and tests.
// Source of the idea: `opa inspect`.

import type { SourceFile } from '../lint/source/model.ts';
import { isKeywordImport, isTest, nameOfImport, pathOfRule, refsOf } from '../lint/source/names.ts';
import { readSources } from '../lint/source/read-source.ts';
import type { RegoVersion, Rule } from '../syntax/ast.ts';
import type { RegoProblem } from '../syntax/rego-problem.ts';

/** Texts to inspect. */
export type InspectRegoOptions = {
  /** The texts by path. */
  readonly modules: Readonly<Record<string, string>>;
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
};

/** A place in a file; the row counts from 1. */
export type InspectedPlace = { readonly file: string; readonly row: number };

/** One rule with all its definitions. */
export type InspectedRule = {
  /** Below its package; parts that vary are left out. */
  readonly name: string;
  readonly kind: 'value' | 'set' | 'function';
  /** Number of definitions, including the default. */
  readonly definitions: number;
  readonly places: readonly InspectedPlace[];
};

/** One package with all its files. */
export type InspectedPackage = {
  /** Such as `data.novacron`. */
  readonly path: string;
  readonly files: readonly string[];
  readonly rules: readonly InspectedRule[];
  readonly tests: readonly (InspectedPlace & { readonly name: string })[];
};

/** Contents of all texts. */
export type RegoInspection = {
  /** v0 when any text was read as v0. */
  readonly regoVersion: RegoVersion;
  readonly packages: readonly InspectedPackage[];
  /** Paths of packages and rules that annotations name as entrypoints, such as `novacron/allow`. */
  readonly entrypoints: readonly (InspectedPlace & { readonly path: string })[];
  readonly annotations: readonly (InspectedPlace & {
    readonly scope: string;
    /** Subject of the annotation, such as `data.novacron.allow`. */
    readonly path: string;
    readonly declared: Readonly<Record<string, unknown>>;
  })[];
  readonly imports: readonly (InspectedPlace & {
    readonly path: string;
    readonly alias: string | undefined;
  })[];
  /** References to `input`, by their fixed parts, each once. */
  readonly inputReferences: readonly string[];
  /** References to `data` that lead to no rule and no package of these texts, likewise. */
  readonly dataReferences: readonly string[];
};

/** Looks at texts. Those that do not parse are left out and reported. */
export function inspectRego({ modules, regoVersion = 'auto' }: InspectRegoOptions): {
  readonly inspection: RegoInspection;
  readonly problems: readonly RegoProblem[];
} {
  const { files, problems } = readSources(modules, regoVersion);
  const references = files.flatMap(referencesOf);
  const below = (root: string) =>
    [
      ...new Set(references.filter(([first]) => first === root).map((path) => path.join('.'))),
    ].sort();
  const known = files.flatMap(pathsOf);
  const annotations = files.flatMap(annotationsOf);
  const inspection = {
    regoVersion: files.some(({ module }) => module.version === 'v0') ? 'v0' : 'v1',
    packages: packagesOf(files),
    entrypoints: annotations
      .filter(({ declared }) => declared.entrypoint === true)
      .map(({ path, file, row }) => ({ path: path.split('.').slice(1).join('/'), file, row })),
    annotations,
    imports: files.flatMap((file) =>
      file.imports.map(({ path, alias, at }) => ({
        path: path.join('.'),
        alias,
        file: file.path,
        row: at.row,
      })),
    ),
    inputReferences: below('input'),
    dataReferences: below('data').filter((path) => !isKnown(path, known)),
  } as const;
  return { inspection, problems };
}

function packagesOf(files: readonly SourceFile[]): readonly InspectedPackage[] {
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) {
    const path = ['data', ...file.module.package].join('.');
    groups.set(path, [...(groups.get(path) ?? []), file]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, own]) => ({
      path,
      files: own.map((file) => file.path),
      rules: rulesOf(own),
      tests: own.flatMap((file) =>
        file.module.rules
          .filter(isTest)
          .map((rule) => ({ name: pathOfRule(rule), file: file.path, row: rule.at.row })),
      ),
    }));
}

function rulesOf(files: readonly SourceFile[]): readonly InspectedRule[] {
  const rules = new Map<string, InspectedRule>();
  for (const file of files) {
    for (const rule of file.module.rules) {
      if (isTest(rule)) continue;
      const name = pathOfRule(rule);
      const known = rules.get(name);
      const place = { file: file.path, row: rule.at.row };
      rules.set(name, {
        name,
        kind: rule.shape === 'default' ? (known?.kind ?? kindOf(rule)) : kindOf(rule),
        definitions: (known?.definitions ?? 0) + 1,
        places: [...(known?.places ?? []), place],
      });
    }
  }
  return [...rules.values()];
}

function kindOf({ args, shape }: Rule): InspectedRule['kind'] {
  if (args !== undefined) return 'function';
  return shape === 'set' ? 'set' : 'value';
}

function annotationsOf({ annotations, module, path }: SourceFile) {
  const home = ['data', ...module.package];
  return annotations.map(({ row, scope, declared, subjectRow }) => {
    const rule = module.rules.find(({ at }) => at.row === subjectRow);
    const about = rule === undefined ? home : [...home, pathOfRule(rule)];
    return { scope, path: about.join('.'), declared, file: path, row };
  });
}

/** Fixed parts of references, with what imports stand for; targets of `with` are no references. */
function referencesOf(file: SourceFile): readonly (readonly string[])[] {
  const imported = new Map(
    file.imports
      .filter((each) => !isKeywordImport(each))
      .map((each) => [nameOfImport(each), each.path] as const),
  );
  return refsOf(file).flatMap(({ ref, isTarget }) => {
    if (isTarget || ref.head.kind !== 'var') return [];
    const { name } = ref.head;
    const isRoot = name === 'input' || name === 'data';
    const head = imported.get(name) ?? (isRoot ? [name] : undefined);
    if (head === undefined) return [];
    const fixed = ref.path.findIndex((part) => part.kind !== 'scalar');
    const parts = fixed < 0 ? ref.path : ref.path.slice(0, fixed);
    return [[...head, ...parts.map((part) => (part.kind === 'scalar' ? String(part.value) : ''))]];
  });
}

/** Paths of the package and the rules of a file. */
function pathsOf({ module }: SourceFile): readonly string[] {
  const home = ['data', ...module.package].join('.');
  return [home, ...module.rules.map((rule) => `${home}.${pathOfRule(rule)}`)];
}

/** Whether a path is one of these, below a rule, or above one. */
function isKnown(path: string, known: readonly string[]): boolean {
  return known.some((each) => `${path}.`.startsWith(`${each}.`) || each.startsWith(`${path}.`));
}
