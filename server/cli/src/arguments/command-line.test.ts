/** What is wrong with a command line is reported at once. */
import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

// Nothing listens there, whatever the machine has at the address of the default.
const NOWHERE = 'http://127.0.0.1:1';
const HINT = 'Run the command with --help to see its usage.\n';

describe('mistakes of a command line', () => {
  test('are reported together: unknown flags, wrong values, what is missing', async () => {
    const words = 'vm create --stauts --cpu-cores many --memory-gb 1 --foo --spto';
    const { exitCode, stderr } = await runInProcess(words.split(' '));
    expect(exitCode).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "error: option '--cpu-cores <number>' argument 'many' is invalid. Must be a number.
      error: unknown option '--stauts'
      error: unknown option '--foo'
      error: unknown option '--spto'
      (Did you mean --spot?)
      error: missing: NAME
      Run the command with --help to see its usage.
      "
    `);
  });

  test('hide no help that is asked for', async () => {
    const { exitCode, stdout } = await runInProcess(['vm', 'list', '--stauts', 'x', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: novacron vm list');
  });

  test('include a name behind the flag that it has no more', async () => {
    const { stderr } = await runInProcess(['network', 'create', '--name', 'blue']);
    expect(stderr).toBe(
      "error: unknown option '--name'\n(The name is an argument, without a flag)\n" +
        `error: missing: --cidr\n${HINT}`,
    );
  });

  test('include flags that contradict each other, each pair of them', async () => {
    const pairs = ['--rules', '[]', '--rule', 'from=self', '--description', 'a', '--clear'];
    const words = ['security-group', 'update', 'web', ...pairs, 'description'];
    const { stderr } = await runInProcess(words, {
      env: { NOVACRON_ENDPOINT: NOWHERE, NOVACRON_API_KEY: 'k' },
    });
    expect(stderr).toBe(
      'error: --rules and --rule cannot be used together\n' +
        `error: --description and --clear description cannot be used together\n${HINT}`,
    );
  });
});

test('a secret on the command line is warned of, with the flag that reads a file', async () => {
  const words = 'vm update web --password-wo hunter2'.split(' ');
  const { stderr } = await runInProcess(words, {
    env: { NOVACRON_ENDPOINT: NOWHERE, NOVACRON_API_KEY: 'k' },
  });
  expect(stderr).toContain(
    'warning: the process list and the history of the shell show --password-wo; ' +
      'use --password-wo-file FILE, or - as FILE for standard input\n',
  );
});
