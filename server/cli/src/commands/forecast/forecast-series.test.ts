/** Content of the table, its forecast, and errors for a bad table. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';

const WAVE = Array.from({ length: 24 * 21 }, (_, at) =>
  (100 + 40 * Math.sin((2 * Math.PI * at) / 24)).toFixed(2),
);

const PERIODS_REFUSED =
  'Must be up to 4 integers from 2 to 10000, or durations such as 24h, separated by commas.';

function forecast(text: string, flags: readonly string[] = [], world: TestWorld = {}) {
  const argv = ['forecast', '--csv', 'series.csv', ...flags];
  return runInProcess(argv, { ...world, files: { 'series.csv': text } });
}

async function foundIn(text: string, flags: readonly string[] = []) {
  const run = await forecast(text, [...flags, '--output', 'json']);
  expect(run).toMatchObject({ stderr: '', exitCode: 0 });
  return JSON.parse(run.stdout);
}

describe('a forecast', () => {
  test('has the fields of its JSON, with as many values as the horizon', async () => {
    const found = await foundIn(`web,${WAVE.join(',')}\n`, ['--season', '24', '--horizon', '48']);
    expect(found).toHaveLength(1);
    const [{ series, model, backtest, point, lower, upper }] = found;
    expect({ series, model }).toEqual({ series: 'web', model: 'ensemble' });
    expect(backtest.accuracy).toBeGreaterThan(0.98);
    expect(Object.keys(backtest)).toEqual(['origins', 'accuracy', 'smape', 'mase', 'models']);
    for (const values of [point, lower, upper]) expect(values).toHaveLength(48);
    expect(point[6]).toBeCloseTo(140, 0);
    expect(lower[6]).toBeLessThanOrEqual(point[6]);
    expect(upper[6]).toBeGreaterThanOrEqual(point[6]);
  });

  test('is a line for each series in a table', async () => {
    const run = await forecast(`web,${WAVE.join(',')}\nnew,3\n`, ['--season', '24']);
    const [header, web, fresh] = run.stdout.split('\n');
    expect(header).toMatch(/^SERIES +NEXT +LOWER +UPPER +LAST +ACCURACY +MODEL$/);
    expect(web).toMatch(/^web +\d+.* +\d+% +ensemble$/);
    expect(fresh).toMatch(/^new +3 +2.97 +3.03 +3 +- +naive$/);
  });

  test('of a single series is explained', async () => {
    const run = await forecast(`web,${WAVE.join(',')}\n`, ['--season', '24']);
    const [, , , by, models] = run.stdout.split('\n');
    expect(by).toMatch(
      /^Forecast by the weighted median of several models. 8 earlier forecasts of it had/,
    );
    expect(models).toMatch(/^MASE of each model, the best first: .*naive/);
    expect((await forecast('new,3\n')).stdout).toContain(
      'Forecast by naive: the series is too short to compare forecasts with what came.',
    );
    expect((await forecast('none,\n')).stdout).toContain(
      'The series has no values, so nothing is forecast.',
    );
  });

  test('is by a network where no regression continues the series', async () => {
    let [last, before] = [0.1, 0.1];
    const values = Array.from({ length: 400 }, () => {
      [last, before] = [1 - 1.4 * last * last + 0.3 * before, last];
      return (50 + 20 * last).toFixed(3);
    });
    const text = `bend,${values.join(',')}\n`;
    const [tried] = await foundIn(text, ['--horizon', '2', '--networks']);
    expect(tried.model).toBe('mlp');
    const names = tried.backtest.models.map(({ model }: { model: string }) => model);
    expect(names.slice(0, 2)).toEqual(['mlp', 'lstm']);
    expect(names).toContain('log-ridge');
    const [usual] = await foundIn(text, ['--horizon', '2']);
    expect(usual.model).toBe('ensemble');
  });

  test('has nothing for a series without values, and invents nothing', async () => {
    const [empty] = await foundIn('empty,,,\n');
    expect(empty).toMatchObject({ series: 'empty', model: 'none', point: [], lower: [] });
  });

  test('of a longer horizon than the series has values is finite', async () => {
    const [short] = await foundIn('short,1,2,4,3,2,5,4\n', ['--horizon', '30']);
    expect(short.point).toHaveLength(30);
    expect(short.point.every(Number.isFinite)).toBe(true);
  });

  test('of wider coverage has wider intervals', async () => {
    const text = `web,${WAVE.map((value, at) => Number(value) + ((at * 31) % 47)).join(',')}\n`;
    const reachOf = async (percent: string) => {
      const [{ lower, upper }] = await foundIn(text, ['--season', '24', '--coverage', percent]);
      return upper[0] - lower[0];
    };
    expect(await reachOf('50')).toBeLessThan(await reachOf('99'));
  });

  test('shows progress where many series take long, and none with --quiet', async () => {
    const text = Array.from({ length: 6 }, (_, at) => `s${at},1,2,3,4,5,6,7,8`).join('\n');
    const world = { tickMs: 3_000 };
    expect((await forecast(text, [], world)).stderr).toMatch(/^forecasting series: \d of 6/);
    expect((await forecast(text, ['--quiet'], world)).stderr).toBe('');
  });
});

describe('a table', () => {
  test.each([
    [
      'with quotes, a mark at its beginning and other line ends',
      '\uFEFF"a","1","2"\r\n"b","3"\r\n',
    ],
    ['with a header like that of M4', '"V1","V2","V3"\n"a","1","2"\n"b","3",""\n'],
    ['with a header of words and dates', 'id,2026-01-01,2026-01-02\na,1,2\nb,3\n'],
    ['with trailing cells empty', 'a,1,2,,,\nb,3,,,,\n'],
    ['with words for missing values', 'a,1,NA\nb,NaN,null\n'],
  ])('%s is read', async (_form, text) => {
    const found = await foundIn(text, ['--horizon', '1']);
    expect(found.map((each: { series: string }) => each.series)).toEqual(['a', 'b']);
  });

  test('may be standard input, and one of its series may be chosen', async () => {
    const argv = ['forecast', '--csv', '-', '--series', 'b', '--output', 'json', '--horizon', '1'];
    const run = await runInProcess(argv, { files: { '-': 'a,1\nb,2\n' } });
    expect(JSON.parse(run.stdout)).toMatchObject([{ series: 'b', point: [2] }]);
  });

  test.each([
    ['a,1,x\n', 'series.csv, row 1, column 3: "x" is not a finite number.'],
    ['V,W\na,1,2\nb,1e999\n', 'series.csv, row 3, column 2: "1e999" is not a finite number.'],
    ['a,1\n\nb,0x10\n', 'series.csv, row 3, column 2: "0x10" is not a finite number.'],
    ['a,1\n,2\n', 'series.csv, row 2, column 1: the id is missing.'],
    ['a,1\nb,2\na,3\n', 'series.csv, row 3, column 1: row 1 has the id a, too.'],
    ['', 'series.csv has no series.'],
    ['id,first,second\n', 'series.csv has no series.'],
  ])('that is wrong is refused with its place (%j)', async (text, message) => {
    const run = await forecast(text);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain('Give a CSV table with a series a row');
  });

  test('of any text is read or refused, and never breaks the command', async () => {
    const part = fc.constantFrom('a', '1', '-2.5', ',', ',', '\n', '"', '""', '\r\n', 'NaN', '∞');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), async (parts) => {
        const run = await forecast(parts.join(''), ['--horizon', '2', '--output', 'json']);
        expect([0, 1]).toContain(run.exitCode);
        expect(run.stderr).not.toContain('internal error');
        if (run.exitCode === 0) expect(Array.isArray(JSON.parse(run.stdout))).toBe(true);
      }),
    );
  });
});

describe('wrong usage', () => {
  test.each([
    [['--season', '1'], PERIODS_REFUSED],
    [['--season', '24;168'], PERIODS_REFUSED],
    [['--horizon', '0'], 'Must be at least 1.'],
    [['--horizon', '10001'], 'Must be at most 10000.'],
    [['--coverage', '100'], 'Must be a number from 50 to below 100.'],
    [['--series', 'z'], 'the file has no series z'],
  ])('%j is refused', async (flags, message) => {
    const run = await forecast('a,1\n', flags);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(message);
  });

  test('is a file that is not there', async () => {
    const run = await runInProcess(['forecast', '--csv', 'nothing.csv']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('cannot read the series from nothing.csv');
  });
});

describe('a calendar', () => {
  const DAYS = 'name,date\nsale,2026-01-08\nsale,2026-01-16\nsale,2026-01-22\n';
  const TIMES = ['--start', '2026-01-01T00:00:00Z', '--step', '1h'];
  const SERIES = WAVE.map((value, at) =>
    [7, 15].includes(Math.floor(at / 24)) ? (2 * Number(value)).toFixed(2) : value,
  );

  async function run(calendar: string, flags: readonly string[]) {
    const files = { 'series.csv': `web,${SERIES.join(',')}\n`, 'days.csv': calendar };
    const argv = ['forecast', '--csv', 'series.csv', '--season', '24', '--calendar', 'days.csv'];
    return runInProcess([...argv, ...flags], { files });
  }

  test('has the forecast follow the earlier days of a name, and say so', async () => {
    const found = await run(DAYS, [...TIMES, '--output', 'json']);
    expect(found).toMatchObject({ stderr: '', exitCode: 0 });
    const [{ point, calendar }] = JSON.parse(found.stdout);
    expect(calendar).toEqual([
      {
        name: 'sale',
        starts_at: '2026-01-22T00:00:00.000Z',
        ends_at: '2026-01-23T00:00:00.000Z',
        earlier_days: 2,
        ratio: expect.any(Number),
        state: 'learnt',
      },
    ]);
    expect(calendar[0].ratio).toBeGreaterThan(1.5);
    expect(point[6]).toBeGreaterThan(1.5 * 140);
    expect((await run(DAYS, TIMES)).stdout).toContain('by 2 earlier days of that name.');
  });

  test.each([
    [DAYS, [], 'give --start, such as 2026-01-01T00:00:00Z, and --step, such as 1h'],
    [DAYS, ['--start', 'soon'], 'Must be a time such as 2026-11-20T08:00:00Z.'],
    [DAYS, [...TIMES, '--time-zone', 'Mars/Base'], '--time-zone Mars/Base is no IANA name'],
    ['sale,2026-02-30\n', TIMES, 'days.csv, row 1: "2026-02-30" is no day of the calendar.'],
    ['sale\n', TIMES, 'days.csv, row 1: "" is no day of the calendar.'],
    ['name,date\n', TIMES, 'the calendar days.csv has no named day'],
    ['a,b,c\n', TIMES, 'days.csv, row 1: is not a name and a date.'],
  ])('is refused with what is wrong (%#)', async (calendar, flags, words) => {
    const found = await run(calendar, flags);
    expect(found.stderr).toContain(words);
    expect(found.exitCode).not.toBe(0);
  });

  test('and its times go together, and are not for metrics', async () => {
    const alone = await forecast('web,1,2\n', ['--step', '1h']);
    expect(alone.stderr).toContain('are for --calendar FILE: give it');
    const both = ['forecast', '--csv', '-', '--calendar', '-', ...TIMES];
    expect((await runInProcess(both, {})).stderr).toContain('both read standard input');
    const metric = ['forecast', '--metric', 'orders_total', '--calendar', 'days.csv'];
    expect((await runInProcess(metric, {})).stderr).toContain("cannot be used with option '--cal");
  });
});
