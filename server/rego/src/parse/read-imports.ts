// Imports as they are written, those of keywords included, which the tree leaves out.

import type { Position } from '../syntax/rego-problem.ts';
import type { Token } from './lex-cursor.ts';

/** An `import` as it is written. */
export type WrittenImport = {
  readonly path: readonly string[];
  /** Name after `as`. */
  readonly alias: string | undefined;
  readonly at: Position;
};

/** Reads the imports of a text that parses. */
export function readImports(tokens: readonly Token[]): readonly WrittenImport[] {
  return tokens.flatMap((token, index) => {
    const isImport = token.kind === 'name' && token.text === 'import';
    return isImport && token.gap === 'line' ? [readImport(tokens, index)] : [];
  });
}

function readImport(tokens: readonly Token[], start: number): WrittenImport {
  const path: string[] = [];
  let index = start + 1;
  for (let token = tokens[index]; token !== undefined; token = tokens[index]) {
    if (path.length > 0 && token.gap !== 'none') break;
    if (token.kind !== 'mark') path.push(token.text);
    index += 1;
  }
  const [word, alias] = tokens.slice(index, index + 2);
  const hasAlias = word?.kind === 'name' && word.text === 'as' && word.gap !== 'line';
  return {
    path,
    alias: hasAlias ? alias?.text : undefined,
    at: tokens[start]?.at ?? { row: 1, column: 1 },
  };
}
