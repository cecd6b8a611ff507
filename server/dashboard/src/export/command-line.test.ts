import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { commandOf } from './command-line.ts';

describe('the command of a form', () => {
  test('names the verb as the command line does, the id as the argument', () => {
    expect(commandOf('security-group', 'security_group.get', { id: 'sg_1' })).toBe(
      'novacron security-group show sg_1',
    );
    expect(commandOf('vm', 'vm.set_state', { id: 'vm_1', desired_state: 'stopped' })).toBe(
      'novacron vm set-state vm_1 --desired-state stopped',
    );
  });

  test('writes switches, lists, maps and nested values as flags, and leaves out empty ones', () => {
    const filled = {
      name: 'web',
      protected: true,
      enabled: false,
      zones: ['a', 'b c'],
      metadata: { tier: 'web', note: 'two words' },
      rules: [{ port: 22 }],
      description: '',
      image: undefined,
    };
    expect(commandOf('vm', 'vm.create', filled)).toBe(
      "novacron vm create web --protected --no-enabled --zones a --zones 'b c' " +
        `--label 'tier=web' --label 'note=two words' --rules '[{"port":22}]'`,
    );
  });

  test('clears what an update empties', () => {
    const emptied = { id: 'vm_1', description: null, anti_affinity: null, cpu_cores: 3 };
    expect(commandOf('vm', 'vm.update', emptied)).toBe(
      'novacron vm update vm_1 --clear description --clear anti-affinity --cpu-cores 3',
    );
  });

  test.each([
    'two words',
    `it's "quoted"`,
    '$HOME $(id)',
    '`id`',
    'one\ntwo',
    'a\\b',
    '; rm -rf x & | > <',
    '*?[a]!#~',
    'خادم 🚀',
    "'",
    '=1',
  ])('a shell reads %j as one word, unchanged', (text) => {
    const command = commandOf('vm', 'vm.create', { name: text });
    const script = command.replace('novacron vm create', "printf '%s|'");
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${text}|`);
  });
});
