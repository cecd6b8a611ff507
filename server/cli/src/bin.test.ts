/** The executable file and the completion script, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Environment } from './io/cli-io.ts';
import { runInProcess } from './test-kit/run-in-process.ts';
import { type FakeServer, startFakeServer } from './test-kit/start-fake-server.ts';

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
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], options);
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

  const full = existsSync('/dev/full') ? '' : ': not tried, this system has no /dev/full';
  test.each([
    [0, 1],
    [4, 4],
  ])(
    `says that its output is lost where the disk is full (%i becomes %i)${full}`,
    (code, status) => {
      if (full !== '') return;
      build(`export const runCli = async () => {
      process.stdout.write('line\\n');
      return ${code};
    };\n`);
      expect(shell('bin/novacron.mjs vm list > /dev/full')).toEqual({
        status,
        stdout: '',
        stderr: 'error: the output cannot be written: the disk is full\n',
      });
    },
  );

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

interface Tab {
  readonly line: string;
  readonly env?: Environment;
  /** Text of the file of profiles. */
  readonly profiles?: string;
}

/** Presses the tab key behind a line; what the script asks `novacron` for is run in process. */
async function complete(
  { line, env = {}, profiles = '' }: Tab,
  modules: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const { stdout: script } = await runInProcess(['completion', 'bash']);
  writeFileSync(join(copy, 'completion'), script);
  const words = line.split(' ').map((text) => `'${text}'`);
  const press = `source ./completion
    COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}
    _novacron
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  // The first time, the script's question is only written down.
  expect(shell(`novacron() { printf '%s\\n' "$@" >asked; }\n${press}`).stderr).toBe('');
  const argv = readFileSync(join(copy, 'asked'), 'utf8').trimEnd().split('\n');
  const files = { '/alice/.config/novacron/profiles.json': profiles };
  const answer = await runInProcess(argv, { env, files, modules, deadlineMs: 1_000 });
  expect(answer.stderr).toBe('');
  writeFileSync(join(copy, 'answer'), answer.stdout);
  const found = shell(`novacron() { cat answer; }\n${press}`);
  return found.stdout.split('\n').filter((word) => word !== '');
}

describe('bash completes names', () => {
  let server: FakeServer;
  beforeEach(async () => {
    server = await startFakeServer();
  });
  afterEach(() => server.close());

  test.each([
    ['novacron vm show ', 'web-server-01'],
    ['novacron vm show db', 'db-01'],
    ['novacron vm update web-server-01 --network-id ', 'production-network'],
    ['novacron vm migrate web-server-01 --node node', 'node-03'],
    ['novacron volume show ', 'data-volume'],
    ['novacron policy enable VM', 'VM\\ Access\\ Policy'],
    ['novacron operation wait ', 'op_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ['novacron decision override ', 'adec_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ['novacron optimizer apply ', 'right_sizing:vm_01jxt21q00ew3re1r70w3ge1r7'],
    ['novacron optimizer apply right_sizing : vm_', 'vm_01jxt21q00ew3re1r70w3ge1r7'],
    ['novacron profile use ', 'prod'],
    ['novacron vm list --profile ', 'prod'],
  ])('behind "%s" with %s', async (line, name) => {
    const profiles = JSON.stringify({
      current: null,
      profiles: { prod: { endpoint: server.endpoint, api_key: 'a' } },
    });
    const env = { NOVACRON_ENDPOINT: server.endpoint };
    expect(await complete({ line, env, profiles })).toContain(name);
  });

  test('of the profile that the line names', async () => {
    const profiles = JSON.stringify({
      current: null,
      profiles: { prod: { endpoint: server.endpoint, api_key: 'a' } },
    });
    const line = 'novacron --profile prod vm show ';
    expect(await complete({ line, profiles })).toContain('web-server-01');
    expect(server.calls[0]?.headers.authorization).toBe('Bearer a');
  });

  test.each([
    ['novacron vm show --', '--output'],
    ['novacron --endpoint http://a vm show ', '--output'],
  ])('and asks no server behind "%s"', async (line, word) => {
    const env = { NOVACRON_ENDPOINT: server.endpoint };
    expect(await complete({ line, env })).toContain(word);
    expect(server.calls).toEqual([]);
  });

  test.each([
    ['no server', { NOVACRON_ENDPOINT: 'http://127.0.0.1:1' }],
    ['an address that is none', { NOVACRON_ENDPOINT: 'nowhere' }],
  ])('in silence where there is %s', async (_what, env) => {
    const names = ['__complete', '--current=', 'vm', 'migrate', 'web', '--node'];
    const { exitCode, stdout, stderr, delaysMs } = await runInProcess(names, { env });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(delaysMs.every((delayMs) => delayMs <= 1_000)).toBe(true);
  });
});

test('bash completes the value of a flag that any text can follow to files', async () => {
  expect(await complete({ line: 'novacron --api-key-file ' })).toEqual([]);
  expect(await complete({ line: 'novacron vm create --user-data ' })).toEqual([]);
});

test.each([
  ['novacron ', 'vm'],
  ['novacron ', 'login'],
  ['novacron config ', 'show'],
  ['novacron v', 'volume'],
  ['novacron vm ', 'migrate'],
  ['novacron vm create --mem', '--memory-gb'],
  ['novacron volume create --type ', 'nvme'],
  ['novacron vm list --output ', 'yaml'],
  ['novacron completion ', 'fish'],
  ['novacron server --li', '--listen'],
  ['novacron agent --no', '--node'],
  ['novacron agent do', 'doctor'],
  ['novacron agent doctor --js', '--json'],
  ['novacron config show --li', '--listen'],
])('bash completes "%s" to %s', async (line, word) => {
  const usage = (flag: string) => `Options:\n  ${flag}  What it says, and\n       --not-this\n`;
  const modules = {
    '@novacron/server/config/server-usage': { serverUsage: () => usage('--listen HOST:PORT') },
    '@novacron/agent/config/agent-usage': { agentUsage: () => usage('--node NAME') },
    '@novacron/agent/config/doctor-usage': { doctorUsage: () => usage('--json') },
  };
  const found = await complete({ line }, modules);
  expect(found).toContain(word);
  expect(found).not.toContain('--not-this');
});
