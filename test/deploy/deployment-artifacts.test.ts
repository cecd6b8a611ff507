import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');

interface Rendered {
  readonly page: string;
  readonly undeclared: readonly string[];
}

/** The checks are modules, which a process of their own reads. */
function readChecks(files: readonly string[]): Rendered {
  const words = [join(__dirname, 'print-artifacts.mjs'), ...files];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

test('every file of the deployment is in a check, and the page lists all of them', () => {
  const listed = execFileSync('git', ['ls-files', 'server/deploy'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = listed.split('\n').filter((file) => file !== '' && !file.endsWith('.md'));
  const { page, undeclared } = readChecks(files);
  expect(undeclared).toEqual([]);
  const written = readFileSync(join(ROOT, 'docs/reference/deployment-artifacts.md'), 'utf8');
  expect(written).toBe(page);
});
