import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claimRunDirectory } from './claim-run-directory.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-run-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a run directory is for one process at a time', () => {
  const first = claimRunDirectory(directory, 'node-01');
  expect(claimRunDirectory(directory, 'node-01')).toMatchObject({
    error: {
      code: 'unavailable',
      detail: `Another agent is running on the run directory ${directory}.`,
      remedy: 'Stop it first, or set another --run-dir.',
    },
  });
  if (first.ok) first.value.release();
  const second = claimRunDirectory(directory, 'node-01');
  expect(second.ok).toBe(true);
  if (second.ok) second.value.release();
});

test('a run directory is for one node, and a refusal leaves it free', () => {
  const first = claimRunDirectory(directory, 'node-01');
  if (first.ok) first.value.release();
  expect(claimRunDirectory(directory, 'node-02')).toMatchObject({
    error: {
      code: 'validation-failed',
      detail: `The run directory ${directory} has the machines of node-01, not of node-02.`,
      remedy: 'Set another --run-dir, or start the agent as node-01.',
    },
  });
  const again = claimRunDirectory(directory, 'node-01');
  expect(again.ok).toBe(true);
  if (again.ok) again.value.release();
});
