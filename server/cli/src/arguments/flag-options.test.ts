import { expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { startFakeServer } from '../test-kit/start-fake-server.ts';

test.each(['none', 'null'])('a setting is taken away by %s', async (word) => {
  const server = await startFakeServer();
  const argv = ['tenant', 'update', 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7'];
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  await runInProcess([...argv, '--quotas', `vms=${word}`, '--quotas', 'networks=3'], { env });
  await server.close();
  const update = server.calls.find(({ method }) => method === 'tenant.update');
  expect(update?.params).toMatchObject({ quotas: { vms: null, networks: 3 } });
});

test.each([
  ['operation', 'Newest by default. (choices'],
  ['event', 'Newest by default, oldest with --after-position. (choices'],
])('the help of %s list says which end comes first', async (noun, words) => {
  const { stdout } = await runInProcess([noun, 'list', '--help', '--all'], {});
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
});

test.each([
  [['--force'], 'yes'],
  [['--force', 'yes'], 'yes'],
  [['--force=no'], 'no'],
])('a flag of yes and no means yes where nothing follows it: %j', async (flags, force) => {
  const server = await startFakeServer();
  const argv = ['vm', 'stop', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', ...flags];
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  await runInProcess(argv, { env });
  await server.close();
  const stop = server.calls.find(({ method }) => method === 'vm.stop');
  expect(stop?.params).toMatchObject({ force });
});

test('null is no value of a JSON flag, and the message names the way to have none', async () => {
  const argv = ['vm', 'update', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', '--restart-window', 'null'];
  const { stderr, exitCode } = await runInProcess(argv, { env: { NOVACRON_API_KEY: 'k' } });
  expect({ stderr, exitCode }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Must be a value; --clear NAME takes one away.'),
  });
});

test('a member of an object leaves the other ones as they are', async () => {
  const server = await startFakeServer();
  const argv = ['vm', 'update', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', '--healing', 'attempts=5'];
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  await runInProcess([...argv, '--healing', 'on_node_loss=restart'], { env });
  await server.close();
  expect(server.calls.map(({ method }) => method)).toContain('vm.get');
  const update = server.calls.find(({ method }) => method === 'vm.update');
  expect(update?.params).toMatchObject({ healing: { attempts: 5, on_node_loss: 'restart' } });
});

test('a member that an object does not have is refused with the one that was meant', async () => {
  const argv = ['vm', 'update', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', '--healing', 'on_node_los=wait'];
  const { stderr, exitCode } = await runInProcess(argv, { env: { NOVACRON_API_KEY: 'k' } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('There is no on_node_los. Did you mean on_node_loss?');
});

test.each([
  [
    ['a_count,b_ratio', 'hour_of_day'],
    ['a_count', 'b_ratio', 'hour_of_day'],
  ],
  [['a_count, b_ratio'], ['a_count', 'b_ratio']],
])('a list takes its words one at a time or separated by commas: %j', async (given, features) => {
  const server = await startFakeServer();
  const argv = ['model', 'create', 'latency', '--target', 'latency_seconds', '--no-wait'];
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  await runInProcess([...argv, ...given.flatMap((each) => ['--features', each])], { env });
  await server.close();
  const create = server.calls.find(({ method }) => method === 'model.create');
  expect(create?.params).toMatchObject({ features });
});

test('a text that may contain a comma is one item of a list', async () => {
  const server = await startFakeServer();
  const key = `ssh-ed25519 AAAA${'b'.repeat(64)} ada, laptop`;
  const argv = ['vm', 'update', 'vm_01jd3v6t7re3h8z9k2m4n5p6q7', '--ssh-keys', key, '--no-wait'];
  const env = { NOVACRON_ENDPOINT: server.endpoint, NOVACRON_API_KEY: 'k' };
  await runInProcess(argv, { env });
  await server.close();
  const update = server.calls.find(({ method }) => method === 'vm.update');
  expect(update?.params).toMatchObject({ ssh_keys: [key] });
});

test.each([
  ['model create', 'separated by commas'],
  ['optimizer apply', 'ID of the recommendation'],
  ['decision override', 'ID of the autonomous decision'],
  ['vm show', 'ID or name of the VM'],
])('the help of %s says what it takes: %s', async (path, words) => {
  const { stdout } = await runInProcess([...path.split(' '), '--help', '--all'], {});
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(words);
});
