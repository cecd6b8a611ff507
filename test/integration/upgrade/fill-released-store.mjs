/**
 * A released server that is filled and left in the middle of its work: operations of every kind of
 * step are under way, and the hypervisors answer none of them. It says `ready` and waits for its
 * end.
 *
 *   node fill-released-store.mjs RELEASE DATA_DIR [STORE_URL]
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [release, dataDir, store] = process.argv.slice(2);
const released = (file) => import(pathToFileURL(join(release, 'server/dist', file)).href);
const { readConfig } = await released('config.js');
const { startServer } = await released('main.js');

/** All actions of a driver that change something. */
const FOREVER = 1_000;

const NODES = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter, at) => ({
  name: `node-${letter}`,
  zone: `zone-${at % 3}`,
  rack: `rack-${at}`,
  cpu_cores: 16,
  memory_gb: 64,
  disk_gb: 500,
}));
/** The only one that holds `giant`; it is on standby when `giant` is asked for. */
const BIG = { ...NODES[0], name: 'node-big', zone: 'zone-0', rack: 'rack-9', cpu_cores: 64 };
/** The two that hold `drained`: it fills one, and the other one is kept free for its move. */
const LARGE = ['g', 'h'].map((letter) => ({ ...BIG, name: `node-${letter}`, cpu_cores: 24 }));
const FLEET = {
  nodes: [...NODES, ...LARGE, BIG],
  storage_pools: { ssd: { size_gb: 500 }, hdd: { size_gb: 500 }, nvme: { size_gb: 100 } },
};
const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };
const KEPT = { ...SIZE, name: 'kept', ttl_seconds: 3_600 };

// A receiver that takes the message and never answers.
const receiver = createServer(() => undefined);
await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
const webhookHost = `127.0.0.1:${receiver.address().port}`;

const server = await start();
const ids = await makeResources();
await leaveInTheMiddle();
const left = { webhookHost, savedAtMs: Date.now(), fleet: FLEET };
process.stdout.write(`ready ${JSON.stringify(left)}\n`);
setInterval(() => undefined, FOREVER);

async function start() {
  const place = ['--data-dir', dataDir, '--listen', '127.0.0.1:0'];
  const flags = [...place, '--webhook-hosts', webhookHost, ...(store ? ['--store', store] : [])];
  const { ok, value, error } = readConfig(flags, {});
  if (!ok) throw new Error(JSON.stringify(error));
  const ignore = () => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: console.error };
  const started = await startServer({ ...value.config, fleet: FLEET }, logger);
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  return started.value;
}

