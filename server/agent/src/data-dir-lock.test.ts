import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockDataDir } from './data-dir-lock.ts';

describe('the lock of a data directory', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-agent-lock-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('makes the directory and gives it to one holder at a time', () => {
    const place = join(directory, 'deep', 'agent');
    const first = lockDataDir(place);
    const detail = `Another agent is running on the data directory ${place}.`;
    expect(lockDataDir(place)).toMatchObject({ ok: false, error: { detail } });
    if (first.ok) first.value.release();
    const second = lockDataDir(place);
    expect(second.ok).toBe(true);
    if (second.ok) second.value.release();
  });

  test('says why a directory cannot be used', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(lockDataDir(join(directory, 'file'))).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        detail: expect.stringMatching(/^The data directory .*file cannot be used: /),
      },
    });
  });
});
