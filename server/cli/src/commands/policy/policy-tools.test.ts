/** The examples of docs/reference/policy-tools.md, and what their commands say about mistakes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const PAGE = join(import.meta.dirname, '../../../../../docs/reference/policy-tools.md');
const TEXT = readFileSync(PAGE, 'utf8');

/** The texts of the page's files by path. */
const FILES = Object.fromEntries(
  [...TEXT.matchAll(/^```(?:rego|json)\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', text = '']) => [path, text],
  ),
);

/** Each command line with what the page says that it writes. */
const EXAMPLES = [...TEXT.matchAll(/^```\n[$] novacron (.+)\n([\s\S]*?)^```$/gm)].map(
  ([block, words = '', output = '']) => ({ block, words, output }),
);

function run(words: string, typed?: string) {
  const argv = words.split(' ');
  return runInProcess(argv, { files: FILES, tickMs: 0.25, ...(typed ? { typed } : {}) });
}

/** Returns the output that the page must show: for a session, the answer below each line. */
async function outputOf({ words, output }: (typeof EXAMPLES)[number]): Promise<string> {
  const typed = output.split('\n').filter((line) => /^[>|] /.test(line));
  if (typed.length === 0) return (await run(words)).stdout;
  let shown = '';
  let before = '';
  for (const [index, line] of typed.entries()) {
    const lines = typed.slice(0, index + 1).map((each) => each.slice(2));
    const { stdout } = await run(words, lines.join('\n'));
    const isOpen = typed[index + 1]?.startsWith('| ') === true;
    shown += `${line}\n${isOpen ? '' : stdout.slice(before.length)}`;
    if (!isOpen) before = stdout;
  }
  return shown;
}

test('the page has the examples of five commands', () => {
  expect(EXAMPLES.map(({ words }) => words.split(' ')[1]).sort()).toEqual([
    'bench',
    'deps',
    'inspect',
    'parse',
    'repl',
  ]);
});

test.each(EXAMPLES)(
  'novacron $words writes what the page says',
  async (example) => {
    const output = await outputOf(example);
    if (process.env.UPDATE_GOLDEN === '1') {
      const block = `\`\`\`\n$ novacron ${example.words}\n${output}\`\`\``;
      writeFileSync(
        PAGE,
        readFileSync(PAGE, 'utf8').replace(example.block, () => block),
      );
      return;
    }
    expect(output).toBe(example.output);
  },
  60_000,
);

describe('programs read', () => {
  test('what is in policies', async () => {
    const { stdout } = await run('policy inspect policies --output json');
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      rego_version: 'v1',
      entrypoints: [{ path: 'novacron/deny', file: 'policies/access.rego', row: 11 }],
      input_references: ['input.resource.memory_gb', 'input.subject'],
      data_references: ['data.limits.max_gb'],
    });
    expect(found.packages[1].tests).toEqual([
      { name: 'test_admin', file: 'policies/access_test.rego', row: 5 },
    ]);
    expect(found.annotations[0]).toEqual({
      scope: 'package',
      path: 'data.novacron',
      title: 'Access',
      file: 'policies/access.rego',
      row: 1,
    });
  });

  test('what a query depends on', async () => {
    const { stdout } = await run('policy deps data.novacron.deny policies --output json');
    expect(JSON.parse(stdout)).toEqual({
      base: ['data.limits.max_gb', 'input.resource.memory_gb'],
      virtual: ['data.novacron.deny'],
    });
  });

  test('how long a query takes', async () => {
    const { stdout } = await run('policy bench 1+1 --count 3 --output json');
    expect(JSON.parse(stdout)).toMatchObject({
      evaluations: 3,
      ns_per_op: 250_000,
      p99_ns: 250_000,
    });
  });

  test('a syntax tree in the form of OPA', async () => {
    const { stdout } = await run('policy parse small.rego --output json');
    const at = (row: number, col: number) => ({ file: 'small.rego', row, col });
    expect(JSON.parse(stdout)).toEqual({
      package: {
        path: [
          { type: 'var', value: 'data' },
          { type: 'string', value: 'small' },
        ],
      },
      rules: [
        {
          head: {
            ref: [{ type: 'var', value: 'allow', location: at(3, 1) }],
            name: 'allow',
            value: { type: 'boolean', value: true, location: at(3, 1) },
            location: at(3, 1),
          },
          body: [
            {
              index: 0,
              terms: [
                { type: 'ref', value: [{ type: 'var', value: 'equal' }], location: at(3, 10) },
                {
                  type: 'ref',
                  value: [
                    { type: 'var', value: 'input', location: at(3, 10) },
                    { type: 'string', value: 'role', location: at(3, 16) },
                  ],
                  location: at(3, 10),
                },
                { type: 'string', value: 'admin', location: at(3, 24) },
              ],
              location: at(3, 10),
            },
          ],
          location: at(3, 1),
        },
      ],
    });
  });
});

