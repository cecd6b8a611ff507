import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSealer } from './open-sealer.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function sealed(text: string): string {
  const answer = openSealer(join(directory, 'key')).seal(text);
  if (!answer.ok) throw new Error(answer.error.detail);
  return answer.value;
}

test('opens what another start sealed with the same file, which only its owner may read', () => {
  const text = sealed('secret');
  expect(text).not.toContain('secret');
  expect(openSealer(join(directory, 'key')).open(text)).toEqual({ ok: true, value: 'secret' });
  expect(statSync(join(directory, 'key')).mode & 0o777).toBe(0o600);
});

test('seals the same text differently each time', () => {
  expect(sealed('secret')).not.toBe(sealed('secret'));
});

test.each(['', 'AAAA', 'x'.repeat(80)])('refuses what nobody sealed: "%s"', (text) => {
  expect(openSealer(join(directory, 'key')).open(text)).toMatchObject({
    ok: false,
    error: { code: 'unavailable', remedy: expect.stringContaining('signing-key rotate') },
  });
});

test('refuses what was changed, and what another key sealed', () => {
  const bytes = Buffer.from(sealed('secret'), 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  const sealer = openSealer(join(directory, 'key'));
  expect(sealer.open(bytes.toString('base64')).ok).toBe(false);
  expect(openSealer(join(directory, 'other')).open(sealed('secret')).ok).toBe(false);
});

test('refuses a file that holds no key, and a place that has none', () => {
  writeFileSync(join(directory, 'key'), 'short');
  expect(openSealer(join(directory, 'key')).seal('x')).toMatchObject({
    ok: false,
    error: { detail: expect.stringContaining('it does not hold 32 bytes in base64') },
  });
  expect(openSealer(join(directory, 'missing', 'key')).seal('x').ok).toBe(false);
});
