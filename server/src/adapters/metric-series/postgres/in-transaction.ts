/** Transactions on a connection of a pool. */
import type { Pool, PoolClient } from 'pg';

/** Runs work in a transaction. Rejects as the work does; its connection is closed then. */
export async function inTransaction(
  pool: Pool,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
    client.release();
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}
