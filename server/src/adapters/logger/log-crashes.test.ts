import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** Starts the logger from the built code as a server does, then crashes with the given bug. */
function crash(bug: string) {
  const built = new URL('../../../dist/adapters/logger/', import.meta.url);
  const program = `
    const { createPinoLogger } = await import('${built.href}pino-logger.js');
    const { logCrashes } = await import('${built.href}log-crashes.js');
    logCrashes(createPinoLogger('error'));
    ${bug}
  `;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

test.each([
  ['an exception', "setImmediate(() => { throw new Error('broken', { cause: 'glass' }); });"],
  ['a rejection', "void Promise.reject(new Error('broken')); await new Promise(() => {});"],
])('a server that dies of %s says so in one line of JSON and ends with 1', (_what, bug) => {
  const { status, stderr } = crash(bug);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  const line = JSON.parse(stderr);
  expect(line).toMatchObject({ level: 50, name: 'novacron', msg: 'the server crashed' });
  expect(line.cause).toMatchObject({ type: 'Error', message: expect.stringMatching(/^broken/) });
  expect(line.cause.stack).toContain('Error: broken');
  expect(status).toBe(1);
});
