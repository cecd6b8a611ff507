import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const SCRIPT = join(__dirname, '../build/write-api.mjs');

/** jsii compiles everything with a TypeScript of its own: five seconds on an idle machine. */
const CHECK_DURATION_MS_MAX = 120_000;

test(
  'jsii accepts the public classes, and their page is up to date; else run make generate',
  async () => {
    const checked = promisify(execFile)(process.execPath, [SCRIPT, '--check']);
    const trouble = await checked.then(
      ({ stderr }) => stderr,
      (error: { readonly stderr: string }) => error.stderr,
    );
    expect(trouble).toBe('');
  },
  CHECK_DURATION_MS_MAX,
);
