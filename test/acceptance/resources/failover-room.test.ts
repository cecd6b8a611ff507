/** Room that is kept free for the loss of a node, and what Terraform sees of healed VMs. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

/** A node is lost when its lease of 20 s is over. */
jest.setTimeout(180_000);
const LOST_MS = 90_000;

const node = (name: string) => ({
  name,
  zone: 'zone-a',
  rack: 'rack-a',
  cpu_cores: 4,
  memory_gb: 16,
  disk_gb: 100,
  storage: { pool: 'rack', sharing: 'shared' as const, size_gb: 900, free_gb: 500 },
});
const FLEET = {
  nodes: ['node-a', 'node-b', 'node-c'].map(node),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

let system: System;
beforeAll(async () => {
  system = await startSystem({ fleet: FLEET, failoverNodes: 1 });
});
afterAll(() => system.stop());

/** Two of them fill a node, so four leave the room of one. */
const vms = (count: number) => `
resource "novacron_vm" "web" {
  count     = ${count}
  name      = "web-\${count.index}"
  cpu_cores = 2
  memory_gb = 2
  disk_gb   = 5
  healing   = { on_node_loss = "restart" }
}`;

const list = async () => (await system.call('vm.list', {})).items;

async function waitForVm(what: string, id: Vm['id'], is: (vm: Vm) => boolean): Promise<void> {
  await waitUntil(
    what,
    async () => ((await list()).some((vm) => vm.id === id && is(vm)) ? true : undefined),
    { timeoutMs: LOST_MS },
  );
}

test('a plan is refused that takes the room of a lost node, and healing is no drift', async () => {
  const workspace = system.workspace();
  workspace.configure(vms(4));
  expect((await workspace.apply()).exitCode).toBe(0);

  workspace.configure(vms(5));
  const refused = await diagnosePlan(workspace);
  expect(refused.exitCode).toBe(1);
  expect(refused.diagnostics).toMatchObject([
    {
      severity: 'error',
      summary: expect.stringMatching(/^Insufficient capacity/),
      detail: expect.stringMatching(
        /Room is kept free for the loss of one node \(failover-nodes\)\. If node-[abc] were lost/,
      ),
      address: 'novacron_vm.web[4]',
    },
  ]);
  expect(await list()).toHaveLength(4);
  workspace.configure(vms(4));
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });

  const [first, ...others] = await list();
  if (first === undefined) throw new Error('four VMs were made');
  const { items: before } = await system.call('operation.list', { kind: ['vm.start'] });
  const crash = { kind: 'power-off', reason: 'crash' } as const;
  system.fleet.drivers.get(String(first.node))?.disturb(first.id, crash);
  await waitUntil('the restart', async () => {
    const { items } = await system.call('operation.list', { kind: ['vm.start'] });
    return items.length > before.length && items[0]?.status === 'succeeded' ? true : undefined;
  });
  await waitForVm('the restarted VM', first.id, ({ status }) => status === 'running');
  expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });

  const lost = others.find((vm) => vm.node !== first.node);
  if (lost === undefined) throw new Error('a node has two of the four VMs');
  await system.fleet.stopAgent(String(lost.node));
  const { items } = await system.call('node.list', { name: String(lost.node) });
  const id = String(items[0]?.id) as NodeId;
  await waitUntil(
    'the loss of the node',
    async () => {
      const { status } = await system.call('node.get', { id });
      return status === 'lost' ? true : undefined;
    },
    { timeoutMs: LOST_MS },
  );
  await system.call('node.confirm_dead', { id });
  const isElsewhere = (vm: Vm) => vm.node !== lost.node && vm.status === 'running';
  await waitForVm('the recovered VM', lost.id, isElsewhere);
  const after = await diagnosePlan(workspace);
  expect(after).toMatchObject({ exitCode: 0, diagnostics: [] });
  expect((await system.call('drift.report', {})).items).toEqual([]);
});
