/**
 * Everything at once: Terraform with the installed provider, a server, NATS, and agents with QEMU
 * on two hosts that share nothing but a network.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { OperationId, VmId } from '@novacron/contract/ids';
import {
  createWorkspace,
  type TerraformRun,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import {
  type GuestConsole,
  guestConsole,
} from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { type Installation, installForTest } from '../../acceptance/support/install.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { NODES, type NodeName, startTwoHosts, type TwoHosts } from './test-kit/two-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

const NETWORK = `
provider "novacron" {}
resource "novacron_network" "lan" {
  name = "lan"
  cidr = "10.88.0.0/24"
}
resource "novacron_network" "storage" {
  name = "storage"
  cidr = "10.89.0.0/24"
}
`;

/** Apart where there is room: with a mandatory rule neither VM could move on two hosts. */
const vm = (name: string, more = '') => `
resource "novacron_vm" "${name}" {
  name       = "${name}"
  cpu_cores  = 1
  memory_gb  = 0.125
  disk_gb    = 1
  network_id = novacron_network.lan.id
  metadata   = { app = "pair" }
  placement  = { anti_affinity = [{ labels = { app = "pair" }, mode = "soft" }] }

  further_network_ids = [novacron_network.storage.id]
  ${more}
}
`;

const OPEN = `${NETWORK}${vm('sender')}${vm('receiver')}`;
const GUARDED = `${NETWORK}
resource "novacron_security_group" "one_port" {
  name  = "one-port"
  rules = [{
    direction = "ingress"
    action    = "allow"
    protocol  = "tcp"
    ports     = "6000"
    cidr      = "10.88.0.0/24"
  }]
}
${vm('sender')}
${vm('receiver', 'security_groups = [novacron_security_group.one_port.id]')}
`;

const MANY = 4;
const SEVERAL = `${NETWORK}
resource "novacron_vm" "many" {
  count      = ${MANY}
  name       = "many-\${count.index}"
  cpu_cores  = 1
  memory_gb  = 0.125
  disk_gb    = 1
  network_id = novacron_network.lan.id
  placement  = { strategy = "spread" }
}
`;

let site: TwoHosts;
let installation: Installation;
let workspace: TerraformWorkspace;

beforeAll(async () => {
  installation = await installForTest();
  site = await startTwoHosts();
  workspace = createWorkspace(
    { kind: 'cli-config', file: installation.cliConfig },
    { NOVACRON_ENDPOINT: site.url, NOVACRON_API_KEY: site.adminKey },
  );
});
afterAll(async () => {
  await site?.remove();
  workspace?.remove();
  installation?.remove();
});

/** A run that succeeded; where one did not, all that it and the agents wrote is shown. */
function succeeded({ exitCode, output }: TerraformRun): string {
  const logs = NODES.map((node) => `\n${node}:\n${site.hosts[node].log()}`).join('');
  expect(exitCode === 0 ? '' : output + logs).toBe('');
  return output;
}

async function apply(hcl: string): Promise<string> {
  workspace.configure(hcl);
  succeeded(await workspace.run('init'));
  return succeeded(await workspace.apply());
}

/** Neither changes nor warnings. */
async function expectEmptyPlan(): Promise<void> {
  const output = succeeded(await workspace.plan());
  expect(output).toContain('No changes.');
  expect(output).not.toContain('Warning:');
}

async function destroy(): Promise<void> {
  succeeded(await workspace.run('destroy', '-auto-approve', '-input=false'));
  for (const node of NODES) expect([node, ...site.hosts[node].traces()]).toEqual([node]);
}

interface RunningVm {
  readonly id: VmId;
  readonly node: NodeName;
  readonly ip: string;
  /** Its address in the second network. */
  readonly second: string;
}

async function vmOf(name: string): Promise<RunningVm> {
  const listed = await site.call('vm.list', { name });
  const [found] = listed.ok ? listed.value.items : [];
  const node = NODES.find((each) => each === found?.node);
  if (found === undefined || node === undefined) throw new Error(`no VM ${name} runs`);
  const [, further] = found.network_interfaces;
  return { id: found.id, node, ip: found.ip_address ?? '', second: further?.ip_address ?? '' };
}

const consoleOf = ({ id, node }: RunningVm): GuestConsole =>
  guestConsole(site.hosts[node].runDir, id);

/** Waits until the guest has booted, and has it ask for its addresses. */
async function connectGuest(found: RunningVm): Promise<void> {
  const guest = consoleOf(found);
  await guest.awaitBoots(1);
  for (const link of ['eth0', 'eth1']) {
    await guest.run(`ip link set ${link} up; udhcpc -i ${link} -s /dhcp -O mtu -n -q`);
  }
}

