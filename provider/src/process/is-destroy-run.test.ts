import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isDestroyRun, readParentCommand } from './is-destroy-run.ts';

describe('a run that destroys', () => {
  test.each([
    ['terraform destroy -auto-approve', {}, true],
    ['/opt/terraform -chdir=infra destroy', {}, true],
    ['terraform plan -destroy -out=plan.bin', {}, true],
    ['terraform apply --destroy=true', {}, true],
    ['terraform plan', { TF_CLI_ARGS_plan: '-lock=false -destroy' }, true],
    ['terraform apply', { TF_CLI_ARGS: '-destroy' }, true],
    ['terraform plan', { TF_CLI_ARGS_apply: '-destroy' }, false],
    ['terraform plan -destroy=false', {}, false],
    ['terraform plan -out=destroy', {}, false],
    ['terraform apply destroy', {}, false],
    ['terraform test', {}, false],
    ['terraform', {}, false],
    ['', {}, false],
  ])('%s %j: %s', (command, env, expected) => {
    expect(isDestroyRun(command.split(' '), env)).toBe(expected);
  });
});

describe('the command line of the parent process', () => {
  test('is that of the kernel', () => {
    const procDirectory = mkdtempSync(join(tmpdir(), 'novacron-proc-'));
    mkdirSync(join(procDirectory, '7'));
    writeFileSync(join(procDirectory, '7', 'cmdline'), 'terraform\0destroy\0-var\0a=b c\0');
    const command = readParentCommand({ pid: 7, procDirectory });
    expect(command).toEqual(['terraform', 'destroy', '-var', 'a=b c']);
    rmSync(procDirectory, { recursive: true });
  });

  test('is empty where neither the kernel nor ps knows the process', () => {
    expect(readParentCommand({ pid: 2 ** 30, procDirectory: '/nowhere' })).toEqual([]);
  });

  test('is that of the process which started this one', () => {
    expect(readParentCommand().join(' ')).not.toBe('');
  });
});
