/** The library as text: every file is listed, accepted without a warning, and tested. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { LIBRARY } from './use-library.ts';

const FILES = readdirSync(LIBRARY).filter((name) => name.endsWith('.yaml'));

const SUITES = readdirSync(__dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(__dirname, name), 'utf8'))
  .join('\n');

const LIST = readFileSync(join(LIBRARY, 'README.md'), 'utf8');

test('the library has files', () => {
  expect(FILES.length).toBeGreaterThan(10);
});

describe.each(FILES)('%s', (file) => {
  const name = file.replace('.yaml', '');

  test('is accepted without a warning, under its own name', () => {
    const read = readDefinition(readFileSync(join(LIBRARY, file), 'utf8'));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    expect(read.value).toMatchObject({ definition: { name }, warnings: [] });
    expect(read.value.definition.description).toMatch(/\S/);
  });

  test('is in the list of the library, with its kind', () => {
    const read = readDefinition(readFileSync(join(LIBRARY, file), 'utf8'));
    const kind = read.ok ? read.value.definition.kind : '';
    expect(LIST).toMatch(new RegExp(`\\| \\[${file}\\]\\(${file}\\) +\\| ${kind} +\\|`));
  });

  test('has tests of its effect and of its failure', () => {
    const suite = SUITES.split(`\ndescribe('${name}', `)[1]?.split('\n});')[0] ?? '';
    expect(suite.split(/\n {2}test[.(]/).length).toBeGreaterThan(2);
  });
});