/** Calls an operation; a refusal ends the program. */
async function ask(method, params = {}, key = server.firstKey, client = 'rest') {
  const response = await fetch(`${server.url}/rpc`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      'novacron-client': client,
      'novacron-deployment': 'shop',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

/** Asks, and waits for the operation. */
async function done(method, params, wanted = 'succeeded', client = 'rest') {
  const answer = await ask(method, params, undefined, client);
  if (answer.operation == null) return answer.resource;
  for (;;) {
    const { id } = answer.operation;
    const operation = await ask('operation.wait', { id, timeout_ms: 10_000 });
    if (operation.status === wanted) return { ...answer.resource, operation };
    if (operation.finished_at !== null) throw new Error(JSON.stringify(operation));
  }
}

function disturb(...faults) {
  for (const driver of server.fleet.drivers.values()) {
    for (const fault of faults) driver.faults.add(fault);
  }
}

function mend() {
  for (const driver of server.fleet.drivers.values()) driver.faults.clear();
}

async function makeVm(name, more = {}, client = 'rest') {
  return done('vm.create', { ...SIZE, cpu_cores: 2, name, ...more }, 'succeeded', client);
}

async function makeGroup(name, size) {
  const sizes = { min_size: 1, max_size: 5, desired_size: size };
  return done('vm_group.create', { name, vm: SIZE, ...sizes });
}

/** What there is, before anything is left in the middle. */
async function makeResources() {
  const big = (await ask('node.list', { name: BIG.name })).items[0];
  await done('node.drain', { id: big.id });
  await done('node.powerdown', { id: big.id });
  const vms = { drained: await makeVm('drained', { cpu_cores: 24 }) };
  const kept = await done('reservation.create', { ...KEPT, cpu_cores: 24 });
  const network = await done('network.create', { name: 'front', cidr: '10.0.0.0/24' });
  const https = { direction: 'ingress', protocol: 'tcp', ports: '443', cidr: '0.0.0.0/0' };
  const guard = await done('security_group.create', { name: 'web', rules: [https] });
  const steady = await makeVm('steady', {
    network_id: network.id,
    security_groups: [guard.id],
    metadata: { team: 'shop' },
  });
  for (const name of ['mover', 'resized', 'dying', 'frozen', 'busy-disk']) {
    vms[name] = await makeVm(name);
  }
  vms.drifted = await makeVm('drifted', {}, 'terraform');
  const volume = await done('volume.create', { name: 'data', size_gb: 10, attached_to: steady.id });
  const spare = await done('volume.create', { name: 'spare', size_gb: 10 });
  await done('snapshot.create', { name: 'before', volume_id: volume.id });
  const scaled = await makeGroup('scaled', 2);
  const updated = await makeGroup('updated', 2);
  const replaced = await makeGroup('replaced', 2);
  const rule = 'package small\n\ndeny contains "too large" if input.resource.memory_gb > 8\n';
  await done('policy.create', { name: 'Small', type: 'resource', rule });
  await done('role.create', { name: 'deployer', operations: ['network.*', '*.list'] });
  await done('api_key.create', { name: 'robot', role: 'deployer' });
  await done('tenant.create', { name: 'research' });
  await ask('token.create', {});
  const room = { ...SIZE, name: 'room', cpu_cores: 4, ttl_seconds: 3_600 };
  await done('reservation.create', room);
  const input = { ...SIZE, name: 'foreseen' };
  await ask('admission.preview', { operation: 'vm.create', input, session: 'of-the-release' });
  const input2 = { id: vms.drifted.id, memory_gb: 2 };
  await done('vm.update', input2, 'succeeded', 'cli');
  return { network, steady, vms, spare, volume, scaled, updated, replaced, kept };
}

/** One operation for each kind of step, and for each way of being unfinished. */
async function leaveInTheMiddle() {
  const { vms, spare, scaled, updated, replaced, steady, volume, kept } = ids;
  // Stuck, to be retried later.
  disturb({ action: 'start', kind: 'fail-final' }, { action: 'delete', kind: 'fail-final' });
  await done('vm.create', { ...SIZE, name: 'stuck' }, 'stuck');
  mend();
  // It has happened, but the server was never notified.
  disturb({ action: 'create', kind: 'crash-before-answer' });
  const unheard = await ask('vm.create', { ...SIZE, name: 'unheard' });
  await running(unheard);
  mend();
  // The second step waits, the first one is done.
  disturb({ action: 'start', kind: 'hang', times: FOREVER });
  const half = await ask('vm.create', { ...SIZE, name: 'half' });
  await running(half, 1);
  // Taken back: what is created is being deleted.
  const cancelled = await ask('vm.create', { ...SIZE, name: 'cancelled' });
  await running(cancelled, 1);
  disturb({ action: 'any', kind: 'hang', times: FOREVER });
  await ask('operation.cancel', { id: cancelled.operation.id });
  await ask('vm.create', { ...SIZE, name: 'to-cancel' });
  await ask('vm.create', { ...SIZE, name: 'waiting' });
  await ask('vm.migrate', { id: vms.mover.id });
  await ask('vm.update', { id: vms.resized.id, memory_gb: 3 });
  await ask('vm.delete', { id: vms.dying.id });
  await ask('vm.stop', { id: vms.frozen.id });
  await ask('volume.update', { id: spare.id, attached_to: vms['busy-disk'].id });
  await ask('snapshot.create', { name: 'during', volume_id: volume.id });
  await ask('vm_group.scale', { id: scaled.id, size: 4 });
  await ask('vm_group.update', { id: updated.id, vm: { ...SIZE, memory_gb: 2 } });
  await ask('vm_group.update', { id: replaced.id, vm: { ...SIZE, disk_gb: 2 } });
  const { node } = await ask('vm.get', { id: vms.drained.id });
  const full = (await ask('node.list', { name: node })).items[0];
  await ask('reservation.delete', { id: kept.id });
  await ask('node.drain', { id: full.id, failover: 'ignore' });
  await ask('vm.create', { ...SIZE, name: 'giant', cpu_cores: 32 });
  await remediate(vms.drifted);
  const document = `policy hooked
  for vm
  rule r: custom
    when labels.team == shop
    then webhook url="http://${webhookHost}/in?key=top-secret"
`;
  await ask('orchestration_policy.create', { document });
  for (;;) {
    const { items } = await ask('operation.list', { limit: 1000 });
    if (items.some(({ kind }) => kind === 'orchestration_policy.webhook')) break;
    await new Promise((later) => setTimeout(later, 500));
  }
  await ask('vm.get', { id: steady.id });
}

async function remediate({ id }) {
  const { remediated } = await ask('drift.remediate', { action: 'revert', ids: [id] });
  if (remediated[0]?.outcome !== 'started') throw new Error(JSON.stringify(remediated));
}

/** Waits until `count` steps are done and the next one is in progress. */
async function running({ operation }, count = 0) {
  for (;;) {
    const { steps } = await ask('operation.get', { id: operation.id });
    const succeeded = steps.filter(({ status }) => status === 'succeeded').length;
    if (succeeded >= count && steps[count]?.status === 'running') return;
    await new Promise((later) => setTimeout(later, 50));
  }
}
