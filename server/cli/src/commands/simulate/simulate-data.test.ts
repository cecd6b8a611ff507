import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../../test-kit/run-in-process.ts';

const run = (words: string, world: object = {}) => runInProcess(words.split(' '), world);

describe('simulate data', () => {
  test('makes the table that forecast reads, and the one that anomaly reads', async () => {
    const made = await run('simulate data --pattern office --for 14d --step 1h --noise 0');
    expect(made.exitCode).toBe(0);
    const files = { 'office.csv': made.stdout };
    const forecast = await run('forecast --csv office.csv --season 24 --horizon 24', { files });
    expect(forecast.stdout).toContain('office-1/cpu_utilization_ratio');
    const points = await run('simulate data --pattern steady --for 1d --layout points --gaps 0.1');
    expect(points.stdout).toMatch(/^timestamp,value\n2026-01-05T00:00:00.000Z,0\.\d+\n/);
    const scored = await run('anomaly --csv points.csv', {
      files: { 'points.csv': points.stdout },
    });
    expect(scored.exitCode).toBe(0);
  });

  test('lists the outliers as JSON, and gaps as null', async () => {
    const words = 'simulate data --pattern web --for 30d --outliers 0.01 --gaps 0.05 --output json';
    const { stdout } = await run(words);
    const { series, step_seconds } = JSON.parse(stdout);
    expect(step_seconds).toBe(300);
    expect(series[0].outliers.length).toBeGreaterThan(0);
    expect(series[0].values).toContain(null);
  });

  test.each([
    ['--pattern sunny', 'Allowed choices are steady, office, web'],
    ['--pattern web --for 1m', '--for is shorter than --step'],
    ['--pattern web --for 900d --vms 100', '25,920,000 values are more than 2,000,000'],
    ['--pattern web --vms 2 --layout points', 'ask for one metric of one VM'],
    ['--pattern web --vms 2 --layout table', 'ask for one VM'],
    ['--pattern web --gaps 1', 'Must be a number from 0 to 0.9.'],
    ['--pattern web --step soon', 'Must be a duration such as 5m or 14d.'],
  ])('%s is wrong usage', async (words, message) => {
    const { exitCode, stderr } = await run(`simulate data ${words}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});
