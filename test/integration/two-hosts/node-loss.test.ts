/**
 * A host dies with its VMs: they run on the other one, from the same disks, and Terraform plans
 * nothing. Real hosts, QEMU, NATS, a server and Terraform.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { type Installation, installForTest } from '../../acceptance/support/install.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { NODES, type NodeName, startTwoHosts, type TwoHosts } from './test-kit/two-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

const HCL = `
provider "novacron" {}
resource "novacron_network" "lan" {
  name = "lan"
  cidr = "10.88.0.0/24"
}
resource "novacron_vm" "pair" {
  count      = 2
  name       = "pair-\${count.index}"
  cpu_cores  = 1
  memory_gb  = 0.125
  disk_gb    = 1
  network_id = novacron_network.lan.id
  placement  = { strategy = "spread" }
  healing    = { on_node_loss = "restart" }
}
`;

let site: TwoHosts;
let installation: Installation;
let workspace: TerraformWorkspace;

beforeAll(async () => {
  installation = await installForTest();
  site = await startTwoHosts('shared');
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

interface SeenVm {
  readonly id: VmId;
  readonly node: NodeName;
  readonly ip: string;
  readonly status: string;
}

async function vmOf(name: string): Promise<SeenVm> {
  const listed = await site.call('vm.list', { name });
  const [found] = listed.ok ? listed.value.items : [];
  const node = NODES.find((each) => each === found?.node);
  if (found === undefined || node === undefined) throw new Error(`there is no VM ${name}`);
  return { id: found.id, node, ip: found.ip_address ?? '', status: found.status };
}

const consoleOf = ({ id, node }: SeenVm) => guestConsole(site.hosts[node].runDir, id);

async function connect(vm: SeenVm): Promise<void> {
  const guest = consoleOf(vm);
  await guest.awaitBoots(1);
  await guest.run('ip link set eth0 up; udhcpc -i eth0 -s /dhcp -O mtu -n -q');
}

async function idOfNode(name: NodeName) {
  const listed = await site.call('node.list', { name });
  const [found] = listed.ok ? listed.value.items : [];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function awaitNode(name: NodeName, status: string): Promise<true> {
  return waitUntil(
    `${name} to be ${status}`,
    async () => ((await idOfNode(name)).status === status ? true : undefined),
    { timeoutMs: 60_000 },
  );
}

/** Neither changes nor warnings, nor drift. */
async function expectEmptyPlan(): Promise<void> {
  const { exitCode, output } = await workspace.plan();
  expect([exitCode, output]).toEqual([0, expect.stringContaining('No changes.')]);
  expect(output).not.toMatch(/Warning:|outside of Terraform/);
}

test('VMs of a dead host run on the other one, from their disks', async () => {
  workspace.configure(HCL);
  await workspace.run('init');
  const applied = await workspace.apply();
  expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
  const [one, other] = [await vmOf('pair-0'), await vmOf('pair-1')];
  expect(one.node).not.toBe(other.node);
  await Promise.all([connect(one), connect(other)]);
  await consoleOf(one).run('echo kept | dd of=/dev/vda conv=fsync 2>/dev/null');

  await site.hosts[one.node].die();
  await awaitNode(one.node, 'lost');
  expect(await vmOf('pair-0')).toMatchObject({ status: 'unknown', node: one.node });
  const { id } = await idOfNode(one.node);
  const confirmed = await site.call('node.confirm_dead', { id, reason: 'killed by a test' });
  expect(confirmed).toMatchObject({ ok: true });
  const moved = await waitUntil(
    'the VM to run on the other host',
    async () => {
      const found = await vmOf('pair-0');
      return found.status === 'running' && found.node === other.node ? found : undefined;
    },
    { timeoutMs: 60_000 },
  );
  expect(moved).toMatchObject({ id: one.id, ip: one.ip });
  await connect(moved);
  expect(await consoleOf(moved).run('dd if=/dev/vda bs=4 count=1 2>/dev/null')).toBe('kept');
  const pinged = await consoleOf(other).run(`ping -c 2 -W 5 ${one.ip}`);
  expect(pinged).toContain('0% packet loss');
  await expectEmptyPlan();

  await site.hosts[one.node].startAgent();
  await awaitNode(one.node, 'ready');
  await waitUntil(
    'the copy to be removed',
    () => {
      const left = site.hosts[one.node].traces().filter((trace) => trace.includes(`${one.id}/`));
      return left.every((trace) => !trace.endsWith('machine.json')) ? true : undefined;
    },
    { timeoutMs: 60_000 },
  );
  expect(site.hosts[one.node].programs().filter((name) => name.startsWith('qemu'))).toEqual([]);
  expect((await idOfNode(one.node)).fenced).toBeNull();
  await expectEmptyPlan();
  const destroyed = await workspace.run('destroy', '-auto-approve', '-input=false');
  expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
  for (const node of NODES) expect([node, ...site.hosts[node].traces()]).toEqual([node]);
});
