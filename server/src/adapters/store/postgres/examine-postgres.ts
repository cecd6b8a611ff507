/** What a server must know of a PostgreSQL server besides its tables. */
import type { TlsVersion } from '@novacron/contract/link-tls';
import type { Clock } from '@novacron/runtime/clock';
import { Client } from 'pg';
import { toClientConfig } from './postgres-settings.ts';

/** Facts about a PostgreSQL server. */
export interface PostgresFinding {
  /** Such as `15.9`. */
  readonly version: string;
  /** Connections that others have left. */
  readonly connectionsLeft: number;
  /** By how much its clock is ahead of this one. Unit: milliseconds. */
  readonly skewMs: number;
}

const QUERY = `
  select current_setting('server_version') as version,
    current_setting('max_connections')::int
      - current_setting('superuser_reserved_connections')::int
      - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as left,
    extract(epoch from clock_timestamp())::float8 * 1000 as now_ms`;

/** Asks it, on one connection. Rejects with what PostgreSQL or the system says. */
export async function examinePostgres(
  url: string,
  tlsMinVersion: TlsVersion | undefined,
  clock: Clock,
): Promise<PostgresFinding> {
  const client = new Client(toClientConfig(url, tlsMinVersion));
  client.on('error', () => undefined);
  await client.connect();
  try {
    const beforeMs = clock.nowMs();
    const { rows } = await client.query<{ version: string; left: number; now_ms: number }>(QUERY);
    const ownMs = (beforeMs + clock.nowMs()) / 2;
    const { version = '', left = 0, now_ms: nowMs = ownMs } = rows[0] ?? {};
    const release = version.split(' ', 1)[0] ?? '';
    return { version: release, connectionsLeft: left, skewMs: nowMs - ownMs };
  } finally {
    await client.end();
  }
}
