/** The executable file and the completion script, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runInProcess } from './test-kit/run-in-process.ts';

const PACKAGE = join(__dirname, '..');

let copy = '';

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'novacron-cli-'));
  cpSync(join(PACKAGE, 'bin'), join(copy, 'bin'), { recursive: true });
  cpSync(join(PACKAGE, 'package.json'), join(copy, 'package.json'));
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

function build(main: string): void {
  mkdirSync(join(copy, 'dist'));
  writeFileSync(join(copy, 'dist', 'main.js'), main);
  writeFileSync(
    join(copy, 'dist', 'node-io.js'),
    'export const createNodeIo = ({ version }) => ({ version });\n',
  );
}

function shell(script: string) {
  const options = { cwd: copy, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], options);
  return { status, stdout, stderr };
}

describe('bin/novacron.mjs', () => {
  test('says in a checkout that is not built how to build it', () => {
    expect(shell('bin/novacron.mjs vm list')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'novacron is not built yet: run `make setup` in its checkout.\n',
    });
  });

  test('hands over the arguments and the version, and ends with the exit code', () => {
    build(`export const runCli = async (argv, env, io) => {
      process.stdout.write(JSON.stringify([argv, io.version]));
      return 4;
    };\n`);
    const { status, stdout } = shell('bin/novacron.mjs vm list');
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toEqual([['vm', 'list'], expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });

  test('is silent when its reader has seen enough', () => {
    build(`export const runCli = async () => {
      for (let line = 0; line < 100000; line += 1) process.stdout.write('line\\n');
      return 0;
    };\n`);
    expect(shell('set -o pipefail; bin/novacron.mjs | head -n 1')).toEqual({
      status: 0,
      stdout: 'line\n',
      stderr: '',
    });
  });
});

test.each([
  ['novacron ', 'vm'],
  ['novacron v', 'volume'],
  ['novacron vm ', 'migrate'],
  ['novacron vm create --mem', '--memory-gb'],
  ['novacron volume create --type ', 'nvme'],
  ['novacron vm list --output ', 'yaml'],
  ['novacron completion ', 'fish'],
])('bash completes "%s" to %s', async (line, word) => {
  const { stdout: script } = await runInProcess(['completion', 'bash']);
  writeFileSync(join(copy, 'completion'), script);
  const words = line.split(' ').map((text) => `'${text}'`);
  const found = shell(`source ./completion
    COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}
    _novacron
    printf '%s\\n' "\${COMPREPLY[@]}"`);
  expect(found.stderr).toBe('');
  expect(found.stdout.split('\n')).toContain(word);
});
