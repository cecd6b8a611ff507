/** Kills a process that writes, as a crash at any moment would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from '@jest/globals';

/**
 * Starts a script with a file and kills it after a number of lines.
 * @returns all of its lines, one for each write that it was answered
 */
export async function runUntilKilled(
  script: string,
  path: string,
  count: number,
): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=novacron-source', script, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (text: Buffer) => errors.push(String(text)));
  const lines: string[] = [];
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  expect(errors.join('')).toBe('');
  return lines;
}
