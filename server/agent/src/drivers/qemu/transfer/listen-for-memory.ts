/** Endpoint for the memory of a machine: the process at the target of a migration listens. */
import { finalTrouble, passingTrouble, reasonOf } from '../files/trouble.ts';
import { type QmpClient, QmpError } from '../qmp/open-qmp-client.ts';
import { readProgress } from './progress.ts';

/** Has QEMU listen at any free port of an address of its host. @returns the port */
export async function listenForMemory(monitor: QmpClient, address: string): Promise<number> {
  await monitor
    .execute('migrate-incoming', { uri: `tcp:${bracketed(address)}:0` })
    .catch((cause: unknown) => {
      if (!(cause instanceof QmpError) || cause.failure !== 'refused') throw cause;
      throw finalTrouble(
        `QEMU cannot listen at ${address} for the machine (${reasonOf(cause)}): the migration ` +
          'address of an agent is an address of its host.',
        cause,
      );
    });
  const [socket] = (await readProgress(monitor))['socket-address'] ?? [];
  if (socket?.port === undefined) throw passingTrouble('QEMU does not listen for the machine.');
  return Number(socket.port);
}

/** An IPv6 address as it stands before a port. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
