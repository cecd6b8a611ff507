import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const SCRIPT = resolve(__dirname, '../../build/generate-proto.mjs');

test('src/gen is exactly what the protocol definitions generate', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [SCRIPT, '--check']);
  expect(stderr).toBe('');
});
