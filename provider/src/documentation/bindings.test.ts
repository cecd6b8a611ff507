import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const SCRIPT = join(import.meta.dirname, '../../../constructs/build/generate-bindings.mjs');

/** Terraform starts the built provider and prints its schema, which takes a second or two. */
const CHECK_DURATION_MS_MAX = 60_000;

test(
  'the lower layer of the constructs is what the schema says; else run make generate',
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
