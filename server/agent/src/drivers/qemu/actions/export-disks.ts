/** NBD server with TLS on the target of a migration, for disks that the source fills. */
import { createServer } from 'node:net';
import type { MigrationTarget } from '@novacron/contract/agent/migration';
import { writeStored } from '../files/stored-json.ts';
import { passingTrouble, reasonOf } from '../files/trouble.ts';
import { machineOf, type QemuAction } from '../machine/qemu-node.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { giveKey, makeKey, TLS_OBJECT } from '../transfer/one-time-key.ts';
import { launchDiskProcess } from './disk-process.ts';
import { diskNode } from './incoming-files.ts';

/** Attempts at a port that another process takes in the moment between. */
const PORT_ATTEMPTS_MAX = 5;

/** Awaits the release of a machine that is switched off, and its disks where they are copied. */
export async function listenForDisks(
  action: QemuAction,
  { address: host, names }: { readonly address: string; readonly names: readonly string[] },
): Promise<void> {
  const { node, order } = action;
  const { vm_id: vmId } = order;
  const { places, vmUser, machines, releases } = node;
  const key = makeKey();
  let diskPort: number | null = null;
  if (names.length > 0) {
    const { template } = machineOf(action).spec;
    machines.adopt(vmId, await launchDiskProcess(action, names, template));
    const monitor = await machines.monitorOf(vmId);
    await giveKey(monitor, { places, vmUser, vmId, key, endpoint: 'server' });
    diskPort = await exportDisks(monitor, host, names);
  }
  const target: MigrationTarget = {
    host,
    memory_port: 0,
    disk_port: diskPort,
    disks: [...names],
    release_port: await releases.listen(vmId, { host, port: 0, key }),
    key,
  };
  writeStored(places.target(vmId), target);
}

/** Exports the disks for their copies. QEMU does not say which port it took, so it is given one. */
export async function exportDisks(
  monitor: QmpClient,
  host: string,
  names: readonly string[],
): Promise<number> {
  const port = await startDiskServer(monitor, host);
  for (const name of names) {
    await monitor.execute('block-export-add', {
      type: 'nbd',
      id: `copy-${name}`,
      'node-name': diskNode(name),
      name,
      writable: true,
    });
  }
  return port;
}

async function startDiskServer(monitor: QmpClient, host: string): Promise<number> {
  let last: unknown;
  for (let attempt = 0; attempt < PORT_ATTEMPTS_MAX; attempt += 1) {
    const port = await findFreePort(host);
    const addr = { type: 'inet', data: { host, port: String(port) } };
    try {
      await monitor.execute('nbd-server-start', { addr, 'tls-creds': TLS_OBJECT });
      return port;
    } catch (cause) {
      if (!(cause instanceof QmpError && cause.failure === 'refused')) throw cause;
      last = cause;
    }
  }
  throw passingTrouble(`QEMU does not listen for the disks (${reasonOf(last)}).`, last);
}

function findFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const refuse = (cause: Error): void =>
      reject(passingTrouble(`The address ${host} cannot be used (${reasonOf(cause)}).`, cause));
    server.once('error', refuse);
    server.listen({ host, port: 0 }, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      server.close(() => resolve(port));
    });
  });
}
