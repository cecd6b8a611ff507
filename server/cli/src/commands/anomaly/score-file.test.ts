/** Output of `novacron anomaly` for a file, and errors for a bad file. */
import { describe, expect, test } from '@jest/globals';
import { makeRng } from '@novacron/engine/rng';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const run = (text: string, flags: readonly string[] = []) =>
  runInProcess(['anomaly', '--csv', 'load.csv', ...flags], { files: { 'load.csv': text } });

/** 200 rows that repeat, the last one far outside. */
function rows(last = '900'): string {
  const lines = Array.from({ length: 200 }, (_, i) => {
    const time = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
    return `${time},${i === 199 ? last : 10 + (i % 5)}`;
  });
  return `timestamp,value\n${lines.join('\n')}\n`;
}

test('JSON has a row for each row of the file, with its own timestamp', async () => {
  const done = await run(rows(), ['--output', 'json']);
  const scores = JSON.parse(done.stdout);
  expect(scores).toHaveLength(200);
  expect(scores[0]).toEqual({ timestamp: '2026-01-01T00:00:00.000Z', value: 10, score: 0 });
  expect(scores[199].score).toBeGreaterThan(0.99);
});

test('people see the rows that score at least the threshold', async () => {
  const done = await run(rows(), ['--threshold', '0.99']);
  expect(done.stdout).toContain('2026-01-01T03:19:00.000Z');
  expect(done.stdout).toContain('1 of 200 rows score at least 0.99.');
});

test('standard input, missing values, other forms of times and line ends', async () => {
  const lines = ['2026-01-01 00:00:00,1', '"2026-01-01",NaN', '2026-01-01T00:10+01:00,'];
  const text = `\uFEFFTimestamp,Value\r\n${lines.join('\r\n')}\r\n`;
  const done = await runInProcess(['anomaly', '--csv', '-', '-o', 'json'], {
    files: { '-': text },
  });
  expect(JSON.parse(done.stdout)).toEqual([
    { timestamp: '2026-01-01 00:00:00', value: 1, score: 0 },
    { timestamp: '2026-01-01', value: null, score: 0 },
    { timestamp: '2026-01-01T00:10+01:00', value: null, score: 0 },
  ]);
});

describe('a wrong file is refused with the place', () => {
  test.each([
    ['', 'load.csv is empty'],
    ['time,value\n', 'load.csv, line 1 has the header "time,value"'],
    ['timestamp,value\n', 'load.csv has no rows below its header'],
    ['timestamp,value\nnow,3\n', 'load.csv, line 2, column timestamp: "now" is not a time'],
    ['timestamp,value\n2026-13-01,3\n', 'line 2, column timestamp: "2026-13-01" is not a time'],
    ['timestamp,value\n2026-01-01,x\n', 'line 2, column value: "x" is not a number'],
    ['timestamp,value\n2026-01-01,1e999\n', 'line 2, column value: "1e999" is not a number'],
    ['timestamp,value\n2026-01-01,1,2\n', 'line 2 has 3 cells, not 2'],
  ])('%j', async (text, message) => {
    const done = await run(text);
    expect(done.exitCode).not.toBe(0);
    expect(done.stderr).toContain(message);
    expect(done.stdout).toBe('');
  });

  test('and so is a threshold that is no score', async () => {
    expect((await run(rows(), ['--threshold', '2'])).stderr).toContain('from 0 to 1');
  });
});

test('no text makes it crash', async () => {
  const rng = makeRng('anomaly-text');
  const parts = [
    'timestamp,value',
    '\n',
    ',',
    '"',
    '2026-01-01',
    'NaN',
    '1e9',
    '\r',
    '-',
    '\0',
    'ü',
  ];
  for (let i = 0; i < 200; i += 1) {
    const count = Math.floor(rng.next() * 12);
    const text = Array.from({ length: count }, () => parts[Math.floor(rng.next() * parts.length)]);
    const done = await run(text.join(''));
    expect(done.stderr).not.toContain('internal error');
  }
});
