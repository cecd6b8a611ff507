/** Help and documentation of the settings match the table. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { serverUsage } from '../server-usage.ts';
import { settingRows, variablesOf } from '../settings-table.ts';
import { renderConfigurationPage } from './render-configuration-page.ts';

const PAGE = join(__dirname, '../../../../docs/reference/configuration.md');

test('the reference page is the one that print-configuration writes', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(renderConfigurationPage());
});

describe('the help text', () => {
  test('names every flag and every variable', () => {
    const usage = serverUsage();
    for (const { name } of settingRows()) {
      expect(usage).toContain(`\n  --${name}`);
      for (const variable of variablesOf(name)) expect(usage).toContain(variable);
    }
  });

  test('has lines that fit a terminal', () => {
    const longest = Math.max(
      ...serverUsage()
        .split('\n')
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(100);
  });
});

test('descriptions are sentences, and no two settings share a variable', () => {
  const rows = settingRows();
  for (const { row } of rows) expect(row.description).toMatch(/^[A-Z].*[.]$/);
  const variables = rows.flatMap(({ name }) => variablesOf(name));
  expect(new Set(variables).size).toBe(variables.length);
});
