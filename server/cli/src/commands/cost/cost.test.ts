/** Costs as tables, Markdown and CSV, and the export for cost management tools. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseCsv } from '../../io/parse-csv.ts';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { sampleAnswer } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';
import { writeCsv } from './write-cost-table.ts';

async function run(words: string, handlers: FakeHandlers = {}) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const ran = await runInProcess(words.split(' '), { env });
  await server.close();
  return { ...ran, calls: server.calls };
}

test('a report is a table whose rounded lines add up to its total', async () => {
  const { stdout, exitCode } = await run('cost report');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    [
      'TENANT    RESOURCE       AMOUNT  CURRENCY  HOURS  UNKNOWN_HOURS',
      'research  web-server-01  2.41    EUR       24     0',
      'research  data-volume    0.01    EUR       24     12',
      'total                    2.42    EUR       48     12',
      '',
      '12 hours have no known price and are not in the amounts.',
      '',
    ].join('\n'),
  );
});

test.each([
  ['cost report -o csv', 'research,data-volume,0.015,EUR,24,12'],
  ['cost report -o markdown', '| research | web-server-01 | 2.41 | EUR |'],
  ['cost forecast', '2026-01  24.00  74.40     70.00  81.25  EUR'],
  ['cost compare', 'web-server-01  vm    70.00   74.40  4.40        EUR       resized hours'],
])('%s writes a line with %s', async (words, line) => {
  const { stdout } = await run(words);
  expect(stdout).toContain(line);
});

test.each([
  ['=HYPERLINK("http://a/","b")', `"'=HYPERLINK(""http://a/"",""b"")"`],
  ['-2+3', "'-2+3"],
  ['@sum', "'@sum"],
  ['web', 'web'],
])('a spreadsheet does not calculate %s', (text, cell) => {
  expect(writeCsv(['team', 'amount', 'currency'], [[text, '-0.6', '-']])).toBe(
    `team,amount,currency\n${cell},-0.6,-\n`,
  );
});

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly values?: readonly string[];
}

const SCHEMA = join(__dirname, '../../../../../docs/reference/focus-columns.json');

const TYPES: Readonly<Record<string, RegExp>> = {
  string: /./,
  decimal: /^-?[0-9]+(?:\.[0-9]+)?$/,
  currency: /^[A-Z]{3}$/,
  datetime: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/,
  json: /^\{.*\}$/,
};

test('the export has the columns of its schema, with values of their types', async () => {
  const { columns }: { readonly columns: readonly Column[] } = JSON.parse(
    readFileSync(SCHEMA, 'utf8'),
  );
  const { stdout, calls, exitCode } = await run('cost export --format focus --month 2026-01');
  expect(exitCode).toBe(0);
  expect(calls.at(-1)).toMatchObject({
    method: 'cost.report',
    params: { month: '2026-01', group_by: ['tenant', 'resource', 'class', 'day'] },
  });
  const [head, ...rows] = parseCsv(stdout);
  expect(head?.cells).toEqual(columns.map(({ name }) => name));
  expect(rows).toHaveLength(2);
  for (const { cells } of rows) {
    for (const [at, { name, type, nullable, values }] of columns.entries()) {
      const cell = cells[at] ?? '';
      const isRight =
        (values?.includes(cell) ?? true) &&
        ((nullable && cell === '') || TYPES[type]?.test(cell) === true);
      expect({ name, cell, isRight }).toEqual({ name, cell, isRight: true });
    }
  }
  const names = columns.map(({ name }) => name);
  const of = (name: string) => rows.map(({ cells }) => cells[names.indexOf(name)]);
  expect(of('Tags')).toEqual(['{"tier":"web, inner"}', '{}']);
  expect(of('ConsumedQuantity')).toEqual(['24', '12']);
  expect(of('ChargePeriodEnd')[0]).toBe('2026-01-03T00:00:00Z');
});

test('the export warns of hours without a price', async () => {
  const { stderr } = await run('cost export');
  expect(stderr).toContain('warning: 12 hours without a known price are left out');
});

test.each(['cost export', 'cost report -o csv'])('%s warns of damaged records', async (words) => {
  const answer = { ...sampleAnswer('cost.report', {}), damaged: ['vm_a'] };
  const { stderr } = await run(words, { 'cost.report': () => ({ result: answer }) });
  expect(stderr).toContain('warning: damaged records of the ledger are left out: vm_a');
});
