/** A backup that was verified on request: what the command says of a damaged one. */
import { expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { startFakeServer } from '../test-kit/start-fake-server.ts';

test('a backup that cannot be restored is a finding, with the reason', async () => {
  const result = { verification: 'failed', as_of: null, reason: 'novacron.db is damaged' };
  const server = await startFakeServer({ 'backup.verify': () => ({ result }) });
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  const words = ['admin', 'backup', 'verify', '20260102T030405678Z-0a1b2c3d'];
  const { exitCode, stderr, stdout } = await runInProcess(words, { env });
  await server.close();
  expect(exitCode).toBe(1);
  expect(stderr).toBe('The backup cannot be restored: novacron.db is damaged\n');
  expect(stdout).toMatch(/^verification +failed$/m);
});
