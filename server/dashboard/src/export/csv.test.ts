import { describe, expect, test } from '@jest/globals';
import { toCsv } from './csv.ts';

/** The one cell of a table with one row. */
function cellOf(value: unknown): string {
  return toCsv(['a'], [{ a: value }]).slice('a\r\n'.length, -'\r\n'.length);
}

describe('CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1 day', "'+1 day"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tindented', `"'\tindented"`],
    ['\n=1+1', `"'\n=1+1"`],
    ['\nnote', `"'\nnote"`],
    [' =1+1', "' =1+1"],
    ['＝1+1', "'＝1+1"],
    ['\u3000＠SUM(A1)', "'\u3000＠SUM(A1)"],
    ['=HYPERLINK("https://x.test","y")', `"'=HYPERLINK(""https://x.test"",""y"")"`],
  ])('a text that a spreadsheet would run gets an apostrophe: %j', (text, cell) => {
    expect(cellOf(text)).toBe(cell);
  });

  test.each([
    [-5, '-5'],
    ['-5.25', '-5.25'],
    [0, '0'],
    [true, 'true'],
  ])('a number stays a number: %j', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  test.each([
    ['web, first', '"web, first"'],
    ['5" disk', '"5"" disk"'],
    ["a;=cmd|'/c calc'!A1", `"a;=cmd|'/c calc'!A1"`],
    ['a\t=1+1', '"a\t=1+1"'],
    ['one\ntwo', '"one\ntwo"'],
    ['one\r\ntwo', '"one\r\ntwo"'],
    ['خادم 🚀', 'خادم 🚀'],
    [null, ''],
    [undefined, ''],
    [{ tier: 'web' }, '"{""tier"":""web""}"'],
  ])('separators inside a cell are quoted: %j', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });

  test('a table has its header, and an empty cell where a row lacks a field', () => {
    const rows = [{ name: 'web', status: 'running' }, { name: 'db' }];
    expect(toCsv(['name', 'status'], rows)).toBe('name,status\r\nweb,running\r\ndb,\r\n');
  });
});
