import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { limitLog } from './limit-log.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-log-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a log that has become too large is moved aside once, and its writer goes on', () => {
  const log = join(directory, 'console.log');
  limitLog(log);
  appendFileSync(log, 'short');
  limitLog(log);
  expect(readFileSync(log, 'utf8')).toBe('short');
  expect(existsSync(`${log}.1`)).toBe(false);
  appendFileSync(log, Buffer.alloc(16 * 1_048_576));
  limitLog(log);
  appendFileSync(log, 'after');
  expect(readFileSync(log, 'utf8')).toBe('after');
  expect(statSync(`${log}.1`).size).toBe('short'.length + 16 * 1_048_576);
});
