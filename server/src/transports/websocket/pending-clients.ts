/**
 * The WebSockets whose clients have not authenticated. They have a small pool of their own, so that
 * they take no slot of clients with a key; nothing is refused in it, but the oldest gives way.
 */
import { addressBlockOf } from '../../app/access/limits/address-block.ts';

/** Maximum number of pending clients. */
export interface PendingLimits {
  readonly total: number;
  readonly perAddress: number;
}

/** A browser sends its key one round trip after the handshake. */
export const PENDING_LIMITS: PendingLimits = { total: 200, perAddress: 50 };

/** The pool. */
export interface PendingClients {
  /**
   * Adds a client. Where its address has too many, the oldest of that address gives way; where
   * there are too many of all, the oldest of the address with the most of them.
   * @param giveWay - called once where this client has to leave for another
   * @returns a function that removes the client, and may be called again
   */
  readonly add: (address: string, giveWay: () => void) => () => void;
}

interface PendingClient {
  readonly giveWay: () => void;
}

/** Makes the pool. */
export function createPendingClients({ total, perAddress }: PendingLimits): PendingClients {
  /** Clients by address block, the oldest first. */
  const clients = new Map<string, Set<PendingClient>>();
  let count = 0;

  function remove(block: string, client: PendingClient): boolean {
    const ofBlock = clients.get(block);
    if (ofBlock?.delete(client) !== true) return false;
    if (ofBlock.size === 0) clients.delete(block);
    count -= 1;
    return true;
  }

  function dropOldest(block: string): void {
    const [oldest] = clients.get(block) ?? [];
    if (oldest !== undefined && remove(block, oldest)) oldest.giveWay();
  }

  return {
    add: (address, giveWay) => {
      const block = addressBlockOf(address);
      const client = { giveWay };
      const ofBlock = clients.get(block) ?? new Set();
      clients.set(block, ofBlock.add(client));
      count += 1;
      if (ofBlock.size > perAddress) dropOldest(block);
      else if (count > total) dropOldest(largestOf(clients));
      return () => {
        remove(block, client);
      };
    },
  };
}

function largestOf(clients: ReadonlyMap<string, ReadonlySet<PendingClient>>): string {
  let largest = '';
  for (const [block, { size }] of clients) {
    if (size > (clients.get(largest)?.size ?? 0)) largest = block;
  }
  return largest;
}
