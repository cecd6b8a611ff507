/** An agent as a process that gets secrets of a guest and is killed: what its files still show. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import type { Logger } from '@novacron/runtime/logger';
import { readConfig } from '@novacron/server/config';
import { type RunningServer, startServer } from '@novacron/server/main';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { findSecrets } from '../../server/agent/src/test-kit/find-secrets.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { waitUntil } from '../support/src/wait-until.ts';

jest.setTimeout(120_000);

const PASSWORD = 'correct "horse" battery staple-7f3a';
const USER_DATA = '#cloud-config\nruncmd: ["echo ünïcode-9c1e-secret"]';
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

let directory: string;
let nats: NatsServer;
let server: RunningServer;
let agent: ChildProcess;
let said: string;

const agentDir = (): string => join(directory, 'agent');

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-agent-secrets-'));
  nats = await startNats();
  const argv = ['--listen', '127.0.0.1:0', '--data-dir', join(directory, 'server')];
  const config = readConfig([...argv, '--bus', nats.url], {});
  if (!config.ok || config.value.kind !== 'start') throw new Error(JSON.stringify(config));
  const ignore = (): void => undefined;
  const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const started = await startServer(config.value.config, logger);
  if (!started.ok) throw new Error(started.error.detail);
  server = started.value;
  said = '';
});

afterEach(async () => {
  await killAgent();
  await server.stop();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true });
});

/** @param createMs - how long the hypervisor takes for a new machine */
async function startAgent(createMs: number): Promise<void> {
  const fleet = join(directory, 'fleet.json');
  const pool = { size_gb: 100 };
  const node = { name: 'node-01', zone: 'z', rack: 'r', cpu_cores: 8, memory_gb: 16, disk_gb: 100 };
  const latency_ms = { create: { min: createMs, max: createMs } };
  const nodes = [{ ...node, latency_ms }];
  const storage_pools = { ssd: pool, hdd: pool, nvme: pool };
  writeFileSync(fleet, JSON.stringify({ nodes, storage_pools }));
  const program = join(__dirname, '../../server/cli/bin/novacron.mjs');
  const place = ['--data-dir', agentDir(), '--bus', nats.url];
  agent = spawn(process.execPath, [program, 'agent', '--fleet', fleet, ...place]);
  const hear = (bytes: Buffer): void => {
    said += bytes.toString();
  };
  agent.stdout?.on('data', hear);
  agent.stderr?.on('data', hear);
  const before = said.length;
  await waitUntil('the agent', () => {
    if (agent.exitCode !== null) throw new Error(said);
    return said.slice(before).includes('is ready') || undefined;
  });
}

async function killAgent(): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await ended;
}

function expectNoSecrets(): void {
  expect(findSecrets(agentDir(), [PASSWORD, USER_DATA])).toEqual([]);
  for (const name of readdirSync(agentDir())) {
    expect([name, statSync(join(agentDir(), name)).mode & 0o077]).toEqual([name, 0]);
  }
}

test('no file of an agent shows the secrets of a guest, whenever the agent is killed', async () => {
  const { call } = createClient(createHttpCarrier(server.url, server.firstKey ?? ''));
  await startAgent(200_000);
  await waitUntil('the node', async () => {
    const listed = await call('node.list', {});
    return listed.ok && listed.value.items[0]?.status === 'ready' ? true : undefined;
  });
  const guest = {
    password_wo: PASSWORD,
    password_wo_version: 1,
    user_data_wo: USER_DATA,
    user_data_wo_version: 1,
  };
  const made = await call('vm.create', { ...SIZE, ...guest, name: 'web' });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  // While the command runs, its secrets are in the journal.
  await waitUntil(
    'the command',
    () => readdirSync(agentDir()).includes('journal.key') || undefined,
  );
  await killAgent();
  expectNoSecrets();
  await startAgent(0);
  const ended = await call('operation.wait', { id: made.value.operation.id });
  expect(ended.ok && ended.value.status).toBe('succeeded');
  await killAgent();
  expectNoSecrets();
  expect(said).not.toContain(PASSWORD);
});
