import { expect, test } from '@jest/globals';
import { joinRule, splitRule, textToSign } from './policy-signing.ts';

const SIGNATURE = { key: `ed25519:${'a'.repeat(43)}`, value: `${'B'.repeat(86)}==` };
const RULE = 'package p\n\nallow := true\n';

test('a signature is the last line, and what is above it is the text', () => {
  const signed = joinRule(RULE, SIGNATURE);
  expect(signed).toBe(`${RULE}# novacron-signature: ${SIGNATURE.key} ${SIGNATURE.value}\n`);
  expect(splitRule(signed)).toEqual({ text: RULE, signature: SIGNATURE });
  // Terraform's `chomp`, and editors.
  expect(splitRule(signed.trimEnd())).toEqual({ text: RULE, signature: SIGNATURE });
});

test('a text is signed the same however its end is written, and again over its signature', () => {
  for (const text of [RULE.trimEnd(), RULE, `${RULE}\n\n`, joinRule(RULE, SIGNATURE)]) {
    expect(textToSign(text)).toBe(RULE);
    expect(joinRule(text, SIGNATURE)).toBe(joinRule(RULE, SIGNATURE));
  }
});

test.each<[string, string, undefined | 'malformed']>([
  ['none', RULE, undefined],
  ['none, as the words are in a text', 'package p\n\na := "# novacron-signature: "\n', undefined],
  ['a malformed one where it is cut', joinRule(RULE, SIGNATURE).slice(0, -9), 'malformed'],
  ['a malformed one where more follows', `${joinRule(RULE, SIGNATURE)}a := 1\n`, 'malformed'],
  [
    'a malformed one where there are two',
    `${joinRule(RULE, SIGNATURE)}${joinRule('', SIGNATURE).trimStart()}`,
    'malformed',
  ],
])('a rule has %s', (_what, rule, signature) => {
  expect(splitRule(rule).signature).toBe(signature);
});
