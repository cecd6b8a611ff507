import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { loadPolicy } from './evaluate-rego.ts';

test('the example of the README gives the answers that it shows', () => {
  const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const body = code.replace(/^import .*$/gm, '');
  const run = new Function('compileRego', 'loadPolicy', `${body}\nreturn { allow, deny };`);
  const shown = [...code.matchAll(/\/\/ (\[.*\])$/gm)].map(([, text = '']) =>
    JSON.parse(text.replaceAll("'", '"')),
  );
  expect(run(compileRego, loadPolicy)).toEqual({ allow: shown[0], deny: shown[1] });
});
