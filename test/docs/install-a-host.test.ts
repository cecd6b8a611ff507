/**
 * Follows docs/how-to/install-a-host.md: user and directories of the agent's package are made below
 * a directory that stands for the host, and a real server, agent, QEMU and Terraform make the VM.
 * What is not run is listed in followed-pages.ts with its reason.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { listQemuOf } from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { type AgentProcess, launchAgent } from '../../server/agent/src/test-kit/launch-agent.ts';
import { findGuest, findQemu } from '../support/services/find-qemu.ts';
import { findSystemdTools } from '../support/services/find-systemd-tools.ts';
import { findTerraform } from '../support/services/find-terraform.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { reasonNotRun } from './followed-pages.ts';
import { missingLines, openReader, type Reader } from './open-reader.ts';
import { type CommandStep, readPage, type Step } from './read-page.ts';

jest.setTimeout(120_000);

const PAGE = 'docs/how-to/install-a-host.md';
const PACKAGES = resolve(__dirname, '../../server/deploy/packages');
const BUS = 'nats://127.0.0.1:4222';

const steps = readPage(PAGE);

let root: string;
let nats: NatsServer;
let reader: Reader;
let agent: AgentProcess | undefined;

beforeAll(async () => {
  findQemu();
  findSystemdTools();
  findTerraform();
  // Short: the run directory of the agent is in it, and paths of sockets are.
  root = mkdtempSync(join(tmpdir(), 'nh-'));
  const folders = ['etc/novacron', 'var/lib/novacron'];
  for (const name of folders) mkdirSync(join(root, name), { recursive: true });
  installAgent();
  [nats, reader] = await Promise.all([startNats(), openReader()]);
});
afterAll(async () => {
  await agent?.end('SIGTERM');
  await reader.close();
  await nats.remove();
  for (const pid of listQemuOf(root)) process.kill(pid, 'SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** What the package of the agent does to a host. */
function installAgent(): void {
  const { sysusers, tmpfiles } = findSystemdTools();
  const fileIn = (folder: string) =>
    join(PACKAGES, 'novacron-agent', folder, 'novacron-agent.conf');
  execFileSync(sysusers, [`--root=${root}`, fileIn('sysusers.d')], { stdio: 'pipe' });
  execFileSync(tmpfiles, [`--root=${root}`, '--create', fileIn('tmpfiles.d')], { stdio: 'pipe' });
}

/** Replaces the host of the page: a directory and another bus. */
const onTestHost = (text: string): string =>
  text.replaceAll(/(?<![\w/])\/(etc|var\/lib)\//g, `${root}/$1/`).replaceAll(BUS, nats.url);

const adapt = (step: Step): Step =>
  step.kind === 'file'
    ? { ...step, text: onTestHost(step.text) }
    : { ...step, command: onTestHost(step.command) };

/** Variables of the unit and of its installed settings. */
function settingsOf(name: string, file: string): Readonly<Record<string, string>> {
  const unit = readFileSync(join(PACKAGES, name, `${name}.service`), 'utf8');
  const own = readFileSync(join(root, 'etc/novacron', file), 'utf8');
  const lines = [...unit.matchAll(/^Environment=(.*)$/gm), ...own.matchAll(/^(\w+=.*)$/gm)];
  return Object.fromEntries(
    lines.map(([, line = '']) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), onTestHost(line.slice(at + 1))];
    }),
  );
}

/** In place of `systemctl enable --now`: in software, and without networks of the machine. */
async function startAgent(): Promise<void> {
  const storage = join(root, 'var/lib/novacron-agent/storage/templates/debian-12');
  cpSync(findGuest(), storage, { recursive: true });
  writeFileSync(
    join(storage, 'cmdline'),
    'console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check swiotlb=1024\n',
  );
  const env = {
    ...settingsOf('novacron-agent', 'agent.env'),
    NOVACRON_AGENT_ACCEL: 'tcg',
    NOVACRON_AGENT_NETWORKS: 'user',
    NOVACRON_AGENT_RUN_DIR: join(root, 'm'),
  };
  agent = launchAgent([], { env });
  expect(await agent.ready()).toMatch(/^host-1 on /);
}

/** In place of `systemctl enable --now`: the command of the unit, with its variables. */
async function startServer(step: CommandStep): Promise<void> {
  const variables = Object.entries(settingsOf('novacron-orchestration', 'server.env'));
  const words = variables.map(([name, value]) => `${name}=${value}`);
  const command = `export ${words.join(' ')}\nnovacron server`;
  expect((await reader.follow({ ...step, command })).exitCode).toBe(0);
}

describe(`a reader of ${PAGE}`, () => {
  test.each(
    steps.map(
      (step) =>
        [step.line, step.kind === 'file' ? step.name : step.command.split('\n')[0], step] as const,
    ),
  )('at line %s comes to %s', async (_line, _what, step) => {
    if (step.kind === 'command' && reasonNotRun(PAGE, step.command) !== undefined) {
      if (step.command === 'systemctl enable --now novacron-orchestration') await startServer(step);
      if (step.command.startsWith('systemctl enable --now novacron-agent')) await startAgent();
      return;
    }
    const { exitCode, output } = await reader.follow(adapt(step));
    expect(exitCode === 0 ? '' : output).toBe('');
    if (step.kind === 'command') expect(missingLines(step.output, output)).toEqual([]);
  });

  test('has the user, the directory of the agent and its settings', () => {
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(/^novacron-vm:/m);
    expect(statSync(join(root, 'var/lib/novacron-agent')).mode & 0o777).toBe(0o710);
    expect(statSync(join(root, 'etc/novacron/agent.env')).mode & 0o777).toBe(0o600);
  });

  test('has a VM that QEMU runs', () => {
    expect(listQemuOf(join(root, 'm'))).toHaveLength(1);
  });

  test('has a VM that gets the key of the reader from its seed disk', () => {
    const key = readFileSync(join(reader.directory, 'vm-key.pub'), 'utf8').trim();
    const entries = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const seeds = entries.filter((name) => name.endsWith('/seed.img'));
    expect(seeds).toHaveLength(1);
    expect(readFileSync(join(root, seeds[0] ?? ''), 'latin1')).toContain(key);
  });
});
