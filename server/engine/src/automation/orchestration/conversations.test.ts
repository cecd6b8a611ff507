import { expect, test } from '@jest/globals';
import { ShortRule } from '@novacron/contract/kinds/orchestration-policy/document';
import { holdConversation } from '../../../test/conversation.ts';
import { expandShortRule } from './rules/expand-short-rule.ts';

const file = new URL('./testdata/short-form.txt', import.meta.url);

test.each(
  holdConversation(file, (commands) =>
    commands
      .flatMap(({ name, args }) => expandShortRule(ShortRule.parse({ [name]: readValue(args.is) })))
      .map((rule) => JSON.stringify(rule))
      .join('\n'),
  ),
)('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function readValue(text = ''): unknown {
  return /^(?:\d+|true|false)$/.test(text) ? JSON.parse(text) : text;
}
