import type { TlsVersion } from '@novacron/contract/link-tls';
import type { DatabaseBackups } from '../../../ports/backups.ts';

/** Watches how PostgreSQL archives its log (`archive_command`): its backup since a base backup. */
export function createDatabaseBackups({
  url,
  tlsMinVersion,
}: {
  readonly url: string;
  readonly tlsMinVersion: TlsVersion | undefined;
}): DatabaseBackups {
  return {
    kind: 'database',
    lastArchivedMs: async () => {
      const [{ Client }, { toClientConfig }] = await Promise.all([
        import('pg'),
        import('./postgres-settings.ts'),
      ]);
      const client = new Client(toClientConfig(url, tlsMinVersion));
      try {
        await client.connect();
        const { rows } = await client.query<{ archived: Date | null }>(
          'select last_archived_time as archived from pg_stat_archiver',
        );
        return rows[0]?.archived?.getTime();
      } finally {
        await client.end();
      }
    },
    close: async () => {},
  };
}
