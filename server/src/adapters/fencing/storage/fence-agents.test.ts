/** A fence agent of Pacemaker, as Debian has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findFenceDummy } from '../../../../../test/support/services/find-fence-agents.ts';
import { createCommandFence } from './create-command-fence.ts';

test('fence_dummy cuts a node off and takes it back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-fence-agents-'));
  const fence = createCommandFence({
    program: findFenceDummy(),
    options: { type: 'file', status_file: join(directory, 'status') },
    password: undefined,
    plugs: {},
    timeoutMs: 60_000,
  });
  expect(await fence.restore('node-a')).toEqual({ ok: true });
  expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  expect(await fence.cutOff('node-a')).toEqual({ ok: true });
  expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
  rmSync(directory, { recursive: true });
}, 120_000);
