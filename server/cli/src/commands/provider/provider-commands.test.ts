import { describe, expect, jest, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { runInProcess } from '../../test-kit/run-in-process.ts';

describe('novacron provider uninstall', () => {
  const specifier = '@novacron/provider/uninstall-provider';

  test('hands over what is to be removed and prints what was done', async () => {
    const uninstallProvider = jest.fn(async (..._given: readonly unknown[]) =>
      ok({ lines: ['gone'] }),
    );
    const modules = { [specifier]: { uninstallProvider } };
    const argv = ['provider', 'uninstall', '--dir', 'm'];
    const { exitCode, stdout } = await runInProcess(argv, { modules });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'gone\n' });
    await runInProcess([...argv, '--all-versions', '--cli-config', 'rc'], { modules });
    expect(uninstallProvider.mock.calls).toEqual([
      [{ dir: 'm', versions: 'this' }],
      [{ dir: 'm', cliConfig: 'rc', versions: 'all' }],
    ]);
  });

  test('says why nothing was done', async () => {
    const uninstallProvider = async () =>
      err(problem('unavailable', { detail: 'Not writable.', remedy: 'Name another one.' }));
    const modules = { [specifier]: { uninstallProvider } };
    const { exitCode, stderr } = await runInProcess(['provider', 'uninstall'], { modules });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Not writable.');
  });
});

describe('novacron provider serve --debug', () => {
  const argv = ['provider', 'serve', '--debug'];

  test('prints how to attach, and serves until it is interrupted', async () => {
    const close = jest.fn(async () => {});
    const serveForDebugging = jest.fn(async (_env: unknown, sink: (line: string) => void) => {
      sink('the log\n');
      return { reattachProviders: '{"novacron/novacron":{}}', close };
    });
    const run = await runInProcess(argv, {
      env: { NOVACRON_ENDPOINT: 'http://127.0.0.1:1' },
      modules: { '@novacron/provider/serve-for-debugging': { serveForDebugging } },
      interruptOn: ({ written }) => written?.includes('Ctrl-C to stop it') === true,
    });
    expect(serveForDebugging.mock.calls[0]?.[0]).toEqual({
      NOVACRON_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(run).toMatchObject({ exitCode: 0, stderr: 'the log\n' });
    expect(run.stdout).toContain(`export TF_REATTACH_PROVIDERS='{"novacron/novacron":{}}'\n`);
    expect(run.stdout).toContain('The provider has stopped.\n');
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('without the flag says which one there is', async () => {
    const { exitCode, stderr } = await runInProcess(['provider', 'serve']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("required option '--debug' not specified");
  });

  test('is reported where the provider is not installed', async () => {
    const { exitCode, stderr } = await runInProcess(argv);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('@novacron/provider is not installed here.');
  });
});
