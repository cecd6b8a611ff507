import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

describe('an unknown command', () => {
  test.each([
    ['vm get web', "'get'", 'show or list'],
    ['vm rm web', "'rm'", 'delete'],
    ['vm rename web db', "'rename'", 'update'],
    ['vm restart web', "'restart'", 'reboot'],
    ['vm lst', "'lst'", 'list'],
    ['vms list', "'vms'", 'vm'],
    ['get vms', "'get'", 'novacron NOUN show, such as novacron vm show'],
    ['create vm', "'create'", 'novacron NOUN create, such as novacron vm create'],
    ['drift baseline get', "'get'", 'show'],
    ['help vm crate', "'crate'", 'create'],
    ['help nodes', "'nodes'", 'node'],
    ['report', "'report'", 'novacron NOUN report, such as novacron healing report'],
    ['ha', "'ha'", 'healing'],
    ['host list', "'host'", 'node'],
    ['image list', "'image'", 'template'],
    [
      'vm clone web',
      "'clone'",
      'novacron storage create --source-snapshot-id, of a volume; root disks are not copied',
    ],
    ['vm snapshot web', "'snapshot'", 'novacron snapshot create, of a volume'],
    ['node maintenance n1', "'maintenance'", 'drain'],
    ['healing pause', "'pause'", 'hold'],
    ['incident resolve n1', "'resolve'", 'ack'],
  ])('%s is refused with the one that was meant', async (words, name, meant) => {
    const { exitCode, stdout, stderr } = await runInProcess(words.split(' '));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`error: unknown command ${name}\n(Did you mean ${meant}?)\n`);
  });

  test('is refused without a suggestion when none is near', async () => {
    const { exitCode, stderr } = await runInProcess(['vm', 'hypnotize', 'web']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: unknown command 'hypnotize'\n");
    expect(stderr).not.toContain('Did you mean');
  });
});

describe('novacron help', () => {
  test.each([
    ['help vm create', 'Usage: novacron vm create [options]'],
    ['help vm', 'Usage: novacron vm [options] [command]'],
    ['help drift baseline show', 'Usage: novacron drift baseline show [options]'],
    ['help volume list', 'Usage: novacron storage list [options]'],
    ['help', 'Usage: novacron [options] [command]'],
  ])('%s shows the help of that command', async (words, usage) => {
    const { exitCode, stdout, stderr } = await runInProcess(words.split(' '));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(usage);
  });
});
