// Functions without arguments.

import type { Token } from '../../parse/lex-cursor.ts';
import type { LintRule } from '../source/model.ts';
import { keyOfPlace, pathOfRule } from '../source/names.ts';

/** The rule `zero-arity-function` of Regal. */
export const zeroArityFunction: LintRule = {
  name: 'zero-arity-function',
  category: 'bugs',
  level: 'ignore',
  check: ({ module, tokens, tokenIndex }) =>
    module.rules.flatMap((rule) => {
      const start = tokenIndex.get(keyOfPlace(rule.at));
      if (start === undefined || rule.args !== undefined || !hasEmptyParentheses(tokens, start)) {
        return [];
      }
      const message = `${pathOfRule(rule)} takes no arguments; leave the parentheses out.`;
      return [{ at: rule.at, message }];
    }),
};

/** Whether the head that begins at a token ends with `()`. */
function hasEmptyParentheses(tokens: readonly Token[], start: number): boolean {
  let index = start + (tokens[start]?.text === 'default' ? 2 : 1);
  for (let token = tokens[index]; token?.gap === 'none'; token = tokens[index]) {
    if (token.text === '(' && token.kind === 'mark') return tokens[index + 1]?.text === ')';
    index += 1;
  }
  return false;
}