const pinged = async (from: RunningVm, to: RunningVm, address = to.ip): Promise<string> => {
  const output = await consoleOf(from).run(`ping -c 2 -W 5 ${address}`);
  return /\d+% packet loss/.exec(output)?.[0] ?? output;
};

async function migrate(name: string, node: NodeName): Promise<void> {
  const { id } = await vmOf(name);
  const asked = await site.call('vm.migrate', { id, node });
  if (!asked.ok) throw new Error(asked.error.detail);
  await completed(asked.value.operation.id);
}

async function completed(id: OperationId): Promise<void> {
  const ended = await site.call('operation.wait', { id });
  expect(ended).toMatchObject({ ok: true, value: { status: 'succeeded' } });
}

test('VMs of two hosts are one network, which a migration does not interrupt', async () => {
  await apply(OPEN);
  const [sender, receiver] = [await vmOf('sender'), await vmOf('receiver')];
  expect(sender.node).not.toBe(receiver.node);
  await Promise.all([connectGuest(sender), connectGuest(receiver)]);
  expect(await consoleOf(sender).run('ip address show eth0')).toContain(`inet ${sender.ip}/24`);
  expect(await pinged(sender, receiver)).toBe('0% packet loss');
  expect(await pinged(receiver, sender)).toBe('0% packet loss');
  expect(await consoleOf(sender).run('ip address show eth1')).toContain(`inet ${sender.second}/24`);
  expect(await pinged(sender, receiver, receiver.second)).toBe('0% packet loss');
  await expectEmptyPlan();

  expect(await apply(GUARDED)).toContain('1 added, 1 changed, 0 destroyed');
  expect(await pinged(sender, receiver)).toBe('100% packet loss');
  expect(await pinged(receiver, sender)).toBe('0% packet loss');
  await consoleOf(receiver).run('{ nc -l -p 6000 >/heard 2>/dev/null & }');
  await consoleOf(receiver).awaitListener(6_000);
  await consoleOf(sender).run(`echo hello | nc -w 5 ${receiver.ip} 6000`);
  await waitUntil('the open port', async () =>
    (await consoleOf(receiver).run('cat /heard')) === 'hello' ? true : undefined,
  );

  const ticks = 'i=0; while true; do i=$((i+1)); echo $i; sleep 0.1; done';
  await consoleOf(sender).run(`{ (${ticks}) | nc -l -p 5000 >/dev/null 2>&1 & }`);
  await consoleOf(sender).awaitListener(5_000);
  await consoleOf(receiver).run(`{ sleep 1000 | nc ${sender.ip} 5000 >/stream 2>/dev/null & }`);
  const ticksAt = async (place: RunningVm): Promise<number> =>
    Number(await consoleOf(place).run('tail -n 1 /stream'));
  await waitUntil('the stream', async () => ((await ticksAt(receiver)) > 3 ? true : undefined));
  await migrate('receiver', sender.node);
  const moved = await vmOf('receiver');
  expect(moved.node).toBe(sender.node);
  const before = await ticksAt(moved);
  await waitUntil('the stream to go on', async () =>
    (await ticksAt(moved)) > before + 3 ? true : undefined,
  );
  expect(site.hosts[receiver.node].traces()).toEqual([]);
  expect(await pinged(sender, moved)).toBe('100% packet loss');
  expect(moved.second).toBe(receiver.second);
  expect(await pinged(moved, sender, sender.second)).toBe('0% packet loss');
  await expectEmptyPlan();

  await destroy();
});

test('an agent that is killed during an apply goes on, and nothing is there twice', async () => {
  workspace.configure(SEVERAL);
  const host = site.hosts['node-01'];
  const applied = workspace.apply();
  await waitUntil('a machine to be made', () =>
    host.programs().some((name) => name.startsWith('qemu-system')) ? true : undefined,
  );
  await host.killAgent();
  await host.startAgent();
  expect(succeeded(await applied)).toContain('6 added, 0 changed, 0 destroyed');
  const vms = await Promise.all(
    Array.from({ length: MANY }, (_each, index) => vmOf(`many-${index}`)),
  );
  const expected = vms.map(({ id, node }) => `${node} qemu-system-x86_64 ${id}`);
  const found = NODES.flatMap((node) =>
    site.hosts[node]
      .programs()
      .filter((program) => program.startsWith('qemu'))
      .map((program) => `${node} ${program}`),
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  expect(new Set(vms.map(({ node }) => node)).has('node-01')).toBe(true);
  await expectEmptyPlan();
  await destroy();
});
