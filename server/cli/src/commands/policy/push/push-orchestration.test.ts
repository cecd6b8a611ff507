/** `novacron policy push` of files of orchestration policies. */
import { describe, expect, test } from '@jest/globals';
import { problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { runInProcess } from '../../../test-kit/run-in-process.ts';
import { type FakeHandlers, startFakeServer } from '../../../test-kit/start-fake-server.ts';

const policiesOf = (...names: readonly string[]): string =>
  [
    'policies:',
    ...names.flatMap((name) => [`  - name: ${name}`, '    rules: [{ minReplicas: 3 }]']),
  ]
    .concat('')
    .join('\n');

const FILES = { 'a.yaml': policiesOf('one', 'two'), 'b.yaml': policiesOf('three') };

async function push(handlers: FakeHandlers, ...files: readonly string[]) {
  const server = await startFakeServer({
    'orchestration_policy.list': () => ({ result: { items: [], next_cursor: null } }),
    ...handlers,
  });
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'secret' };
  const done = await runInProcess(['policy', 'push', ...files], { env, files: FILES });
  await server.close();
  const calls = server.calls.map(({ method }) => method.replace('orchestration_policy.', ''));
  return { ...done, calls };
}

describe('a push of orchestration policies', () => {
  test('sends each file at once', async () => {
    const done = await push({}, 'a.yaml', 'b.yaml');
    expect(done.calls).toEqual(['list', 'push', 'push']);
    expect(done).toMatchObject({
      exitCode: 0,
      stdout: 'create: one\ncreate: two\ncreate: three\n3 changed, 0 unchanged\n',
      stderr: '',
    });
  });

  test('reports nothing of a file that was refused', async () => {
    const refused = problem('quota-exceeded', {
      detail: 'The tenant may have 2 policies.',
      remedy: 'Delete one.',
    });
    const answer = { problem: { ...toProblemDocument(refused) } };
    const done = await push({ 'orchestration_policy.push': () => answer }, 'a.yaml');
    expect(done.calls).toEqual(['list', 'push']);
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toBe('0 changed, 0 unchanged\n');
    expect(done.stderr).toContain('The tenant may have 2 policies.');
  });
});
