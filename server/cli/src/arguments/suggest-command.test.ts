import { describe, expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';
import { nounAliases } from './aliases.ts';
import { tableCommands } from './command-table.ts';

describe('an unknown command', () => {
  test.each([
    ['vm remove web', "'remove'", 'delete'],
    ['vm suspend web', "'suspend'", 'pause'],
    ['vm shutdown web', "'shutdown'", 'stop'],
    ['vm lst', "'lst'", 'list'],
    ['get vms', "'get'", 'novacron vm list'],
    ['get vm web', "'get'", 'novacron vm show'],
    ['delete sg web', "'delete'", 'novacron security-group delete'],
    ['reboot web', "'reboot'", 'novacron NOUN reboot, such as novacron vm reboot'],
    ['create', "'create'", 'novacron NOUN create, such as novacron vm create'],
    ['create vm', "'create'", 'novacron vm create'],
    ['drift baseline view', "'view'", 'show'],
    ['help vm crate', "'crate'", 'create'],
    ['help nodez', "'nodez'", 'node'],
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
    ['vm top web', "'top'", 'usage'],
    ['top nodes', "'top'", 'novacron node usage'],
    ['top vms', "'top'", 'novacron vm usage'],
    ['vm edit web', "'edit'", 'novacron edit vm'],
    ['sg apply', "'apply'", 'novacron apply -f FILE'],
    ['get pods', "'get'", 'novacron vm list'],
    ['delete vm/web', "'delete'", 'novacron vm delete'],
    ['label vm web a=b', "'label'", 'novacron vm update --label'],
    ['rollout restart', "'rollout'", 'novacron vm restart or novacron group replace-members'],
    ['replace', "'replace'", 'apply'],
    ['instance list', "'instance'", 'vm'],
    ['config get-contexts', "'get-contexts'", 'novacron profile list'],
    ['version', "'version'", 'novacron --version, or novacron whoami for that of the server'],
    ['healing pause', "'pause'", 'hold'],
    ['workflow rerun w', "'rerun'", 'retry or run'],
    ['workflow lint w.yaml', "'lint'", 'validate'],
    ['runbook trigger w', "'trigger'", 'run'],
    ['execution tail op_1', "'tail'", 'logs'],
    ['workflow create', "'create'", 'novacron workflow push FILE'],
    [
      'schedule list',
      "'schedule'",
      'novacron workflow show NAME, whose starts are its schedules and triggers',
    ],
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

describe('an unknown flag', () => {
  test.each([
    ['vm list --selector a=b', "'--selector'\n(Did you mean --label?)\n"],
    ['vm list --show-labels', "'--show-labels'\n(Did you mean -o wide?)\n"],
    ['vm migrate web --to node-05', "'--to'\n(Did you mean --node?)\n"],
    ['vm list --sort-by name', "'--sort-by'\n(Did you mean --sort?)\n"],
    [
      'vm create a --spot=false',
      "'--spot=false'\n(A flag of yes or no takes no value: --spot or --no-spot)\n",
    ],
  ])('%s is refused with the one that was meant', async (words, message) => {
    const { exitCode, stderr } = await runInProcess(words.split(' '));
    expect(stderr).toContain(`error: unknown option ${message}Run the command with --help`);
    expect(exitCode).toBe(2);
  });
});

describe('words of kubectl', () => {
  test.each([
    ['vm get --help', 'Usage: novacron vm show|get [options] <vm>'],
    ['vm rm --help', 'Usage: novacron vm delete|rm [options] <vm...>'],
    ['nodes ls --help', 'Usage: novacron node list|ls [options]'],
    ['sg get --help', 'Usage: novacron security-group show|get [options] <security-group>'],
    ['vol ls --help', 'Usage: novacron storage list|ls [options]'],
    ['policies ls --help', 'Usage: novacron policy list|ls [options]'],
    ['vm restart --help', 'Usage: novacron vm reboot|restart [options] <vm...>'],
  ])('%s is the command of NovaCron', async (words, usage) => {
    const { exitCode, stdout } = await runInProcess(words.split(' '));
    expect({ exitCode, usage: stdout.split('\n')[0] }).toEqual({ exitCode: 0, usage });
  });

  test('name one noun each', () => {
    const nouns = new Map(
      tableCommands().flatMap(({ group, noun }) => (group === undefined ? [] : [[group, noun]])),
    );
    const words = [...nouns].flatMap(([group, noun]) => [group, ...nounAliases(noun, group)]);
    expect(words).toEqual([...new Set(words)]);
  });
});

describe('novacron help', () => {
  test.each([
    ['help vm create', 'Usage: novacron vm create [options] <name>'],
    ['help vm', 'Usage: novacron vm|vms [options] [command]'],
    ['help drift baseline show', 'Usage: novacron drift baseline show|get [options]'],
    ['help vm restart', 'Usage: novacron vm reboot|restart [options] <vm...>'],
    ['help volume list', 'Usage: novacron storage list|ls [options]'],
    ['help', 'Usage: novacron [options] [command]'],
  ])('%s shows the help of that command', async (words, usage) => {
    const { exitCode, stdout, stderr } = await runInProcess(words.split(' '));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(usage);
  });
});
