/** Dry runs of writes that lead to no operation. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { sampleAnswer } from '../test-kit/samples.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

test('a dry run of an activation shows the node as it is, and what would change', async () => {
  server = await startFakeServer({
    'node.activate': () => ({
      result: {
        resource: sampleAnswer('node.get', {}),
        explanation: ['Node node-03 returns from maintenance.', 'VMs can be placed on it again.'],
        warnings: [],
      },
    }),
  });
  const args = ['node', 'activate', 'node_01jd3v6t7re3h8z9k2m4n5p6q7', '--dry-run'];
  const { exitCode, stdout } = await runInProcess(args, {
    env: { NOVACRON_ENDPOINT: server.endpoint },
  });
  const sent = { id: 'node_01jd3v6t7re3h8z9k2m4n5p6q7', dry_run: true };
  expect(server.calls).toMatchObject([{ method: 'node.activate', params: sent }]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\nname {2,}node-03\n/);
  expect(
    stdout.endsWith(
      '\n\nNode node-03 returns from maintenance.\n  VMs can be placed on it again.\n',
    ),
  ).toBe(true);
});

describe('a drain on a terminal', () => {
  const NODE = 'node_01jd3v6t7re3h8z9k2m4n5p6q7';

  async function drain(flags: readonly string[], answer: string | undefined) {
    server = await startFakeServer({
      'node.drain': (params) => ({ result: sampleAnswer('node.drain', params) }),
    });
    const world = { env: { NOVACRON_ENDPOINT: server.endpoint } };
    const ran = await runInProcess(
      ['node', 'drain', NODE, '--no-wait', ...flags],
      answer === undefined ? world : { ...world, answer },
    );
    return { ...ran, sent: server.calls.map(({ params }) => params) };
  }

  test('shows its plan and asks', async () => {
    const { exitCode, stderr, sent } = await drain([], 'yes');
    expect(stderr).toContain('\n  web-server-01: node-03 -> node-01\n');
    expect(sent).toEqual([{ id: NODE, dry_run: true }, { id: NODE }]);
    expect(exitCode).toBe(0);
  });

  test.each(['', 'y', 'no'])('changes nothing where the answer is "%s"', async (answer) => {
    const { exitCode, stderr, sent } = await drain([], answer);
    expect(sent).toEqual([{ id: NODE, dry_run: true }]);
    expect(stderr).toContain('Nothing was changed. Answer yes, or add --yes');
    expect(exitCode).toBe(1);
  });

  test.each([
    [['--yes'], 'no'],
    [[], undefined],
  ])('does not ask with %j and the answer %s', async (flags, answer) => {
    const { exitCode, sent } = await drain(flags, answer);
    expect(sent).toEqual([{ id: NODE }]);
    expect(exitCode).toBe(0);
  });
});

describe('a recovery on a terminal', () => {
  const VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
  const FORCED = ['--ignore-disk-locks', '--reason', 'unplugged'];

  async function recover(flags: readonly string[], answer: string) {
    server = await startFakeServer({
      'vm.get': (params) => ({ result: sampleAnswer('vm.get', params) }),
      'vm.recover': (params) => ({ result: sampleAnswer('vm.recover', params) }),
    });
    const ran = await runInProcess(['vm', 'recover', VM, '--no-wait', ...flags], {
      env: { NOVACRON_ENDPOINT: server.endpoint },
      answer,
    });
    const sent = server.calls.filter(({ method }) => method === 'vm.recover');
    return { ...ran, sent: sent.map(({ params }) => params) };
  }

  test('in spite of locks says what it risks, and asks', async () => {
    const { exitCode, stderr, sent } = await recover(FORCED, 'yes');
    expect(stderr).toMatch(/Recover VM .*: it starts although its disks are locked; a machine/);
    expect(sent).toEqual([{ id: VM, ignore_disk_locks: true, reason: 'unplugged' }]);
    expect(exitCode).toBe(0);
  });

  test('in spite of locks sends nothing where the answer is not yes', async () => {
    const { exitCode, sent } = await recover(FORCED, 'y');
    expect(sent).toEqual([]);
    expect(exitCode).toBe(1);
  });

  test('of any other kind does not ask', async () => {
    const { stderr, sent } = await recover([], 'no');
    expect(stderr).not.toContain('locked');
    expect(sent).toEqual([{ id: VM }]);
  });
});
