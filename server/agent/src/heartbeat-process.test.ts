/** The process that sends the heartbeats of an agent, with a real agent and a real message bus. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { AgentFeature } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { type AgentProcess, launchAgent } from './test-kit/launch-agent.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

const NODE = 'node-01';
const PLACE = ['--zone', 'zone-a', '--rack', 'rack-1'];
const SIZE = ['--cpu-cores', '32', '--memory-gb', '128', '--disk-gb', '2000'];

/** Measured: 45 MiB with Node 20. */
const RSS_MIB_MAX = 64;

let nats: NatsServer;
let bus: Bus;
let dataDir: string;
let heard: JsonObject[];
let agents: AgentProcess[];

beforeAll(async () => {
  nats = await startNats({ jetstream: 'off' });
});
afterAll(() => nats.remove());
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-heartbeats-'));
  const opened = await openNatsBus({ servers: nats.url, retainedSubjects: [], onFault: () => {} });
  if (!opened.ok) throw new Error(opened.error.detail);
  bus = opened.value;
  heard = [];
  agents = [];
  bus.subscribe(announceSubject(NODE), (message) => {
    heard.push(message);
    const { incarnation = '', beat = 0 } = message;
    bus.publish(leaseSubject(NODE), { incarnation, beat, knows: AgentFeature.options });
  });
});
afterEach(async () => {
  for (const { child } of agents) {
    for (const pid of heartbeatsOf(child.pid)) process.kill(pid, 'SIGKILL');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  await bus.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

function launch(env: Readonly<Record<string, string>> = {}): AgentProcess {
  const link = ['--bus', nats.url, '--data-dir', dataDir];
  const agent = launchAgent([...link, '--node', NODE, ...PLACE, ...SIZE], { env });
  agents.push(agent);
  return agent;
}

/** The processes of heartbeats of an agent. */
function heartbeatsOf(pid: number | undefined): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text
      .split(' ')
      .filter((word) => word !== '')
      .map(Number);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function onlyHeartbeats(agent: AgentProcess): Promise<number> {
  await agent.ready();
  const [pid] = await waitUntil('its process of heartbeats', () => {
    const found = heartbeatsOf(agent.child.pid);
    return found.length === 1 ? found : undefined;
  });
  await waitUntil('a heartbeat that says little', () => heard.find(({ announced }) => announced));
  return pid ?? 0;
}

const silent = () => heard.find(({ agent_silent_ms }) => agent_silent_ms !== undefined);

test('an agent that hangs is no dead node, and goes on', async () => {
  const agent = launch();
  const pid = await onlyHeartbeats(agent);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssMib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  expect(rssMib).toBeLessThan(RSS_MIB_MAX);
  agent.child.kill('SIGSTOP');
  expect(await waitUntil('its silence', silent)).toMatchObject({ node: NODE });
  agent.child.kill('SIGCONT');
  heard.length = 0;
  await waitUntil('its return', () =>
    heard.length > 2 && heard.at(-1)?.agent_silent_ms === undefined ? true : undefined,
  );
  expect(await agent.end('SIGTERM')).toBe(0);
  expect(heard.at(-1)).toMatchObject({ planned_stop_ms: 120_000 });
  expect(isRunning(pid)).toBe(false);
});

test('a node whose agent has crashed is alive, until its next agent starts', async () => {
  const first = launch();
  const pid = await onlyHeartbeats(first);
  await first.end('SIGKILL');
  const { incarnation } = await waitUntil('its silence', silent);
  expect(isRunning(pid)).toBe(true);
  const second = launch();
  await onlyHeartbeats(second);
  await waitUntil('the end of the earlier process', () => (isRunning(pid) ? undefined : true));
  heard.length = 0;
  await waitUntil('more heartbeats', () => (heard.length > 1 ? true : undefined));
  expect(heard.map((message) => message.incarnation)).not.toContain(incarnation);
  expect(second.child.exitCode).toBeNull();
});

test('a stop of all processes of the service is announced', async () => {
  const agent = launch();
  const pid = await onlyHeartbeats(agent);
  // As systemd does, which does not know which of them is which.
  process.kill(pid, 'SIGTERM');
  expect(await agent.end('SIGTERM')).toBe(0);
  expect(heard.at(-1)).toMatchObject({ planned_stop_ms: 120_000 });
  expect(isRunning(pid)).toBe(false);
});

test('a process of heartbeats without its agent ends when it is asked to', async () => {
  const agent = launch();
  const pid = await onlyHeartbeats(agent);
  await agent.end('SIGKILL');
  expect(isRunning(pid)).toBe(true);
  process.kill(pid, 'SIGTERM');
  await waitUntil('its end', () => (isRunning(pid) ? undefined : true));
});

test('a process of heartbeats that is killed is replaced, and its numbers rise', async () => {
  const agent = launch();
  const pid = await onlyHeartbeats(agent);
  const before = Number(heard.at(-1)?.beat);
  process.kill(pid, 'SIGKILL');
  await waitUntil('the next process', () =>
    heard.find(({ beat }) => Number(beat) >= 2 ** 32) === undefined ? undefined : true,
  );
  expect(before).toBeLessThan(2 ** 32);
  expect(agent.said.stderr).toContain('the process of heartbeats has ended: it is started again');
  expect(await agent.end('SIGTERM')).toBe(0);
});

test('a process of heartbeats that is stopped is replaced before its node is missed', async () => {
  const agent = launch();
  const pid = await onlyHeartbeats(agent);
  process.kill(pid, 'SIGSTOP');
  const stoppedMs = performance.now();
  await waitUntil('the next process', () =>
    heard.find(({ beat }) => Number(beat) >= 2 ** 32) === undefined ? undefined : true,
  );
  // Servers suspect a node some 5 s after its last heartbeat.
  expect(performance.now() - stoppedMs).toBeLessThan(5_000);
  expect(isRunning(pid)).toBe(false);
  expect(agent.said.stderr).toContain('the process of heartbeats does not respond: it is killed');
  expect(await agent.end('SIGTERM')).toBe(0);
});

/** Has a process of heartbeats begin only after 8 s, as on a host that has no time for it. */
const SLOW_START = `
if (process.argv[1]?.endsWith('heartbeat-process.js')) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8_000);
}`;

test('a process of heartbeats that takes long to start is waited for', async () => {
  const file = join(dataDir, 'slow-start.cjs');
  writeFileSync(file, SLOW_START);
  const agent = launch({ NODE_OPTIONS: `--require ${file}` });
  await agent.ready();
  await waitUntil('heartbeats', () => (heard.length > 1 ? true : undefined));
  expect(Number(heard.at(-1)?.beat)).toBeLessThan(2 ** 32);
  expect(agent.said.stderr).not.toContain('the process of heartbeats');
  expect(await agent.end('SIGTERM')).toBe(0);
});
