// Regular expressions in strings where a backslash is written twice.

import { replaceToken } from '../source/edits.ts';
import type { LintRule } from '../source/model.ts';
import { callsOf, keyOfPlace, nameOfCall } from '../source/names.ts';
import { PATTERNS } from '../source/patterns.ts';

/** The rule `non-raw-regex-pattern` of Regal. */
export const nonRawRegexPattern: LintRule = {
  name: 'non-raw-regex-pattern',
  category: 'idiomatic',
  level: 'error',
  check: (file) =>
    callsOf(file).flatMap(({ call }) => {
      const index = PATTERNS[nameOfCall(call)];
      const pattern = index === undefined ? undefined : call.args[index];
      if (pattern?.kind !== 'scalar') return [];
      const token = file.tokens[file.tokenIndex.get(keyOfPlace(pattern.at)) ?? -1];
      if (token?.kind !== 'string' || file.text[token.span[0]] !== '"') return [];
      const message = 'Write patterns in backquotes, where a backslash means itself.';
      const value = String(pattern.value);
      const edits = /[`\r\n]/.test(value) ? [] : [replaceToken(token, `\`${value}\``)];
      return [{ at: pattern.at, message, edits }];
    }),
};
