/** Requests to the server, and the output of its answer. */
import { expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleId } from '../../test-kit/sample-base.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

async function run(words: string, handlers: FakeHandlers = {}) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const ran = await runInProcess(words.split(' '), { env });
  await server.close();
  return { ...ran, calls: server.calls };
}

const METRIC = 'forecast --metric cpu_utilization_ratio';

test('a metric of a VM is asked by its id, and printed as a series of a file is', async () => {
  const { stdout, calls, exitCode } = await run(`${METRIC} --vm web-server-01 --horizon 6h`);
  expect(exitCode).toBe(0);
  expect(calls.at(-1)).toMatchObject({
    method: 'metric.forecast',
    params: { vm_id: sampleId('vm'), name: 'cpu_utilization_ratio', horizon: '6h' },
  });
  const [header, line] = stdout.split('\n');
  expect(header).toMatch(/^SERIES +NEXT +LOWER +UPPER +LAST +ACCURACY +MODEL$/);
  expect(line).toMatch(
    /^web-server-01\/cpu_utilization_ratio +0.25 +0.2 +0.3 +0.5 +95% +ensemble$/,
  );
  expect(stdout).toContain('Forecast by the weighted median of several models.');
});

test('numbers without a unit count hours, and JSON has the fields of a file', async () => {
  const { stdout, calls } = await run(`${METRIC} --season 24,168 --horizon 48 -o json`);
  expect(calls.at(-1)).toMatchObject({ params: { horizon: '48h', seasons: ['24h', '168h'] } });
  const [found] = JSON.parse(stdout);
  expect(found).toMatchObject({
    series: 'cpu_utilization_ratio',
    model: 'ensemble',
    backtest: { origins: 8, accuracy: 0.95, smape: 5, mase: 0.8 },
    point: [0.25, 0.5],
    lower: [0.2, 0.4],
    upper: [0.3, 0.625],
    known: true,
    history_from: '2026-01-01T03:04:00.000Z',
  });
});

test('of what is not known there is no number, and the reason is printed', async () => {
  const sample = sampleAnswer('metric.forecast', {});
  const nothing = { model: null, backtest: null, selection: null, selected_at: null };
  const unknown = { known: false, reason: 'too_short', times: [], point: [], lower: [], upper: [] };
  const explanation = ['The history is too short.'];
  const { stdout } = await run(METRIC, {
    'metric.forecast': () => ({
      result: Object.assign({}, sample, nothing, unknown, { explanation }),
    }),
  });
  expect(stdout).toMatch(/^cpu_utilization_ratio +- +- +- +- +- +none$/m);
  expect(stdout).toContain('The history is too short.');
});

test.each([
  ['forecast', 'give --csv FILE, or --metric NAME'],
  ['forecast --vm web', 'give --metric NAME: what of it is to be forecast?'],
  ['forecast --csv a.csv --horizon 6h', 'give numbers without a unit'],
  [`${METRIC} --csv a.csv`, 'cannot be used with'],
  [`${METRIC} --vm a --group b`, 'cannot be used with'],
  [`${METRIC} --horizon soon`, 'Must be a number of values, or a duration such as 6h.'],
])('%s is refused', async (words, message) => {
  const { stderr, exitCode, calls } = await run(words);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
  expect(calls).toEqual([]);
});
