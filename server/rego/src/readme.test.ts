import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { compileRego } from './compile-rego.ts';
import { evaluateRego } from './evaluate-query.ts';
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

test('the rule of the README that reads its own annotations says what it is about', () => {
  const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
  const rule = /```rego\n(# METADATA[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const compiled = compileRego({
    modules: { 'a.rego': `package a\n${rule}` },
    entrypoints: ['a/deny'],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  const answer = loadPolicy(compiled.value.wasm).evaluate({ resource: { memory_gb: 128 } });
  expect(answer).toEqual([['[high] Small VMs only']]);
});

test('the numbers of the README are formatted as it says', () => {
  const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
  const [, call = '', shown = ''] =
    /`(sprintf\([^`]*)` is `101\.00` in OPA and `([^`]*)` here/.exec(readme) ?? [];
  const query = `x := [${call}, sprintf("%d", [101.00]), sprintf("%v", [101.00])]`;
  const answer = evaluateRego({ modules: {}, query });
  expect(answer).toEqual({ ok: true, value: [{ x: [shown, '101', '101'] }] });
});

test('the rule of the README that cannot hold is refused as it shows', () => {
  const readme = readFileSync(resolve(__dirname, '../README.md'), 'utf8');
  const [, rule = '', shown = ''] =
    /```rego\n(limits[\s\S]*?)```\n\n```\n(.*)\n```/.exec(readme) ?? [];
  const modules = { 'a.rego': `package policy\n${rule}` };
  const compiled = compileRego({ modules, entrypoints: [] });
  const lines = (compiled.ok ? [] : compiled.error).map(
    ({ row, column, message }) => `${row - 1}:${column} ${message}`,
  );
  expect(lines).toEqual([shown]);
});
