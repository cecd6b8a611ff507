/**
 * The drill of docs/how-to/back-up-and-recover.md: a server under load is killed and its directory
 * deleted. Another one is restored from the backup target, takes the agents over, and no machine is
 * stopped. It has no artifact: it executes the server and two agents as processes, over NATS.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const PROGRAM = fileURLToPath(new URL('../../../server/cli/bin/novacron.mjs', import.meta.url));

/** The promises of the guide. */
const RPO_MS_MAX = 60_000;
const RTO_MS_MAX = 300_000;

/** A backup begins at once, and changes follow every 15 s: the loss is between two of them. */
const LOAD_MS = 40_000;

const WRITERS = 3;
const WAIT_MS_MAX = 60_000;
const LOOK_MS = 100;

const NODES = ['node-01', 'node-02'];
const VM = { cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
const KEYS = ['admin.key', 'sealing.key'];

/** @type {import('../deployment-artifacts.mjs').Check} */
export const RECOVERY = {
  name: 'recovery',
  artifacts: [],
  missing: () => (hasProgram('nats-server') ? undefined : 'nats-server is not on the PATH'),
  run: async ({ say, directory }) => {
    const started = [];
    try {
      await drill(say, directory, (args, ready) => {
        const child = launch(args, ready);
        started.push(child);
        return child;
      });
    } finally {
      for (const child of started) await child.kill();
    }
  },
};

async function drill(say, directory, start) {
  const at = (name) => join(directory, name);
  const bus = `nats://127.0.0.1:${await findFreePort()}`;
  const { port } = new URL(bus);
  const nats = ['nats-server', '-a', '127.0.0.1', '-p', port, '-js', '-sd', at('nats')];
  await start(nats, /Server is ready/).ready;
  for (const node of NODES) await start(agentOf(node, bus, at(node)), /is ready/).ready;
  mkdirSync(at('vault'));
  const first = await startServer(start, at('first'), ['--bus', bus, '--backup-to', at('vault')]);
  mkdirSync(at('elsewhere'));
  for (const name of KEYS) copyFileSync(join(at('first'), name), join(at('elsewhere'), name));
  await untilNodes(first);

  const load = writeVms(first);
  await pause(LOAD_MS);
  const lostMs = Date.now();
  await first.process.kill();
  rmSync(at('first'), { recursive: true });
  const acknowledged = await load.end();
  const before = NODES.map((node) => readMachines(at(node), node));

  const from = ['restore', '--data-dir', at('second'), '--from', at('vault')];
  const restored = start([process.execPath, PROGRAM, ...from], /as of (\S+)\.\n/);
  const asOfMs = Date.parse(await restored.ready);
  await restored.ended;
  for (const name of KEYS) copyFileSync(join(at('elsewhere'), name), join(at('second'), name));
  const second = await startServer(start, at('second'), ['--bus', bus]);
  const { id } = await second.call('control_plane.get', {});
  await until('the agents to be heard', async () => {
    const { other_nodes: others } = await second.call('control_plane.get', {});
    return others.length === NODES.length;
  });
  await second.call('control_plane.takeover', { confirm: id });
  await untilNodes(second);
  const { operation } = await second.call('vm.create', { ...VM, name: 'after-the-loss' });
  const { status } = await second.call('operation.wait', { id: operation.id });
  assert.equal(status, 'succeeded', 'the restored server cannot create a VM');
  const rtoMs = Date.now() - lostMs;
  const rpoMs = lostMs - asOfMs;

  const names = new Set(await listVms(second));
  const missing = acknowledged.filter(({ atMs, name }) => atMs < asOfMs && !names.has(name));
  assert.deepEqual(missing, [], 'VMs of the time before the last moment are missing');
  for (const [index, node] of NODES.entries()) {
    const after = readMachines(at(node), node);
    for (const [vm, machine] of Object.entries(before[index])) {
      assert.deepEqual(after[vm], machine, `the machine ${vm} on ${node} was touched`);
    }
  }
  const lost = acknowledged.filter(({ name }) => !names.has(name)).length;
  say(
    `        ${acknowledged.length} VMs acknowledged, ${lost} of them lost; ` +
      `RPO ${seconds(rpoMs)}, RTO ${seconds(rtoMs)}; no machine was stopped`,
  );
  assert.ok(rpoMs < RPO_MS_MAX, `the RPO is ${seconds(rpoMs)}`);
  assert.ok(rtoMs < RTO_MS_MAX, `the RTO is ${seconds(rtoMs)}`);
}

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

function agentOf(node, bus, dataDir) {
  const place = ['--node', node, '--zone', 'zone-a', '--rack', 'rack-1'];
  const size = ['--cpu-cores', '4096', '--memory-gb', '16384', '--disk-gb', '50000'];
  const where = ['--bus', bus, '--data-dir', dataDir];
  return [process.execPath, PROGRAM, 'agent', ...place, ...size, ...where];
}

async function startServer(start, dataDir, flags) {
  const place = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', '--log-level', 'error'];
  const args = [process.execPath, PROGRAM, 'server', ...place, ...flags];
  const server = start(args, /is ready at (\S+)\n/);
  const url = await server.ready;
  const key = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  const call = async (method, params) => {
    const response = await fetch(`${url}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  return { process: server, call };
}

/** Creates VMs one after another until the server is gone. */
function writeVms({ call }) {
  const acknowledged = [];
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let count = 0; ; count += 1) {
      const name = `vm-${writer}-${count}`;
      try {
        const { operation } = await call('vm.create', { ...VM, name });
        acknowledged.push({ name, atMs: Date.now() });
        await call('operation.wait', { id: operation.id });
      } catch {
        // The server is gone: what it has not answered was not promised.
        return;
      }
    }
  });
  return {
    end: async () => {
      await Promise.all(writers);
      assert.ok(acknowledged.length > 0, 'no VM was created');
      return acknowledged;
    },
  };
}

async function listVms({ call }) {
  const names = [];
  for (let cursor; ; ) {
    const page = await call('vm.list', { limit: 500, ...(cursor && { cursor }) });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.next_cursor;
    if (!cursor) return names;
  }
}

function untilNodes({ call }) {
  return until('the nodes to be ready', async () => {
    const { items } = await call('node.list', {});
    const ready = items.filter((each) => each.status === 'ready' && each.control_plane === 'own');
    return ready.length === NODES.length;
  });
}

/** The machines of an agent by VM, with when each has started and how often. */
function readMachines(dataDir, node) {
  const database = new Database(join(dataDir, `${node}.db`), { readonly: true });
  try {
    const rows = database.prepare('select vm_id, machine from simulated_machines').all();
    return Object.fromEntries(
      rows.map(({ vm_id: id, machine }) => {
        const { power, restarts, started_at_ms: startedAtMs } = JSON.parse(machine);
        return [id, { power, restarts, startedAtMs }];
      }),
    );
  } finally {
    database.close();
  }
}

/** Starts a program. `ready` is the first group of the pattern, once the program prints it. */
function launch([program, ...args], pattern) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  let printed = '';
  const ready = new Promise((resolve, reject) => {
    const hear = (bytes) => {
      printed += bytes;
      const found = pattern.exec(printed);
      if (found !== null) resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${args[1]} has ended: ${printed}`)));
  });
  return {
    ready,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function until(what, isSo) {
  for (const endMs = Date.now() + WAIT_MS_MAX; !(await isSo()); await pause(LOOK_MS)) {
    if (Date.now() > endMs) throw new Error(`waited in vain for ${what}`);
  }
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function hasProgram(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
