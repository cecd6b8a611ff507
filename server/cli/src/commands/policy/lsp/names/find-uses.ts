/** Uses of a rule in texts: its definitions, the imports of it, and references in bodies. */

import type { SourceFile } from '@novacron/rego/lint/source/model';
import { nameOfImport, staticPath } from '@novacron/rego/lint/source/names';
import type { Position } from '@novacron/rego/syntax/rego-problem';
import { type LspRange, linesOf } from '../text/text-positions.ts';
import type { IndexedModule, IndexedRule } from './index-module.ts';
import { resolveName } from './resolve-name.ts';

/** One place that names the rule. */
export interface NameUse {
  readonly uri: string;
  /** Range of the name alone, without its package. */
  readonly range: LspRange;
  readonly text: string;
  readonly isDefinition: boolean;
}

/** A rule by its package and its name. */
export type RuleName = Pick<IndexedRule, 'packageName' | 'name'>;

/** Texts to search for uses. */
export interface SearchedTexts {
  /** All texts that parse. */
  readonly files: readonly SourceFile[];
  readonly modules: readonly IndexedModule[];
}

/** A dotted name in a text, where it begins. */
interface Written {
  readonly parts: readonly string[];
  readonly at: Position;
}

/** Finds all uses of a rule, in the order of the texts. Names of variables are not among them. */
export function findUses(rule: RuleName, { files, modules }: SearchedTexts): readonly NameUse[] {
  return files.flatMap((file) => {
    const own = modules.find((each) => each.file === file.path);
    if (own === undefined) return [];
    const written = [...namesIn(file), ...importsIn(file)];
    const uses = written.flatMap(({ parts, at }) => {
      const found = resolveName(parts, own, modules);
      if (found?.kind !== 'rules' || !found.rules.some((each) => isSame(each, rule))) return [];
      const full = fullPath(parts, own);
      // The last part of the name of the rule, among the parts that are written.
      const length = 1 + rule.packageName.split('.').length + rule.name.split('.').length;
      const use = rangeOfPart(file, at, length - 1 - (full.length - parts.length));
      return use === undefined ? [] : [{ ...use, uri: file.path, isDefinition: false }];
    });
    const definitions = own.rules.flatMap((each) => {
      if (!isSame(each, rule)) return [];
      const keyword = each.kind === 'default' ? startOfName(file, each) : each;
      const use = rangeOfPart(file, keyword, rule.name.split('.').length - 1);
      return use === undefined ? [] : [{ ...use, uri: file.path, isDefinition: true }];
    });
    return [...definitions, ...uses];
  });
}

function isSame(one: RuleName, other: RuleName): boolean {
  return one.packageName === other.packageName && one.name === other.name;
}

/** References and calls in rules, but those whose first part is a variable there. */
function namesIn(file: SourceFile): readonly Written[] {
  return file.module.rules.flatMap((rule) => {
    const local = new Set((file.declared.get(rule) ?? []).map(({ name }) => name));
    return (file.visitsOf.get(rule) ?? []).flatMap(({ node, parent }): readonly Written[] => {
      const parts = partsOf(node, parent);
      const [first = ''] = parts;
      return first === '' || local.has(first) || !('at' in node) ? [] : [{ parts, at: node.at }];
    });
  });
}

type Visited = SourceFile['visits'][number];

/** The fixed parts at the beginning of a reference, of a call, or of a variable by itself. */
function partsOf(node: Visited['node'], parent: Visited['parent']): readonly string[] {
  if (node.kind === 'call') return node.form === 'named' ? node.name : [];
  if (node.kind === 'var') {
    return parent?.kind === 'ref' && parent.head === node ? [] : (staticPath(node) ?? []);
  }
  if (node.kind !== 'ref') return [];
  const end = node.path.findIndex(
    (part) => part.kind !== 'scalar' || typeof part.value !== 'string',
  );
  return staticPath({ ...node, path: end < 0 ? node.path : node.path.slice(0, end) }) ?? [];
}

/** Imports of rules: the path begins behind the keyword. */
function importsIn(file: SourceFile): readonly Written[] {
  return file.imports.flatMap(({ path, at }) => {
    const line = lineAt(file, at.row);
    const start = line.indexOf(path[0] ?? '', at.column + 'import'.length - 1);
    return start < 0 ? [] : [{ parts: path, at: { row: at.row, column: start + 1 } }];
  });
}

/** The path that begins with `data`. */
function fullPath([first = '', ...rest]: readonly string[], own: IndexedModule): readonly string[] {
  const imported = own.imports.get(first);
  if (imported !== undefined) return [...imported, ...rest];
  return first === 'data'
    ? [first, ...rest]
    : ['data', ...own.packageName.split('.'), first, ...rest];
}

/** The place of the name behind `default`. */
function startOfName(file: SourceFile, { row, column }: IndexedRule): Position {
  const rest = lineAt(file, row).slice(column - 1);
  const [keyword = ''] = /^default\s+/.exec(rest) ?? [];
  return { row, column: column + keyword.length };
}

const PART = /^(?:\.?\s*([A-Za-z_]\w*)|\["([^"\\]*)"\])/;

/** The range of one part of the dotted name that begins at a place; none below 0. */
function rangeOfPart(
  file: SourceFile,
  { row, column }: Position,
  index: number,
): Pick<NameUse, 'range' | 'text'> | undefined {
  const line = lineAt(file, row);
  let offset = column - 1;
  for (let part = 0; part <= index; part += 1) {
    const found = PART.exec(line.slice(offset));
    const text = found?.[1] ?? found?.[2];
    if (found === null || text === undefined) return undefined;
    const start = offset + found[0].indexOf(text);
    offset += found[0].length;
    if (part < index) continue;
    const at = (character: number) => ({ line: row - 1, character });
    return { text, range: { start: at(start), end: at(start + text.length) } };
  }
  return undefined;
}

function lineAt({ text }: SourceFile, row: number): string {
  return linesOf(text)[row - 1] ?? '';
}

/** The names that a text already has where a rule is used: imports, and what its rules declare. */
export function takenNames(file: SourceFile): ReadonlySet<string> {
  const declared = [...file.declared.values()].flat().map(({ name }) => name);
  return new Set([...file.imports.map(nameOfImport), ...declared]);
}
