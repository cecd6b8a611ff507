import { describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { runInProcess } from '../../test-kit/run-in-process.ts';

/** Rows of two features and a target that bends. */
function table(targetOf: (a: number, b: number, noise: number) => number, rows = 600): string {
  const rng = makeRng('table');
  const lines = Array.from({ length: rows }, (_, row) => {
    const [a, b, noise] = [rng.next(), rng.next(), rng.next() - 0.5];
    return `day ${row},${a},${row % 50 === 0 ? '' : b},${targetOf(a, b, noise)}`;
  });
  return ['when,a,b,load', ...lines, ''].join('\n');
}

const BENT = table((a, b, noise) => 10 * Math.sin(6 * a) * b + noise);

const run = (words: string, files: Readonly<Record<string, string>>) =>
  runInProcess(words.split(' '), { files });

const train = (csv: string) => run('model file train --csv t.csv --target load', { 't.csv': csv });

describe('a model of a table', () => {
  let file = '';

  test('is trained, says how good it is, and what it left out', async () => {
    const { exitCode, stdout, stderr } = await train(BENT);
    expect(stderr).toContain('left out when: line 2 has the text "day 0"\n');
    expect(stderr).toMatch(/Better than the rule `\w+` by \d+\.\d %, with 99 % confidence/);
    expect(exitCode).toBe(0);
    file = stdout;
  });

  test('has a card', async () => {
    const { stdout } = await run('model file card --model m', { m: file });
    expect(stdout).toContain('# Model of load');
    expect(stdout).toMatch(/\| model \| 0\.\d+ \| 9\d\.\d % \|/);
    expect(stdout).toMatch(/600 rows with the SHA-256 `[0-9a-f]{64}`/);
  });

  test('predicts rows whose columns are in another order', async () => {
    const files = { m: file, 'next.csv': 'b,a\n1,0.26\n1,0.78\n' };
    const { stdout } = await run('model file predict --model m --csv next.csv', files);
    const [head, high, low] = stdout.split('\n');
    expect(head).toBe('load');
    expect(Number(high)).toBeGreaterThan(7);
    expect(Number(low)).toBeLessThan(-7);
  });

  test.each([
    ['{}', 'm is not a model: sha256'],
    ['PK', 'm is not a model: it is not JSON'],
  ])('is refused as %s', async (text, message) => {
    const { exitCode, stderr } = await run('model file card --model m', { m: text });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test('is refused after a change, and with trees that do not end', async () => {
    const changed = file.replace('"order":"none"', '"order":"time"');
    const damaged = await run('model file card --model m', { m: changed });
    expect(damaged.stderr).toContain('its checksum is wrong');
    const endless = file.replace(/"left":\[1,/, '"left":[0,');
    const refused = await run('model file card --model m', { m: endless });
    expect(refused.stderr).toContain('a tree does not end');
  });

  test('needs the columns that it learned from', async () => {
    const files = { m: file, 'next.csv': 'a\n1\n' };
    const { stderr } = await run('model file predict --model m --csv next.csv', files);
    expect(stderr).toContain('next.csv lacks columns of the model: b');
  });
});

test('a model that is not better than a rule says so, and does not predict', async () => {
  const straight = table((a, b, noise) => a + b + noise);
  const { stdout, stderr } = await train(straight);
  expect(stderr).toContain('Not better than the rule `linear` beyond chance. Use the rule.');
  const files = { m: stdout, 'next.csv': 'a,b\n1,1\n' };
  const refused = await run('model file predict --model m --csv next.csv', files);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('m is not better than the rule linear beyond chance');
});

test.each([
  ['a,b\n1,2\n', 'the column load does not exist; columns with numbers: a, b'],
  ['load,load\n1,2\n', 'two columns with the name load'],
  ['a,load\n1,x\n', 'the column load has the text "x" in line 2'],
  ['a,load\n', 't.csv has no rows'],
  ['a,load\n1,2\n', '1 rows are too few to learn from'],
])('a table that cannot be learned from is refused: %j', async (csv, message) => {
  const { exitCode, stderr } = await train(csv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
});
