import { expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { SAMPLES } from '../../test-kit/samples.ts';
import { type FakeHandlers, startFakeServer } from '../../test-kit/start-fake-server.ts';

async function runExport(handlers: FakeHandlers, ...flags: readonly string[]) {
  const server = await startFakeServer(handlers);
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const run = await runInProcess(['export', ...flags], { env });
  await server.close();
  return run;
}

const EMPTY = { result: { items: [], next_cursor: null } };

test('an export of nothing is a configuration without blocks', async () => {
  const { exitCode, stdout } = await runExport({ 'vm.list': () => EMPTY }, '--kind', 'vm');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '# No resources to export.\n' });
});

test('what is on its way out is not exported', async () => {
  const items = [{ ...SAMPLES.vm[0], status: 'deleting' }];
  const leaving = { result: { items, next_cursor: null } };
  const { stdout } = await runExport({ 'vm.list': () => leaving }, '--kind', 'vm');
  expect(stdout).toBe('# No resources to export.\n');
});

test('half an export is none: a refused list is reported, and nothing is written', async () => {
  const refused = problem('forbidden', { detail: 'Not you.', remedy: 'Ask an admin.' });
  const { exitCode, stdout, stderr } = await runExport({
    'policy.list': () => ({ problem: { ...toProblemDocument(refused) } }),
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toContain('Not you.');
});

test('as JSON it is one text', async () => {
  const { stdout } = await runExport({}, '--kind', 'policy', '--output', 'json');
  expect(JSON.parse(stdout).text).toContain('resource "novacron_policy" "vm_access_policy"');
});
