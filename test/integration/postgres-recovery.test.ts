/** A store in PostgreSQL, which is lost with its disk and recovered with PostgreSQL's own tools. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import { findIdentity } from '../support/services/own-process.ts';
import { type PostgresServer, startPostgres } from '../support/services/start-postgres.ts';
import { clientOf } from './test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from './test-kit/start-server-process.ts';

/** A cluster is started twice, and programs beside it. */
jest.setTimeout(120_000);

/** In the directory above the cluster's data, where its commands run. */
const ARCHIVE = '../archive';

let folder: string;
let postgres: PostgresServer;
let server: ServerProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novacron-postgres-recovery-'));
  postgres = await startPostgres({
    settings: {
      archive_mode: 'on',
      archive_command: `mkdir -p ${ARCHIVE} && test ! -f ${ARCHIVE}/%f && cp %p ${ARCHIVE}/%f`,
      archive_timeout: '1s',
    },
  });
});
afterAll(async () => {
  await server?.kill();
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function start(url: string) {
  server = await startServerProcess(join(folder, 'data'), ['--store', url]);
  return { ...server, call: clientOf(server.url, join(folder, 'data')) };
}

type Started = Awaited<ReturnType<typeof start>>;

/** When the database archived its log last, as the server says it. */
async function archivedMs({ call }: Started): Promise<number> {
  const listed = await call('backup.list', {});
  if (listed.ok) throw new Error('the server makes backups of its own');
  return Date.parse(/archived: (20\S+)[.]$/.exec(listed.error.detail)?.[1] ?? '');
}

/** Runs a program of PostgreSQL as the user that the cluster belongs to. */
function run(program: string, args: readonly string[]): string {
  const how = { cwd: postgres.directory, stdio: 'pipe', encoding: 'utf8' } as const;
  return execFileSync(program, args, { ...how, ...findIdentity() });
}

test('a base backup and the archived log bring back the last writes before a loss', async () => {
  const url = await postgres.createDatabase();
  const first = await start(url);
  run('pg_basebackup', [`--dbname=${url}`, '--pgdata=base', '--checkpoint=fast']);
  const made = await first.call('network.create', { name: 'lan', cidr: '10.20.0.0/24' });
  expect(made).toMatchObject({ ok: true });
  const writtenMs = Date.now();
  const ask = 'select pg_walfile_name(pg_current_wal_lsn())';
  const segment = run('psql', [`--dbname=${url}`, '-Atc', ask]).trim();
  await waitUntil('the log to be archived', async () => {
    const isThere = existsSync(join(postgres.directory, 'archive', segment));
    return isThere && (await archivedMs(first)) > writtenMs ? true : undefined;
  });
  await first.kill();
  await postgres.kill();
  rmSync(join(postgres.directory, 'data'), { recursive: true });

  run('cp', ['-a', 'base', 'data']);
  const settings = join(postgres.directory, 'data', 'postgresql.auto.conf');
  appendFileSync(settings, `restore_command = 'cp ${ARCHIVE}/%f %p'\n`);
  run('touch', ['data/recovery.signal']);
  await postgres.restart();
  const second = await start(url);
  const listed = await second.call('network.list', {});
  expect(listed.ok && listed.value.items.map(({ name }) => name)).toEqual(['lan']);
  const key = readFileSync(join(folder, 'data', 'admin.key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}` };
  await waitUntil('the metric', async () => {
    const metrics = await (await fetch(`${second.url}/metrics`, { headers })).text();
    return /^novacron_backup_last_success_timestamp_seconds \d/m.test(metrics) || undefined;
  });
});
