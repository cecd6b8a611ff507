import { expect, test } from '@jest/globals';
import { createCelCompiler } from './create-cel-compiler.ts';

const compile = createCelCompiler({ inputs: 'map<string, dyn>', item: 'dyn' });

test.each([
  ['inputs.a = 1', 'Unexpected character: = (column 10); write == to compare'],
  ['secrets.key == "x"', 'Unknown variable: secrets (column 1); a condition reads no secrets'],
  [
    'inputs.env == production',
    'Unknown variable: production (column 15); there are inputs, item, and a text is in quotes: ' +
      '"production"',
  ],
  [
    'inputs.a == 1 and inputs.b == 2',
    "Unexpected character: 'd' (column 15); write && for and, || for or, ! for not",
  ],
  ['not inputs.a', '; write && for and, || for or, ! for not'],
  ['inputs.a == "this and that" +', 'Unexpected token: EOF (column 30)'],
])('%s is refused with what to write', (expression, message) => {
  const compiled = compile(expression);
  expect(compiled.ok ? 'accepted' : compiled.error).toMatch(new RegExp(`${literal(message)}$`));
});

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
