/** Whether a server could listen on an address. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Problem } from '@novacron/contract/problem/problem';

/** Host and port. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens there for a moment.
 * @param explain - says why that is not possible
 * @returns the problem; undefined: the address is free
 */
export async function examineAddress(
  address: Address,
  explain: (address: Address, cause: unknown) => Problem,
): Promise<Problem | undefined> {
  const server = createServer();
  try {
    server.listen(address);
    await once(server, 'listening');
    return undefined;
  } catch (cause) {
    return explain(address, cause);
  } finally {
    server.close();
  }
}
