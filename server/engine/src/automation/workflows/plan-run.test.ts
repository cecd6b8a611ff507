import { describe, expect, test } from '@jest/globals';
import { explainRun } from './explain-run.ts';
import { writeMermaid } from './graph/write-mermaid.ts';
import { writeSvg } from './graph/write-svg.ts';
import type { RunInputs } from './model/automation.ts';
import { planRun } from './plan-run.ts';
import { readDefinition } from './read-definition.ts';

function definitionOf(text: string) {
  const read = readDefinition(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.definition;
}

function planOf(text: string, inputs: RunInputs = {}, durations: Record<string, number> = {}) {
  return planRun(definitionOf(text), { inputs, durationsMs: new Map(Object.entries(durations)) });
}

/** The action of the only step. */
function actionOf(keys: string, inputs: RunInputs): unknown {
  const plan = planOf(`name: n\nsteps:\n  - { id: a, ${keys} }\n`, inputs);
  return plan.ok ? plan.value.steps[0]?.action : plan.error;
}

describe('order', () => {
  const DIAMOND = `
name: n
steps:
  - { id: end, command: ls, needs: [left, right] }
  - { id: left, command: ls, needs: [begin] }
  - { id: right, command: ls, needs: [begin] }
  - { id: begin, command: ls }
  - { id: alone, command: ls }
`;

  test('steps of one level do not wait for each other', () => {
    const plan = planOf(DIAMOND);
    if (!plan.ok) throw new Error('the plan is right');
    const { steps } = plan.value;
    expect(steps.map(({ id, level, earliestMs }) => [id, level, earliestMs])).toEqual([
      ['begin', 0, 0],
      ['alone', 0, 0],
      ['left', 1, 1_000],
      ['right', 1, 1_000],
      ['end', 2, 2_000],
    ]);
    expect(plan.value).toMatchObject({ makespanMs: 3_000, serialMs: 5_000, parallelMax: 2 });
  });

  test('the longest chain decides how long a run takes', () => {
    const plan = planOf(DIAMOND, {}, { left: 5_000, right: 9_000, alone: 3_000 });
    expect(plan).toMatchObject({
      ok: true,
      value: { criticalPath: ['begin', 'right', 'end'], makespanMs: 11_000, parallelMax: 3 },
    });
    if (plan.ok) expect(explainRun(plan.value).at(-2)).toBe('critical path: begin > right > end');
  });

  test('a step that is skipped takes no time', () => {
    const text =
      'name: n\ninputs: {n: integer}\nsteps:\n  - {id: a, wait: 1h, if: inputs.n > 2}\n' +
      '  - {id: b, command: ls, needs: [a], if: steps.a.status == "skipped"}\n';
    expect(planOf(text, { n: 2 })).toMatchObject({
      ok: true,
      value: { makespanMs: 1_000, steps: [{ runs: 'no' }, { runs: 'unknown' }] },
    });
    expect(planOf(text, { n: '3' })).toMatchObject({
      ok: true,
      value: { makespanMs: 3_601_000, steps: [{ runs: 'yes' }, { runs: 'unknown' }] },
    });
  });
});

describe('inputs', () => {
  const TEXT = `
name: n
inputs:
  text: { pattern: "[a-z]+", max: 3 }
  count: { type: integer, default: 2, min: 1, max: 5 }
  flag: { type: boolean, default: false }
  list: { type: list, default: [1, 2] }
  map: { type: object, default: { a: { b: 1 } } }
  choice: { one_of: [x, y], default: x }
steps:
  - id: a
    workflow: w
    for_each: "\${list}"
    with: { text: "\${text}", n: "\${count}", b: "\${inputs.map.a}", c: "\${inputs.map.a.b}" }
`;

  test('have defaults, and are read as their type', () => {
    expect(planOf(TEXT, { text: 'abc', count: '5', flag: 'true', list: '["a"]' })).toMatchObject({
      ok: true,
      value: {
        inputs: { text: 'abc', count: 5, flag: true, list: ['a'], choice: 'x' },
        steps: [{ times: 1, action: { with: { text: 'abc', n: 5, b: { b: 1 }, c: 1 } } }],
      },
    });
  });

  test.each([
    [{}, 'inputs.text is missing: give it a value'],
    [{ text: 'ABC' }, 'inputs.text must match [a-z]+'],
    [{ text: 'abcd' }, 'inputs.text must be at most 3 characters'],
    [{ text: 'a', count: 6 }, 'inputs.count must be at most 5'],
    [{ text: 'a', count: '2.5' }, 'inputs.count must be a whole number'],
    [{ text: 'a', list: 'x' }, 'inputs.list must be a list, such as ["a","b"]'],
    [{ text: 'a', choice: 'z' }, 'inputs.choice must be one of "x", "y"'],
    [{ text: 'a', cuont: 1 }, 'inputs.cuont is not an input; did you mean count?'],
    [
      { text: 'a', list: Array(1_001).fill(1) },
      'steps.a.for_each has 1001 items, 1000 at most: split the list',
    ],
  ])('%j: %s', (given, message) => {
    const plan = planOf(TEXT, given);
    expect(plan.ok ? [] : plan.error.map((fault) => `${fault.path} ${fault.message}`)).toEqual([
      message,
    ]);
  });

  test('names of objects are not inputs', () => {
    const plan = planOf(`name: n\nsteps: [{id: a, command: ["ls", "\${constructor}"]}]\n`);
    expect(plan).toMatchObject({ ok: false, error: [{ path: 'inputs.constructor' }] });
  });
});

describe('a value stays one value', () => {
  test.each([
    [
      `command: "pg_isready -h \${host} -p 1"`,
      { host: 'a; rm -rf /' },
      ['pg_isready', '-h', 'a; rm -rf /', '-p', '1'],
    ],
    [
      `command: "echo x\${a}y '\${a} z' $\${a}"`,
      { a: '" $(id)' },
      ['echo', 'x" $(id)y', '" $(id) z', `\${a}`],
    ],
    [`command: ["echo", "\${a}"]`, { a: '' }, ['echo', '']],
    [`command: ["ls", "--", "\${a}"]`, { a: '-la' }, ['ls', '--', '-la']],
    [`command: ["sleep", "\${a}"]`, { a: '-5' }, ['sleep', '-5']],
  ])('%s', (keys, inputs, words) => {
    expect(actionOf(keys, inputs)).toEqual({ command: words });
  });

  test('a value is not an option', () => {
    expect(actionOf(`command: "ssh-keyscan \${a}"`, { a: '-oProxyCommand=id' })).toEqual([
      {
        path: 'steps.a.command',
        message:
          'puts "-oProxyCommand=id" into a command, which would be an option: ' +
          `write -- before \${a}`,
      },
    ]);
  });

  test.each([
    ['../admin', 'https://h/r/..%2Fadmin?q=1'],
    ['a?x=1&y#z', 'https://h/r/a%3Fx%3D1%26y%23z?q=1'],
    ['@evil.example', 'https://h/r/%40evil.example?q=1'],
  ])('in a URL: %s', (id, url) => {
    expect(actionOf(`http: {url: "https://h/r/\${id}?q=1"}`, { id })).toEqual({
      http: { method: 'GET', url },
    });
  });

  test('a value does not leave the path of a URL', () => {
    expect(actionOf(`http: {url: "https://h/r/\${id}"}`, { id: '..' })).toMatchObject([
      { message: 'puts ".." into the URL, which would leave its path' },
    ]);
  });

  test('a value does not begin another header', () => {
    const keys = `http: {url: "https://h/", headers: {X-Id: "\${a}"}}`;
    expect(actionOf(keys, { a: 'x' })).toMatchObject({ http: { headers: { 'X-Id': 'x' } } });
    expect(actionOf(keys, { a: 'x\r\nHost: y' })).toMatchObject([
      { message: 'puts a character into a header that it cannot have, such as a line break' },
    ]);
  });

  test('a value is not longer than 64 KiB', () => {
    const keys = `command: ["echo", "\${a}"]`;
    expect(actionOf(keys, { a: 'x'.repeat(70_000) })).toMatchObject([{ path: 'inputs.a' }]);
  });

  test('a value that looks like a reference is not one', () => {
    expect(
      actionOf(`notify: {channel: c, message: "\${a} \${b}"}`, { a: `\${b}`, b: 'x' }),
    ).toEqual({
      notify: { channel: 'c', message: `\${b} x` },
    });
  });

  test('a secret is a name', () => {
    expect(actionOf('command: ls, secrets: {TOKEN: api-token@3}', {})).toEqual({
      command: ['ls'],
      secrets: { TOKEN: 'api-token@3' },
    });
  });
});

describe('drawings', () => {
  const HOSTILE = `
name: n
title: '</title><script>alert(1)</script>'
steps:
  - { id: a, command: ["x", '"]; click s0 "javascript:x" <b>&#'] }
  - { id: b, wait: { manual: "</text><script>" }, needs: [a] }
`;

  test('Mermaid has nodes for steps and arrows for needs, and no markup of values', () => {
    expect(writeMermaid(definitionOf(HOSTILE))).toBe(
      [
        'flowchart TD',
        '  s0["a<br/>command: x #quot;]; click s0 #quot;javasc…"]',
        '  s1["b<br/>wait: #lt;/text#gt;#lt;script#gt;"]',
        '  s0 --> s1',
        '',
      ].join('\n'),
    );
  });

  test('SVG has a box for each step, and no markup of values', () => {
    const svg = writeSvg(definitionOf(HOSTILE));
    expect(svg.match(/<rect /g)).toHaveLength(2);
    expect(svg.match(/marker-end/g)).toHaveLength(1);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
    expect(svg.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
  });
});
