/** The command line itself: help, usage, settings, and the commands of this machine. */

import { describe, expect, jest, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { SHELLS } from './completion/completion-script.ts';
import { runInProcess } from './test-kit/run-in-process.ts';
import { sampleConfiguration } from './test-kit/sample-configuration.ts';
import { startFakeServer } from './test-kit/start-fake-server.ts';

const UNREACHABLE = { NOVACRON_ENDPOINT: 'http://127.0.0.1:1' };

describe('help', () => {
  test.each(['help vm create', 'vm help create', 'vm create --help'])(
    'has the flags of a command: %s',
    async (words) => {
      const { exitCode, stdout } = await runInProcess(words.split(' '));
      expect(exitCode).toBe(0);
      expect(stdout).toContain('--memory-gb');
    },
  );

  test('lists the groups and the exit codes', async () => {
    const { exitCode, stdout, stderr } = await runInProcess(['--help', '--all']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const group of [
      'vm|vms',
      'storage|volume',
      'network|net',
      'drift',
      'server',
      'completion',
    ]) {
      expect(stdout).toContain(`\n  ${group} `);
    }
    expect(stdout).toContain('3 server unreachable or evaluation failed');
    expect(stdout).toContain('130 interrupted\n');
  });

  test('has a heading for every command', async () => {
    const { stdout } = await runInProcess(['--help', '--all']);
    expect(stdout).toMatch(
      /\nCompute:\n {2}vm.*\nNetworks and storage:\n {2}network.*\nPolicy:\n/s,
    );
    expect(stdout).not.toContain('Other commands:');
  });

  test.each([
    ['vm create'],
    ['policy disable'],
    ['provider install'],
    ['simulate placement'],
    ['completion'],
    ['whoami'],
  ])('of %s has an example and the flags of every command', async (words) => {
    const { exitCode, stdout } = await runInProcess([...words.split(' '), '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}\$ /);
    expect(stdout).toContain(words.split(' ')[0]);
    expect(stdout).toMatch(/Flags of all commands: .*--output/s);
  });

  test('of a group without a command is an error', async () => {
    const { exitCode, stdout, stderr } = await runInProcess(['vm']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: novacron vm|vms [options] [command]');
  });

  test('prints the version', async () => {
    const { exitCode, stdout } = await runInProcess(['--version']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '0.1.0\n' });
  });
});

describe('wrong usage', () => {
  test.each([
    [['vm', 'list', '--output', 'xml'], "option '-o, --output <format>' argument 'xml' is invalid"],
    [['vm', 'list', '--colour'], "unknown option '--colour'"],
    [['vm', 'show'], "missing required argument 'vm'"],
    [['vm', 'show', 'a', 'b'], 'too many arguments'],
    [['vm', 'list', '--timeout', '0'], 'Must be more than 0'],
    [['completion', 'cmd'], 'Allowed choices are bash, zsh, fish, powershell.'],
    [['vm', 'list', '--endpoint', 'localhost:7480'], 'must begin with http:// or https://'],
    [
      ['vm', 'list', '--endpoint', 'http://'],
      'the endpoint "http://" (--endpoint) is not an address',
    ],
    [['vm', 'list', '--endpoint', 'http://a:b@c'], 'must not contain a user name or password'],
    [['vm', 'list', '--endpoint', 'http://a/?b'], 'must not have a query or a fragment'],
    [['vm', 'list', '--api-key', 'a b'], '--api-key is not a valid API key'],
    [['vm', 'list', '--api-key', 'a', '--api-key-file', 'b'], 'cannot be used together'],
    [
      ['vm', 'list', '--api-key-file', 'nowhere'],
      'cannot read the API key from nowhere: it does not exist',
    ],
    [['vm', 'list', '--api-key-file', 'empty'], 'the file empty contains no API key'],
  ] as const)('%j is reported', async (argv, message) => {
    const { exitCode, stdout, stderr } = await runInProcess(argv, {
      env: UNREACHABLE,
      files: { empty: '\n' },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
  });
});

describe('settings', () => {
  async function authorizationOf(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const server = await startFakeServer();
    const files = { 'admin.key': '  from-the-file\n' };
    await runInProcess(['whoami', ...argv], {
      env: { NOVACRON_ENDPOINT: server.endpoint, ...env },
      files,
    });
    await server.close();
    return server.calls[0]?.headers.authorization;
  }

  test('take the key from the environment, or from a file before it', async () => {
    const env = { NOVACRON_API_KEY: 'from-the-env' };
    expect(await authorizationOf([], env)).toBe('Bearer from-the-env');
    const argv = ['--api-key-file', 'admin.key'];
    expect(await authorizationOf(argv, env)).toBe('Bearer from-the-file');
  });

  test('name the variable at fault', async () => {
    const env = { NOVACRON_ENDPOINT: 'localhost' };
    const { exitCode, stderr } = await runInProcess(['whoami'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the endpoint "localhost" (NOVACRON_ENDPOINT) must begin with');
  });

  test('leave the key out where there is none', async () => {
    expect(await authorizationOf([], {})).toBeUndefined();
  });
});

describe('novacron server', () => {
  test.each([
    [['server', '--help'], ['--help']],
    [['server'], []],
    [['help', 'server'], ['--help']],
    [
      ['--output', 'json', 'server', '--listen', ':1', '--output', 'x', '--', '-h'],
      ['--listen', ':1', '--output', 'x', '--', '-h'],
    ],
    [['-q', '--profile', 'server', '--quiet', 'server', '--quiet'], ['--quiet']],
  ])('%j hands its arguments over untouched', async (argv, handedOver) => {
    const runServer = jest.fn(async (..._given: readonly unknown[]) => 7);
    const modules = { '@novacron/server/main': { runServer } };
    const { exitCode, stdout } = await runInProcess(argv, { modules, env: { A: 'b' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '' });
    expect(runServer).toHaveBeenCalledWith(handedOver, { A: 'b' }, expect.anything());
  });

  test('that is not installed is reported', async () => {
    const { exitCode, stderr } = await runInProcess(['server']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('@novacron/server is not installed here.\n');
    expect(stderr).toContain('in a checkout, run make setup');
  });

  test('of another release is reported', async () => {
    const modules = { '@novacron/server/main': {} };
    const { exitCode, stderr } = await runInProcess(['server'], { modules });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('@novacron/server is of a release without runServer.');
  });

  test('that breaks leaves one line and no stack', async () => {
    const runServer = async () => {
      throw new Error('broken\n    at somewhere');
    };
    const modules = { '@novacron/server/main': { runServer } };
    const { exitCode, stderr } = await runInProcess(['server'], { modules });
    expect(exitCode).toBe(1);
    expect(stderr).toBe('error: internal error: broken at somewhere\n');
  });
});

describe('novacron api-key create --break-glass', () => {
  const argv = ['api-key', 'create', 'rescue', '--role', 'admin', '--break-glass'];

  test('creates a key on this machine, in the name of its user, and shows its secret', async () => {
    const create = jest.fn(async (..._given: readonly unknown[]) =>
      ok({ resource: { name: 'rescue', role: 'admin' }, secret: 'ncr_secret' }),
    );
    const modules = { '@novacron/server/break-glass': { createKeyOnThisMachine: create } };
    const place = ['--tenant', 'research', '--data-dir', 'here', '--store', 'postgres://db/nova'];
    const { exitCode, stdout, stderr } = await runInProcess([...argv, ...place], { modules });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: 'name    rescue\nrole    admin\nsecret  ncr_secret\n',
      stderr: 'Save this secret; it is not shown again\n',
    });
    expect(create).toHaveBeenCalledWith({
      name: 'rescue',
      role: 'admin',
      user: 'alice',
      tenant: 'research',
      dataDir: 'here',
      store: 'postgres://db/nova',
    });
  });
});

describe('novacron policy disable --break-glass', () => {
  const argv = ['policy', 'disable', 'VM Access Policy', '--break-glass'];

  test('works on this machine, in the name of its user', async () => {
    const disable = jest.fn(async (..._given: readonly unknown[]) =>
      ok({ message: 'VM Access Policy is disabled.' }),
    );
    const modules = {
      '@novacron/server/break-glass': { disablePolicyOnThisMachine: disable },
    };
    const place = ['--data-dir', 'here', '--store', 'postgres://db/novacron'];
    const { exitCode, stdout } = await runInProcess([...argv, ...place], { modules });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'VM Access Policy is disabled.\n',
    });
    expect(disable).toHaveBeenCalledWith({
      name: 'VM Access Policy',
      user: 'alice',
      dataDir: 'here',
      store: 'postgres://db/novacron',
    });
  });

  test.each(['--data-dir', '--store'])('is what %s is for', async (flag) => {
    const { exitCode, stderr } = await runInProcess(['policy', 'disable', 'x', flag, 'here']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`option '${flag} <\\w+>' needs '--break-glass'`));
  });

  test('prints a problem and leaves the data directory to the server', async () => {
    const disable = jest.fn(async (..._given: readonly unknown[]) =>
      err(problem('not-found', { detail: 'No such policy.', remedy: 'Look.' })),
    );
    const modules = {
      '@novacron/server/break-glass': { disablePolicyOnThisMachine: disable },
    };
    const { exitCode, stderr } = await runInProcess(argv, { modules });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('No such policy.');
    expect(disable).toHaveBeenCalledWith({ name: 'VM Access Policy', user: 'alice' });
  });
});

describe('novacron backup and novacron restore', () => {
  const specifier = '@novacron/server/break-glass';

  test.each([
    ['backup', '--to', 'backUpThisMachine'],
    ['restore', '--from', 'restoreThisMachine'],
  ])('%s hands over the directory and the file and prints what was done', async (...row) => {
    const [command, flag, name] = row;
    const copy = jest.fn(async (..._given: readonly unknown[]) => ok({ lines: ['done'] }));
    const modules = { [specifier]: { [name]: copy } };
    const argv = [command, flag, 'monday.backup'];
    expect(await runInProcess(argv, { modules })).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    await runInProcess([...argv, '--data-dir', 'here'], { modules });
    expect(copy.mock.calls).toEqual([
      [{ file: 'monday.backup' }],
      [{ file: 'monday.backup', dataDir: 'here' }],
    ]);
  });

  test('need the file', async () => {
    const { exitCode, stderr } = await runInProcess(['backup', '--data-dir', 'here']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("required option '--to <file>' not specified");
  });

  test('tell why nothing was done', async () => {
    const copy = async () =>
      err(problem('conflict', { detail: 'It is not empty.', remedy: 'Name another one.' }));
    const modules = { [specifier]: { restoreThisMachine: copy } };
    const { exitCode, stderr } = await runInProcess(['restore', '--from', 'a'], { modules });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('It is not empty.');
  });
});

describe('novacron provider install', () => {
  test('hands over its directories and prints what was done', async () => {
    const installProvider = jest.fn(async (..._given: readonly unknown[]) =>
      ok({ lines: ['one', 'two'] }),
    );
    const modules = { '@novacron/provider/install-provider': { installProvider } };
    const argv = ['provider', 'install', '--dir', 'mirror', '--cli-config', 'rc'];
    const { exitCode, stdout } = await runInProcess(argv, { modules });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'one\ntwo\n' });
    expect(installProvider).toHaveBeenCalledWith({ dir: 'mirror', cliConfig: 'rc' });
    const asJson = await runInProcess(['provider', 'install', '--output', 'json'], { modules });
    expect(JSON.parse(asJson.stdout)).toEqual({ lines: ['one', 'two'] });
  });
});

describe('novacron config show', () => {
  const specifier = '@novacron/server/config/describe-configuration';

  test('hands over the flags of the server, wherever its own ones stand', async () => {
    const describeConfiguration = jest.fn((..._given: readonly unknown[]) =>
      ok([{ setting: 'listen', value: '127.0.0.1:1', source: 'flag --listen' }]),
    );
    const argv = ['config', 'show', '--listen', '127.0.0.1:1', '--output', 'json', '--config=f'];
    const { exitCode, stdout } = await runInProcess([...argv, '--insecure-listen'], {
      modules: { [specifier]: { describeConfiguration } },
      env: { A: 'b' },
    });
    expect(exitCode).toBe(0);
    const handedOver = ['--listen', '127.0.0.1:1', '--config=f', '--insecure-listen'];
    expect(describeConfiguration).toHaveBeenCalledWith(handedOver, { A: 'b' });
    expect(JSON.parse(stdout)).toEqual([
      { setting: 'listen', value: '127.0.0.1:1', source: 'flag --listen' },
    ]);
  });

  test('says what is wrong with the configuration', async () => {
    const modules = { [specifier]: { describeConfiguration: sampleConfiguration } };
    const argv = ['config', 'show', '--listn', 'a'];
    const { exitCode, stdout, stderr } = await runInProcess(argv, { modules });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('--listn: is not an option; did you mean --listen?');
  });
});

describe('novacron completion', () => {
  test.each(SHELLS)('is a short script for %s, which asks for the words', async (shell) => {
    const { exitCode, stdout } = await runInProcess(['completion', shell]);
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeLessThan(2_000);
    expect(stdout).toContain('__complete "--current=');
  });
});
