/** Two hosts with shared storage that servers may power off by themselves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VmId } from '@novacron/contract/ids';
import { type Bmc, startBmc } from '../../../support/services/start-bmc.ts';
import { waitUntil } from '../../../support/src/wait-until.ts';
import { NODES, type NodeName, startTwoHosts } from './two-hosts.ts';

/** The least silence after which nodes without a second channel are powered off. Unit: ms. */
export const AFTER_MS = 30_000;

/** The hosts, each with a management controller. */
export type FencedHosts = Awaited<ReturnType<typeof startFencedHosts>>;

/** Starts everything, and waits until each agent has seen heartbeats in the storage. */
export async function startFencedHosts() {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-fenced-'));
  const closers: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
  ];
  const remove = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const controllers = new Map<NodeName, Bmc>();
    for (const node of NODES) {
      const bmc = await startBmc('0'.repeat(32));
      closers.push(() => bmc.remove());
      controllers.set(node, bmc);
    }
    const site = await startTwoHosts('shared', [
      '--fence-devices',
      writeDevices(directory, controllers),
    ]);
    closers.push(() => site.remove());
    const bmcOf = (node: NodeName): Bmc => {
      const found = controllers.get(node);
      if (found === undefined) throw new Error(`${node} has no controller`);
      return found;
    };
    return { site, bmcOf, nodeCalled, makeVm, vmIn, awaitChannels, remove };

    async function nodeCalled(name: NodeName) {
      const listed = await site.call('node.list', { name });
      const [found] = listed.ok ? listed.value.items : [];
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    }

    /** Makes a VM on a node that is restarted elsewhere when the node is lost. */
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
  } catch (cause) {
    await remove();
    throw cause;
  }
}

function writeDevices(directory: string, controllers: ReadonlyMap<NodeName, Bmc>): string {
  const devices = [...controllers].map(([node, { access }]) => {
    const { address, username, password, cipherSuite } = access;
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
