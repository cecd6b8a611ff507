/** Whether a server could listen on an address. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Check } from '@novacron/agent/doctor/judge-host';
import { messageOf } from '../config/read-text-file.ts';
import { fine, missing } from './judgement.ts';

/** Listens there for a moment. */
export async function examineAddress(
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Check> {
  const where = `${host} port ${port}`;
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return fine(name, `${where} is free`);
  } catch (cause) {
    return missing(name, {
      found: `${where} cannot be listened on: ${messageOf(cause)}`,
      cost: 'no server starts',
      remedy: 'stop the program that listens there (ss -ltnp), or choose another address',
    });
  } finally {
    server.close();
  }
}
