/** Renames a variable in its rule, unless that would give the rule another meaning. */
import { err, ok, type Result } from '@novacron/contract/result';
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import type { SourceFile } from '@novacron/rego/lint/source/model';
import { isGlobal } from '@novacron/rego/lint/source/names';
import { isWildcard, type NameAt, type Rule } from '@novacron/rego/syntax/ast';
import { type LspPosition, type LspRange, linesOf } from '../text/text-positions.ts';
import { isKeyword } from './rename-rule.ts';

/** A variable with all of its places in a rule. */
export interface FoundVariable {
  readonly name: string;
  readonly file: SourceFile;
  readonly rule: Rule;
  /** In the order of the text. */
  readonly ranges: readonly LspRange[];
}

/**
 * Finds the variable at a position. Variables of one name in a rule are renamed together, those of
 * inner bodies too, so that what hides what stays the same.
 */
export function findVariable(file: SourceFile, position: LspPosition): FoundVariable | undefined {
  for (const rule of file.module.rules) {
    const names = namesOf(file, rule);
    const own = names.find(({ name, at }) => isAt(rangeOf(name, at), position));
    if (own === undefined) continue;
    const { name } = own;
    if (isWildcard(name) || isGlobal(name, file)) return undefined;
    const places = names.filter((each) => each.name === name).map(({ at }) => rangeOf(name, at));
    const unique = [...new Map(places.map((range) => [JSON.stringify(range), range])).values()];
    // What stands elsewhere, as in a raw template, cannot be renamed.
    if (!unique.every((range) => textAt(file, range) === name)) return undefined;
    return { name, file, rule, ranges: unique };
  }
  return undefined;
}

/** Makes the changes, or says why the variable cannot have that name. */
export function renameVariable(
  { file, rule, ranges }: FoundVariable,
  newName: string,
): Result<readonly { readonly range: LspRange; readonly newText: string }[], string> {
  if (!/^[A-Za-z_]\w*$/.test(newName) || newName === '_' || isKeyword(newName)) {
    return err(`${JSON.stringify(newName)} cannot be the name of a variable`);
  }
  if (isGlobal(newName, file)) return err(`${newName} is a rule or an import of this file`);
  if (BUILTINS.has(newName)) return err(`${newName} is a builtin`);
  const isTaken = namesOf(file, rule).some(({ name }) => name === newName);
  if (isTaken) return err(`the rule already has a variable ${newName}`);
  return ok(ranges.map((range) => ({ range, newText: newName })));
}

/** Variables of a rule, wherever they stand. */
function namesOf(file: SourceFile, rule: Rule): readonly NameAt[] {
  return (file.visitsOf.get(rule) ?? []).flatMap(({ node }): readonly NameAt[] => {
    if (node.kind === 'var') return [node];
    if (node.kind === 'some') return node.names;
    if (node.kind === 'every') return [...(node.key ? [node.key] : []), node.value];
    return [];
  });
}

function rangeOf(name: string, { row, column }: NameAt['at']): LspRange {
  const start = { line: row - 1, character: column - 1 };
  return { start, end: { ...start, character: start.character + name.length } };
}

function textAt(file: SourceFile, { start, end }: LspRange): string {
  return (linesOf(file.text)[start.line] ?? '').slice(start.character, end.character);
}

function isAt({ start, end }: LspRange, { line, character }: LspPosition): boolean {
  return line === start.line && start.character <= character && character <= end.character;
}
