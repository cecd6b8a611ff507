import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
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

test('a link in the place of a log is left alone: its writer may not be trusted', () => {
  const [other, log] = [join(directory, 'other'), join(directory, 'console.log')];
  const content = Buffer.alloc(16 * 1_048_576 + 1);
  appendFileSync(other, content);
  symlinkSync(other, log);
  limitLog(log);
  expect(statSync(other).size).toBe(content.length);
  rmSync(log);
  appendFileSync(log, content);
  symlinkSync(other, `${log}.1`);
  appendFileSync(other, 'kept');
  limitLog(log);
  expect([statSync(log).size, statSync(other).size]).toEqual([0, content.length + 'kept'.length]);
});
