// Aliases that are the name that an import has anyway.

import type { Position } from '../../syntax/rego-problem.ts';
import type { TextEdit } from '../../syntax/text-edit.ts';
import type { LintRule, SourceFile } from '../source/model.ts';
import { keyOfPlace } from '../source/names.ts';

/** The rule `redundant-alias` of Regal. */
export const redundantAlias: LintRule = {
  name: 'redundant-alias',
  category: 'imports',
  level: 'error',
  check: (file) =>
    file.imports.flatMap(({ path, alias, at }) => {
      if (alias === undefined || alias !== path.at(-1)) return [];
      const message = `The name is ${alias} without "as ${alias}", too; leave it out.`;
      return [{ at, message, edits: aliasOf(file, at) }];
    }),
};

/** From the end of the path to the end of the alias. */
function aliasOf(file: SourceFile, at: Position): readonly TextEdit[] {
  const index = file.tokenIndex.get(keyOfPlace(at)) ?? file.tokens.length;
  const word = file.tokens.findIndex(
    ({ kind, text, gap }, each) =>
      each > index && kind === 'name' && text === 'as' && gap !== 'none',
  );
  const [path, alias] = [file.tokens[word - 1], file.tokens[word + 1]];
  if (path === undefined || alias === undefined) return [];
  return [{ start: path.span[1], end: alias.span[1], text: '' }];
}