describe('mistakes', () => {
  test.each([
    ['policy parse nowhere.rego', 2, 'cannot read a policy from nowhere.rego'],
    ['policy inspect nowhere', 2, 'cannot read policies from nowhere'],
    ['policy deps 1+ policies', 2, 'query:2:1: A value was expected here'],
    ['policy deps x policies', 2, 'query:1:1: '],
    ['policy bench x policies --count 1', 2, 'query:1:1: '],
    ['policy bench data.a policies --input no.json', 2, 'cannot read the input from no.json'],
    ['policy bench 1 --count 0', 2, 'Must be at least 1'],
    ['policy repl nowhere', 2, 'cannot read policies from nowhere'],
    ['policy parse broken.rego', 3, 'broken.rego:'],
    ['policy inspect broken.rego', 3, '1 problem: not all files were inspected'],
    ['policy bench data.a broken.rego', 3, 'broken.rego:'],
    ['policy deps data.a broken.rego', 3, 'broken.rego:'],
    ['policy bench data.a conflict.rego', 3, 'evaluation failed: '],
  ])('%s', async (words, exitCode, message) => {
    const files = {
      ...FILES,
      'broken.rego': 'package a\n\nallow if {\n',
      'conflict.rego':
        'package a\n\nx := 1\n\nx := input.y if not input.y\n\nx := 3 if not input.y\n',
    };
    const done = await runInProcess(words.split(' '), { files, tickMs: 0.25 });
    expect([done.exitCode, done.stdout + done.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });
});

describe('a session', () => {
  async function session(typed: string, world = {}) {
    return await runInProcess(['policy', 'repl', 'policies'], { files: FILES, typed, ...world });
  }

  test('goes on after mistakes of every kind, and a script ends with 1', async () => {
    const done = await session(
      '1 +\nx\n:nope\n:unset x\n:load nowhere\n:input {\nimport 1\npackage 1\n' +
        'y if z\n"a"\n{"a":\n\n\n7',
    );
    expect(done.exitCode).toBe(1);
    expect(done.stderr).toBe('10 lines failed\n');
    expect(done.stdout).toContain('There is no command :nope; :help lists commands.');
    expect(done.stdout).toContain('Nothing here is called x.');
    expect(done.stdout.endsWith('7\n')).toBe(true);
  });

  test('takes rules that are pasted with empty lines in them', async () => {
    const done = await session('small if {\n\tx := 3\n\n\t# less { than\n\tx < 4\n}\nsmall\n');
    expect(done).toMatchObject({ exitCode: 0, stdout: 'small is defined.\ntrue\n' });
  });

  test('a person is greeted, and mistakes do not count', async () => {
    const done = await session('1 +\n2\n', { answer: '' });
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toMatch(/^Queries and definitions, a line each\./);
  });

  test('input, imports, definitions and loaded files come and go', async () => {
    const lines = [
      ':input {"n": 3}',
      'input.n',
      ':input',
      'input.n',
      ':input ask.json',
      'input.subject.role',
      'import data.limits as l',
      'l.max_gb',
      'double(n) := n * 2',
      'double(l.max_gb)',
      'double("a")',
      'a := 1',
      'a := 2',
      'a',
      ':unset a',
      'evens contains n if { some n in [1, 2, 4]; n % 2 == 0 }',
      'evens contains 6',
      'evens',
      ':load small.rego',
      'data.small.allow with input as {"role": "admin"}',
      'print("n is", 1)',
      ':show',
      ':quit',
      '99',
    ];
    const done = await session(lines.join('\n'));
    expect(done.stdout).toBe(`3
undefined
"viewer"
64
double is defined.
128
undefined
a is defined.
a is redefined.
2
evens is defined.
evens is defined.
[
  2,
  4,
  6
]
true
n is 1
true
package repl

import data.limits as l

double(n) := n * 2

evens contains n if { some n in [1, 2, 4]; n % 2 == 0 }

evens contains 6
`);
  });
});
