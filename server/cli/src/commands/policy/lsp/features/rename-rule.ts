/** Renames a rule everywhere, unless that would give a text another meaning. */

import { err, ok, type Result } from '@novacron/contract/result';
import { BUILTINS } from '@novacron/rego/builtins/declarations/builtin-table';
import {
  findUses,
  type NameUse,
  type RuleName,
  type SearchedTexts,
  takenNames,
} from '../names/find-uses.ts';
import type { LspRange } from '../text/text-positions.ts';

/** Changes by URI, as LSP has them. */
export type RenameEdits = Readonly<
  Record<string, readonly { readonly range: LspRange; readonly newText: string }[]>
>;

const KEYWORDS: ReadonlySet<string> = new Set([
  'as',
  'contains',
  'data',
  'default',
  'else',
  'every',
  'false',
  'if',
  'import',
  'in',
  'input',
  'not',
  'null',
  'package',
  'some',
  'true',
  'with',
]);

/** Whether a name is a keyword of version 1, or a document. */
export function isKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}

/** Makes the changes, or says why the rule cannot have that name. */
export function renameRule(
  rule: RuleName,
  newName: string,
  texts: SearchedTexts,
): Result<RenameEdits, string> {
  if (!/^[A-Za-z_]\w*$/.test(newName) || KEYWORDS.has(newName)) {
    return err(`${JSON.stringify(newName)} cannot be the name of a rule`);
  }
  const before = rule.name.split('.');
  const after = [...before.slice(0, -1), newName].join('.');
  const uses = findUses(rule, texts).filter(({ text }) => text === before.at(-1));
  const reason = whyNot({ ...rule, name: after }, uses, texts);
  if (reason !== undefined) return err(reason);
  const edits: Record<string, { range: LspRange; newText: string }[]> = {};
  for (const { uri, range } of uses) {
    edits[uri] = [...(edits[uri] ?? []), { range, newText: newName }];
  }
  return ok(edits);
}

function whyNot(
  { packageName, name }: RuleName,
  uses: readonly NameUse[],
  { files, modules }: SearchedTexts,
): string | undefined {
  const [first = ''] = name.split('.');
  const inPackage = modules.filter((each) => each.packageName === packageName);
  if (inPackage.some(({ rules }) => rules.some((each) => each.name === name))) {
    return `the package ${packageName} already has a rule ${name}`;
  }
  if (BUILTINS.has(name)) return `${name} is a builtin`;
  const named = new Set(uses.map(({ uri }) => uri));
  const taken = files.find((file) => named.has(file.path) && takenNames(file).has(first));
  return taken && `${first} is a variable or an import of ${taken.path.split('/').at(-1)}`;
}
