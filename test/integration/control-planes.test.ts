/** Several control planes on one nats-server, and agents as processes: each agent follows one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { commandSubject } from '@novacron/contract/agent/agent-subjects';
import { createClient } from '@novacron/contract/client/client';
import { ControlPlaneId, VmId } from '@novacron/contract/ids';
import type { Logger } from '@novacron/runtime/logger';
import { backUpThisMachine, restoreThisMachine } from '@novacron/server/break-glass';
import { readConfig } from '@novacron/server/config';
import { startServer } from '@novacron/server/main';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { waitUntil } from '../support/src/wait-until.ts';
import type { Call } from './test-kit/world.ts';

/** Heartbeats are 5 s apart, and what follows from one is seen with the next. */
jest.setTimeout(180_000);

const NODE = 'node-01';
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

interface Server {
  readonly call: Call;
  readonly log: readonly string[];
  readonly metrics: () => Promise<string>;
  readonly stop: () => Promise<void>;
  readonly key: string;
}

let directory: string;
let nats: NatsServer;
let agent: ChildProcess;
let agentLog = '';
let original: Server;
let second: Server;
let copy: Server;
let vmId: VmId;
const stops = new Set<() => Promise<void>>();

function dirOf(name: string): string {
  return join(directory, name);
}

async function start(name: string, key?: string): Promise<Server> {
  const argv = ['--listen', '127.0.0.1:0', '--data-dir', dirOf(name), '--bus', nats.url];
  const config = readConfig([...argv, '--metrics-interval', '1s'], {});
  if (!config.ok || config.value.kind !== 'start') throw new Error(JSON.stringify(config));
  const log: string[] = [];
  const note = (_fields: object, message: string): void => void log.push(message);
  const logger: Logger = { debug: () => {}, info: note, warn: note, error: note };
  const started = await startServer(config.value.config, logger);
  if (!started.ok) throw new Error(started.error.detail);
  const { url, firstKey } = started.value;
  const secret = key ?? firstKey ?? '';
  const stop = async (): Promise<void> => {
    if (stops.delete(stop)) await started.value.stop();
  };
  stops.add(stop);
  const metrics = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${url}/metrics`, { headers })).text();
  };
  return {
    call: createClient(createHttpCarrier(url, secret)).call,
    log,
    metrics,
    stop,
    key: secret,
  };
}

async function startAgent(flags: readonly string[] = []): Promise<void> {
  agent = spawn(process.execPath, [
    join(__dirname, '../../server/cli/bin/novacron.mjs'),
    'agent',
    '--node',
    NODE,
    '--zone',
    'zone-a',
    '--rack',
    'rack-1',
    '--cpu-cores',
    '8',
    '--memory-gb',
    '16',
    '--disk-gb',
    '100',
    '--data-dir',
    dirOf('agent'),
    '--bus',
    nats.url,
    ...flags,
  ]);
  const before = agentLog.length;
  const hear = (bytes: Buffer): void => {
    agentLog += bytes.toString();
  };
  agent.stdout?.on('data', hear);
  agent.stderr?.on('data', hear);
  await waitUntil('the agent', () => agentLog.slice(before).includes('is ready') || undefined);
}

async function killAgent(): Promise<void> {
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await ended;
}

/** Status and control plane of the node, as a server shows them. */
async function nodeOf({ call }: Server): Promise<string> {
  const listed = await call('node.list', {});
  if (!listed.ok) throw new Error(listed.error.detail);
  const [node] = listed.value.items;
  return `${node?.status} ${node?.control_plane}`;
}

async function nodeBecomes(server: Server, expected: string): Promise<void> {
  await waitUntil(`the node to be ${expected}`, async () =>
    (await nodeOf(server)) === expected ? true : undefined,
  );
}

async function eventTypes({ call }: Server): Promise<readonly string[]> {
  const listed = await call('event.list', { limit: 1_000 });
  if (!listed.ok) throw new Error(listed.error.detail);
  return listed.value.items.map(({ type }) => type);
}

/** Events are listed once they have a position, a moment after their commit. */
async function hasEvents(server: Server, expected: readonly string[]): Promise<void> {
  await waitUntil(`the events ${expected.join()}`, async () => {
    const types = await eventTypes(server);
    return expected.every((type) => types.includes(type)) ? true : undefined;
  });
}

async function controlPlaneOf({ call }: Server) {
  const found = await call('control_plane.get', {});
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

/** The server that the node follows hears of the other one. */
async function isContestedBy(
  followed: Server,
  { id, number }: { readonly id: string; readonly number: number },
): Promise<void> {
  await waitUntil('the report of the other server', async () => {
    const { contested_nodes: nodes } = await controlPlaneOf(followed);
    return nodes.some(({ refused }) => refused?.id === id && refused.number === number)
      ? true
      : undefined;
  });
  await hasEvents(followed, ['control_plane.contested']);
  await waitUntil('the metric', async () =>
    (await followed.metrics()).includes('novacron_nodes_contested 1') ? true : undefined,
  );
}

/** Starts and stops the VM, which takes two commands. */
async function commandVm(
  { call }: Server,
  verb: 'vm.start' | 'vm.stop' | 'vm.delete',
): Promise<string> {
  const written = await call(verb, { id: vmId });
  if (!written.ok) return `${written.error.code}: ${written.error.detail}`;
  const ended = await call('operation.wait', { id: written.value.operation.id });
  return ended.ok ? ended.value.status : ended.error.code;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-planes-'));
  nats = await startNats();
  await startAgent();
});

afterAll(async () => {
  await Promise.all([...stops].map((stop) => stop()));
  await killAgent();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true });
});

test('a second server with its own store gets no node of the first, and reports it', async () => {
  original = await start('original');
  await nodeBecomes(original, 'ready own');
  const made = await original.call('vm.create', { ...SIZE, name: 'web' });
  if (!made.ok) throw new Error(made.error.detail);
  vmId = VmId.parse(made.value.resource.id);
  const ended = await original.call('operation.wait', { id: made.value.operation.id });
  expect(ended.ok && ended.value.status).toBe('succeeded');

  second = await start('second');
  await nodeBecomes(second, 'lost other');
  expect(await second.call('vm.create', { ...SIZE, name: 'intruder' })).toMatchObject({
    ok: false,
    error: { code: 'no-capacity' },
  });
  await hasEvents(second, ['control_plane.refused']);
  expect(second.log.join()).toContain('follows another control plane and refuses this one');
  await waitUntil('the metric', async () =>
    (await second.metrics()).includes('novacron_nodes_refusing 1') ? true : undefined,
  );
  const { id } = await controlPlaneOf(original);
  const shown = await controlPlaneOf(second);
  expect(shown.id).not.toBe(id);
  expect(shown.other_nodes).toMatchObject([{ name: NODE, follows: { id } }]);
  await isContestedBy(original, shown);
  expect(original.log.join()).toContain('another control plane sends messages to a node of this');
  expect(agentLog).toContain('messages of another control plane are refused');
  await second.stop();
});

test('of a server and its restored copy one is refused, until it takes over', async () => {
  const file = dirOf('backup');
  const saved = await backUpThisMachine({ dataDir: dirOf('original'), file });
  expect(saved).toMatchObject({ ok: true });
  expect(await restoreThisMachine({ dataDir: dirOf('copy'), file })).toMatchObject({ ok: true });
  copyFileSync(join(dirOf('original'), 'sealing.key'), join(dirOf('copy'), 'sealing.key'));
  // The original runs on under the term that it had when the backup was made.
  copy = await start('copy', original.key);
  await nodeBecomes(copy, 'lost other');
  expect(await commandVm(original, 'vm.stop')).toBe('succeeded');
  expect(await nodeOf(original)).toBe('ready own');
  const intruder = await copy.call('vm.create', { ...SIZE, name: 'intruder' });
  expect(intruder.ok ? '' : `${intruder.error.detail} ${intruder.error.remedy}`).toMatch(
    /its agent follows another control plane and refuses this one.*admin control-plane show/s,
  );
  expect(await commandVm(copy, 'vm.start')).toMatch(/^conflict: .*follows another control plane/);
  expect(await commandVm(copy, 'vm.delete')).toMatch(/^conflict: .*follows another control plane/);

  const other = await controlPlaneOf(copy);
  const { id } = await controlPlaneOf(original);
  expect(other.id).toBe(id);
  const unknown = ControlPlaneId.parse(`${id.slice(0, -4)}0000`);
  const wrong = await copy.call('control_plane.takeover', {
    confirm: unknown,
  });
  expect(wrong).toMatchObject({ ok: false, error: { code: 'conflict' } });
  const taken = await copy.call('control_plane.takeover', { confirm: id });
  expect(taken).toMatchObject({ ok: true, value: { nodes: [NODE] } });
  await nodeBecomes(copy, 'ready own');
  await hasEvents(copy, ['node.lost', 'node.back']);
  expect(await waitUntil('the VM', () => commandVm(copy, 'vm.start').then(isSuccess))).toBe(true);

  await nodeBecomes(original, 'lost other');
  expect(await commandVm(original, 'vm.stop')).toMatch(/follows another control plane/);
  await hasEvents(original, ['control_plane.refused']);
  await isContestedBy(copy, await controlPlaneOf(original));
  expect(agentLog).toContain('a new term of the control plane is followed');
  expect((await copy.call('vm.get', { id: vmId })).ok).toBe(true);
});

test('an agent that was killed, and a server that starts again, find each other', async () => {
  await killAgent();
  await startAgent();
  await copy.stop();
  copy = await start('copy', original.key);
  await nodeBecomes(copy, 'ready own');
  expect(await waitUntil('the VM', () => commandVm(copy, 'vm.stop').then(isSuccess))).toBe(true);
  await nodeBecomes(original, 'lost other');
});

test('messages of a server that names no control plane are refused and logged', async () => {
  const before = agentLog.length;
  const bus = await openNatsBus({ servers: nats.url });
  if (!bus.ok) throw new Error(bus.error.detail);
  try {
    const message = {
      protocol: 1,
      operation_id: `op_${'0'.repeat(26)}`,
      step: 'start',
      vm_id: vmId,
      generation: 99,
      action: { kind: 'start' },
    };
    const answer = await bus.value.request(commandSubject(NODE), message, { timeoutMs: 5_000 });
    expect(answer).toMatchObject({ ok: false });
    const logged = /"sender":null.*messages of another control plane are refused/;
    await waitUntil('the log', async () => logged.test(agentLog.slice(before)) || undefined);
  } finally {
    await bus.value.close();
  }
});

test('an agent that is commanded to forget whom it followed follows the next server', async () => {
  await copy.stop();
  await killAgent();
  await startAgent(['--forget-control-plane']);
  await nodeBecomes(original, 'ready own');
  await hasEvents(original, ['node.back']);
});

function isSuccess(status: string): true | undefined {
  return status === 'succeeded' ? true : undefined;
}
