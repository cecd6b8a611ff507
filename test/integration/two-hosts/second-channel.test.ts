/**
 * A host whose network is away, and a host that is dead, look the same to servers. The other host
 * reads in the shared storage which of the two it is. Real hosts, QEMU, NATS, a server and
 * simulated management controllers.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { type Bmc, startBmc } from '../../support/services/start-bmc.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { NODES, type NodeName, startTwoHosts, type TwoHosts } from './test-kit/two-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

/** The least silence after which nodes without a second channel are powered off. Unit: ms. */
const AFTER_MS = 30_000;

const WAIT_MS = 120_000;

let site: TwoHosts;
let directory: string;
const controllers = new Map<NodeName, Bmc>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-channel-'));
  for (const node of NODES) controllers.set(node, await startBmc('0'.repeat(32)));
  site = await startTwoHosts('shared', ['--fence-devices', writeDevices()]);
});
afterAll(async () => {
  await site?.remove();
  for (const bmc of controllers.values()) await bmc.remove();
  rmSync(directory, { recursive: true, force: true });
});

function bmcOf(node: NodeName): Bmc {
  const found = controllers.get(node);
  if (found === undefined) throw new Error(`${node} has no controller`);
  return found;
}

function writeDevices(): string {
  const devices = NODES.map((node) => {
    const { address, username, password, cipherSuite } = bmcOf(node).access;
    writeFileSync(join(directory, `${node}.password`), password, { mode: 0o600 });
    return `  ${node}:
    kind: ipmi
    address: "${address}"
    username: ${username}
    password_file: ${node}.password
    cipher_suite: ${cipherSuite}
    identity: unchecked
`;
  });
  const file = join(directory, 'fence-devices.yaml');
  const seconds = AFTER_MS / 1_000;
  writeFileSync(file, `automatic: true\nafter_seconds: ${seconds}\ndevices:\n${devices.join('')}`);
  return file;
}

async function nodeCalled(name: NodeName) {
  const listed = await site.call('node.list', { name });
  const [found] = listed.ok ? listed.value.items : [];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

async function makeVm(name: string, node: NodeName): Promise<VmId> {
  const size = { cpu_cores: 1, memory_gb: 0.125, disk_gb: 1 };
  const placement = { node };
  const healing = { on_node_loss: 'restart' } as const;
  const made = await site.call('vm.create', { name, ...size, placement, healing });
  if (!made.ok) throw new Error(made.error.detail);
  const { id } = made.value.resource;
  await site.call('operation.wait', { id: made.value.operation.id });
  const freed = await site.call('vm.update', { id, placement: null });
  if (!freed.ok) throw new Error(freed.error.detail);
  await site.call('operation.wait', { id: freed.value.operation.id });
  return id;
}

async function vmIn(id: VmId) {
  const shown = await site.call('vm.get', { id });
  if (!shown.ok) throw new Error(shown.error.detail);
  return shown.value;
}

/** Both agents have seen their heartbeats arrive, and have said so. */
async function awaitChannels(): Promise<void> {
  const words = 'heartbeats arrive in the shared storage';
  await waitUntil('heartbeats to arrive', () =>
    NODES.every((node) => site.hosts[node].log().includes(words)) ? true : undefined,
  );
}

test('a host whose network is away is an alarm, and is not powered off', async () => {
  await awaitChannels();
  const id = await makeVm('alive', 'node-01');
  const guest = guestConsole(site.hosts['node-01'].runDir, id);
  await guest.awaitBoots(1);
  site.hosts['node-01'].setNetwork('down');
  const lost = await waitUntil(
    'the node to be lost, for longer than nodes are silent that are powered off',
    async () => {
      const found = await nodeCalled('node-01');
      const silentMs = Date.now() - Date.parse(found.last_seen_at);
      return found.status === 'lost' && silentMs > AFTER_MS + 10_000 ? found : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  expect(lost).toMatchObject({
    fenced: null,
    pool_heartbeat: { state: 'moves', by: ['node-02'], guests: 1 },
  });
  expect(bmcOf('node-01').power()).toBe('on');
  const open = await site.call('incident.list', { state: ['open'] });
  expect(open).toMatchObject({
    value: { items: [{ cause: 'management_lost', nodes: ['node-01'] }] },
  });
  expect(await guest.run('echo still here')).toBe('still here');
  site.hosts['node-01'].setNetwork('up');
  const back = await waitUntil(
    'the node to be back',
    async () => {
      const found = await nodeCalled('node-01');
      return found.status === 'ready' ? found : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  expect(back.pool_heartbeat).toBeNull();
});

test('a host that is dead is powered off within seconds, and its VM runs elsewhere', async () => {
  await awaitChannels();
  const id = await makeVm('dies', 'node-01');
  const diedMs = Date.now();
  await site.hosts['node-01'].die();
  await waitUntil(
    'the controller to be asked',
    () => (bmcOf('node-01').power() === 'off' ? true : undefined),
    { timeoutMs: WAIT_MS },
  );
  // Without the second channel it takes the lease of 20 s, and the silence of 30 s.
  expect(Date.now() - diedMs).toBeLessThan(AFTER_MS);
  await waitUntil(
    'the VM to run on the other host',
    async () => {
      const { status, node } = await vmIn(id);
      return status === 'running' && node === 'node-02' ? true : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  await guestConsole(site.hosts['node-02'].runDir, id).awaitBoots(1);
  expect(await nodeCalled('node-01')).toMatchObject({
    fenced: { kind: 'power', reason: expect.stringContaining('(read by node-02)') },
    pool_heartbeat: { state: 'stopped' },
  });
});
