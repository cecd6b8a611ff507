/** Whether a server could listen on an address. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Check } from '@novacron/agent/doctor/judge-host';
import { toListenProblem } from '../transports/open-listener.ts';
import { fine, lacking } from './judgement.ts';

/** Listens there for a moment. */
export async function examineAddress(
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Check> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, 'listening');
    return fine(name, `${host} port ${port} is free`);
  } catch (cause) {
    return lacking(name, toListenProblem({ host, port }, cause));
  } finally {
    server.close();
  }
}
