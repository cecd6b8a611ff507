/** Secrets on the command line: where a value comes from, and that it goes to the server only. */
import { afterEach, expect, test } from '@jest/globals';
import { runInProcess, type TestWorld } from '../../test-kit/run-in-process.ts';
import { type FakeServer, startFakeServer } from '../../test-kit/start-fake-server.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(words: readonly string[], world: TestWorld = {}) {
  server = await startFakeServer();
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'key' };
  const ran = await runInProcess(['secret', ...words], { ...world, env });
  const calls = server.calls.filter(({ method }) => method !== 'secret.list');
  return { ...ran, calls: calls.map(({ method, params }) => [method, params]) };
}

test('what is typed is the value, without its line break, and is written nowhere', async () => {
  const words = ['create', 'mail', '--allow-host', 'a.example', '--allow-host', 'b.example'];
  const { calls, stdout, stderr } = await run(words, { secret: 'hunter2\n' });
  expect(calls).toEqual([
    [
      'secret.create',
      {
        name: 'mail',
        value: 'hunter2',
        allowed: { workflows: [], runner_labels: [], hosts: ['a.example', 'b.example'] },
      },
    ],
  ]);
  expect(stderr).toBe('Value of mail: ');
  expect(stdout).toMatch(/^name +mail-password$/m);
  expect(stdout).not.toContain('hunter2');
});

test('a file is the value as it is', async () => {
  const files = { 'key.pem': 'line 1\nline 2\n' };
  const { calls } = await run(['rotate', 'mail-password', '--file', 'key.pem'], { files });
  expect(calls).toMatchObject([['secret.update', { value: 'line 1\nline 2\n' }]]);
});

test.each([
  ['shop/db#password', { path: 'shop/db', field: 'password' }],
  ['shop/db#password@3', { path: 'shop/db', field: 'password', version: 3 }],
])('%s names a value in Vault, and nothing is asked for', async (words, vault) => {
  const { calls, stderr } = await run(['create', 'mail', '--vault', words]);
  expect(calls).toMatchObject([['secret.create', { name: 'mail', vault }]]);
  expect(stderr).toBe('');
});

test.each<[string, readonly string[], TestWorld, string]>([
  [
    'a place in Vault without a field',
    ['create', 'mail', '--vault', 'shop/db'],
    {},
    '--vault is PATH#FIELD or PATH#FIELD@VERSION, as shop/db#password',
  ],
  [
    'a file and a place in Vault',
    ['rotate', 'mail-password', '--vault', 'a#b', '--file', 'x'],
    {},
    '--vault contradicts --file',
  ],
  [
    'an empty input',
    ['create', 'mail'],
    { secret: '\n' },
    'standard input contains no value; use --file FILE to read a file',
  ],
  [
    'an empty file',
    ['create', 'mail', '--file', 'empty'],
    { files: { empty: '' } },
    'empty is empty: a secret has a value',
  ],
  ['a value as a flag', ['create', 'mail', '--value', 'x'], {}, "unknown option '--value'"],
  ['a value as a word', ['create', 'mail', 'hunter2'], {}, 'too many arguments'],
  [
    'an update of nothing',
    ['update', 'mail-password'],
    {},
    'nothing to change; for another value: novacron secret rotate',
  ],
  [
    'an update that allows and does not',
    ['update', 'mail-password', '--allow-nowhere', '--allow-host', 'a.example'],
    {},
    '--allow-nowhere contradicts the other --allow flags',
  ],
])('%s is refused before anything is sent', async (_case, words, world, message) => {
  const { calls, exitCode, stderr } = await run(words, world);
  expect(stderr).toContain(message);
  expect([calls, exitCode]).toEqual([[], 2]);
});

test('a person who gives up sends nothing', async () => {
  const { calls, exitCode } = await run(['create', 'mail']);
  expect([calls, exitCode]).toEqual([[], 130]);
});

test('an update replaces the lists that it names, and keeps the others', async () => {
  const words = ['update', 'mail-password', '--allow-workflow', 'w', '--description', 'none'];
  const { calls } = await run(words);
  expect(calls.at(-1)).toMatchObject([
    'secret.update',
    {
      if_revision: 2,
      description: null,
      allowed: { workflows: ['w'], runner_labels: [], hosts: ['smtp.example.com'] },
    },
  ]);
});
