/** A data directory with many VMs, made through the API once a run of the bench. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../demo/server.mjs';
import { startHost } from './ask-host.mjs';

const SOCKETS = 64;
const POLL_MS = 100;

/** The fleet that a server has unless configured otherwise, but of bigger nodes. */
const NODES = 12;
const NODES_PER_RACK = 2;
const RACKS_PER_ZONE = 2;

/**
 * Ratio of the fleet's capacity to its VMs: half is left free, so that no placement has to search.
 */
const ROOM = 2;

/** Default number of VMs of a figure. */
const VMS = 12_800;

/** Behind the files of a finished seed. */
const DONE_FILE = 'seeded';

/** Flags of a server without limits that would slow it down. */
const SERVER_ARGS = ['--rate-limit', '100000', '--log-level', 'warn'];

/** Body of a create request; `{n}` makes each name unique. */
export const VM_BODY = { name: 'vm-{n}', cpu_cores: 1, memory_gb: 1, disk_gb: 10 };

/**
 * Makes the data directory, unless an earlier figure of this run has.
 * @param {{ shared: string, vms: number, env: NodeJS.ProcessEnv, progress: Function }} options
 * @returns {Promise<{ dataDir: string, args: readonly string[] }>} flags to start a server with
 */
export async function seedVms({ shared, vms, env, progress }) {
  const place = join(shared, `seed-${vms}`);
  const dataDir = join(place, 'data');
  mkdirSync(place, { recursive: true });
  const args = describeFleet(place);
  if (existsSync(join(place, DONE_FILE))) return { dataDir, args };
  progress(`making ${vms} VMs`);
  const server = await startServer({ dataDir, env, args });
  await createVms(server, { total: vms });
  await server.stop();
  writeFileSync(join(place, DONE_FILE), '');
  return { dataDir, args };
}

/**
 * Flags of a server without VMs on a fleet that takes many.
 * @param {string} directory - where its description is written
 * @param {{ vms?: number }} options - how many VMs it will hold
 */
export function describeFleet(directory, { vms = VMS } = {}) {
  const fleetFile = join(directory, 'fleet.json');
  writeFileSync(fleetFile, JSON.stringify(makeFleet(vms)));
  return ['--fleet', fleetFile, ...SERVER_ARGS];
}

/** Creates VMs and waits until all of them run. @returns how that went, with `allMs` */
export async function createVms(server, { total, durationMs, first = 0 }) {
  const load = await startHost('load-host');
  const before = await countCreated(server);
  const startedAtMs = performance.now();
  const requests = [{ method: 'POST', path: '/api/v2/vms', body: VM_BODY }];
  const { url, apiKey } = server;
  const order = {
    kind: 'closed',
    url,
    apiKey,
    requests,
    sockets: SOCKETS,
    total,
    durationMs,
    first,
  };
  const sent = await load.ask(order);
  await load.stop();
  await waitForCreated(server, before + sent.sent);
  return { ...sent, allMs: performance.now() - startedAtMs };
}

/** Waits until the given number of creates have succeeded. */
export async function waitForCreated(server, count) {
  while ((await countCreated(server)) < count) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Returns the number of creates that have succeeded since the server's start. */
async function countCreated({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const page = await (await fetch(`${url}/metrics`, { headers })).text();
  const failed = /^workflow_executions_total\{.*status="(?:failed|stuck)".*\} (\d+)/m.exec(page);
  if (failed !== null) throw new Error(`a create went wrong: ${failed[0]}`);
  const line = /^workflow_executions_total\{.*"vm.create".*"succeeded".*\} (\d+)/m.exec(page);
  return Number(line?.[1] ?? 0);
}

/** A fleet that the VMs fit on. */
function makeFleet(vms) {
  const vmsPerNode = Math.ceil((ROOM * vms) / NODES);
  const { cpu_cores, memory_gb, disk_gb } = VM_BODY;
  const capacity = {
    cpu_cores: cpu_cores * vmsPerNode,
    memory_gb: memory_gb * vmsPerNode,
    disk_gb: disk_gb * vmsPerNode,
  };
  const nodes = Array.from({ length: NODES }, (_, index) => {
    const rack = Math.floor(index / NODES_PER_RACK);
    return {
      name: `node-${String(index + 1).padStart(2, '0')}`,
      zone: `zone-${Math.floor(rack / RACKS_PER_ZONE) + 1}`,
      rack: `rack-${rack + 1}`,
      ...capacity,
    };
  });
  const pool = { size_gb: 10_000 };
  return { nodes, storage_pools: { ssd: pool, hdd: pool, nvme: pool } };
}
