/** Files that are imported, the requests that follow, and errors for a bad file. */
import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { z } from 'zod';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleId } from '../../test-kit/sample-base.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

const Part = z.object({ samples: z.array(z.object({ at: z.string(), value: z.number() })) });

const IMPORT = 'metric import --name orders_count';

/** Runs a command line; the time is 2026-01-02T03:04:05Z. */
async function run(words: string, file: string, handlers: FakeHandlers = {}) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const files = { 'load.csv': file, 'load.json': file };
  const ran = await runInProcess(words.split(' '), { env, files });
  await server.close();
  const imports = server.calls.filter(({ method }) => method === 'metric.import');
  return { ...ran, calls: server.calls, imports: imports.map(({ params }) => params) };
}

function matrix(...result: readonly object[]): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

const CSV = 'timestamp,value\n2025-12-01T00:00:00Z,1\n2025-12-01T01:00:00Z,\n2025-12-02,2.5\n';

test('the rows of CSV are sent to the target that the flags name', async () => {
  const { imports, stderr, stdout, exitCode } = await run(
    `${IMPORT} --vm-group-id web --csv load.csv -o json`,
    CSV,
  );
  expect(imports).toEqual([
    {
      name: 'orders_count',
      vm_group_id: sampleId('vmg'),
      samples: [
        { at: '2025-12-01T00:00:00.000Z', value: 1 },
        { at: '2025-12-02T00:00:00.000Z', value: 2.5 },
      ],
    },
  ]);
  expect(stderr).toContain('notice: 1 row without a number left out, the first at line 3\n');
  expect(JSON.parse(stdout)).toMatchObject({ stored: 3, duplicated: 1 });
  expect(exitCode).toBe(0);
});

test('the values of Prometheus are sent in parts that end with an hour', async () => {
  const values = Array.from({ length: 10_000 }, (_, at) => [1_764_547_200 + at * 7, `${at}`]);
  const file = matrix({ metric: { job: 'shop' }, values: [...values, [1_764_700_000, 'NaN']] });
  const { imports, stderr } = await run(`${IMPORT} --fleet --prometheus load.json`, file);
  const parts = imports.map((params) => {
    expect(params).toMatchObject({ fleet: true });
    return Part.parse(params).samples;
  });
  expect(parts.flat().map(({ value }) => value)).toEqual(values.map((_, at) => at));
  expect(parts.length).toBe(3);
  const hours = parts.map((part) => new Set(part.map(({ at }) => at.slice(0, 13))));
  expect(new Set(hours.flatMap((each) => [...each])).size).toBe(
    hours.reduce((sum, { size }) => sum + size, 0),
  );
  expect(stderr).toContain('the first at values[10000]');
});

test('what was sent before a failure is said, and nothing stored is a finding', async () => {
  const values = Array.from({ length: 6_000 }, (_, at) => [1_764_547_200 + at * 60, '1']);
  const counts = { stored: 4_980, duplicated: 0, recent: 0, expired: 0, new_series: 1 };
  const refused = problem('forbidden', { detail: 'No.', remedy: 'Ask.' });
  const failed = await run(`${IMPORT} --prometheus load.json`, matrix({ metric: {}, values }), {
    'metric.import': (_, turn) =>
      turn === 0 ? { result: counts } : { problem: toProblemDocument(refused) },
  });
  expect(failed.stderr).toContain('of 6000 samples were sent: repeat the command to send the rest');
  expect(failed.exitCode).not.toBe(0);
  const none = await run(`${IMPORT} --csv load.csv`, CSV, {
    'metric.import': () => ({
      result: { stored: 0, duplicated: 0, recent: 1, expired: 1, new_series: 0 },
    }),
  });
  expect(none.stderr).toContain(
    'notice: 1 sample of the last 2 hours not stored: `novacron metric write` stores them\n' +
      'notice: 1 sample not stored: more than 400 days old\n',
  );
  expect(none.stderr).toContain('No sample is stored');
});

describe('a bad file is refused with the place of its fault, and nothing is sent', () => {
  const head = 'timestamp,value\n';
  const one = { metric: { __name__: 'up', job: 'a' }, values: [[1, '1']] };
  test.each([
    ['csv', `${head}2025-12-01,1\n2025-12-02,12`, 'load.csv, line 3 has no line end'],
    ['csv', `${head}2025-12-02,1\n2025-12-01,1\n`, 'load.csv, line 3 is not later than the row'],
    ['csv', `${head}2026-01-03,1\n`, 'line 2: 2026-01-03T00:00:00.000Z is in the future'],
    ['csv', `${head}2025-12-01,x\n`, 'load.csv, line 2, column value: "x" is not a number'],
    ['prometheus', matrix(one).slice(0, -9), 'load.json is not JSON, or was cut'],
    ['prometheus', '{"status":"error","error":"bad query"}', 'load.json is an error: bad query'],
    ['prometheus', '{"status":"success"}', 'load.json is not an answer with a matrix'],
    ['prometheus', matrix(), 'load.json has no series'],
    [
      'prometheus',
      matrix(one, { metric: { job: 'b' }, values: [] }),
      'load.json has 2 series: up{job="a"}, {job="b"}.',
    ],
    [
      'prometheus',
      matrix({
        metric: {},
        values: [
          [2, '1'],
          [1, '1'],
        ],
      }),
      'load.json, values[1] is not later',
    ],
  ] as const)('%s %#', async (format, file, message) => {
    const path = format === 'csv' ? 'load.csv' : 'load.json';
    const { stderr, exitCode, calls } = await run(`${IMPORT} --${format} ${path}`, file);
    expect(stderr).toContain(message);
    expect(exitCode).not.toBe(0);
    expect(calls).toEqual([]);
  });

  test('a file is needed', async () => {
    const { stderr, exitCode } = await run(IMPORT, '');
    expect(stderr).toContain('give --csv FILE, or --prometheus FILE');
    expect(exitCode).toBe(2);
  });
});
