/** A real PostgreSQL for tests: a cluster of its own in a temporary directory. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { waitUntil } from '../src/wait-until.ts';
import { certificateIn, keyIn } from './certificate-files.ts';
import { findProgram } from './find-program.ts';
import {
  findFreePort,
  findIdentity,
  type Identity,
  makeOwnedDirectory,
  type OwnProcess,
  startOwnProcess,
} from './own-process.ts';

const findPostgres = () =>
  findProgram({
    name: 'postgres',
    install: 'PostgreSQL 15 or later (Debian: postgresql) and put its bin folder on the PATH',
  });
const findInitdb = () =>
  findProgram({
    name: 'initdb',
    install: 'PostgreSQL 15 or later (Debian: postgresql) and put its bin folder on the PATH',
  });
const USER = 'novacron';

/** What the cluster may be given. */
export interface PostgresServerOptions {
  /** Whether commits wait for the disk; off unless the figures of a test depend on it. */
  readonly fsync?: 'on' | 'off';
  /** Makes the certificate in its directory (`makeCertificate`); without one there is no TLS. */
  readonly certificate?: (
    directory: string,
    names: { readonly host: string; readonly identity: Identity | undefined },
  ) => void;
  /** More settings, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A cluster at work. */
export interface PostgresServer {
  readonly port: number;
  /** A directory that the server can read. */
  readonly directory: string;
  /** URL of a database. */
  readonly urlOf: (database: string) => string;
  /** Makes a database. @returns its URL */
  readonly createDatabase: (options?: {
    readonly name?: string;
    readonly template?: string;
  }) => Promise<string>;
  /** Kills it without warning. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port and data. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/** Makes a cluster and starts it. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const postgres = findPostgres();
  const initdb = findInitdb();
  const identity = findIdentity();
  const { directory, remove } = makeOwnedDirectory('novacron-postgres-', identity);
  const data = join(directory, 'data');
  initializeCluster(initdb, { data, directory, identity });
  options.certificate?.(directory, { host: 'IP:127.0.0.1', identity });
  const port = await findFreePort();
  const settings = settingsOf({ ...options, directory });
  const args = ['-D', data, '-p', String(port), '-k', directory, ...settings];
  const start = async () => {
    const started = startOwnProcess(postgres, args, { directory, identity });
    await waitUntilReady(started, urlOf('postgres'));
    return started;
  };
  const urlOf = (database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;
  let running = await start();
  let databases = 0;
  return {
    port,
    directory,
    urlOf,
    createDatabase: async ({ name, template = 'template1' } = {}) => {
      databases += 1;
      const made = name ?? `test_${databases}`;
      await runSql(urlOf('postgres'), `create database ${made} template ${template}`);
      return urlOf(made);
    },
    kill: () => running.kill(),
    restart: async () => {
      running = await waitUntil('PostgreSQL to start again', start);
    },
    remove: async () => {
      await running.kill();
      remove();
    },
  };
}

/** Runs SQL on a connection of its own. @returns the rows of the last statement */
export async function runSql(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    // Several statements are answered by a list of results, which pg's types do not say.
    const results: readonly { readonly rows: readonly unknown[] }[] = [
      await client.query(sql),
    ].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Text sorts by a language by default here: whoever forgets to say otherwise is found out. */
function initializeCluster(
  initdb: string,
  options: { data: string; directory: string; identity: ReturnType<typeof findIdentity> },
): void {
  const { data, directory, identity } = options;
  const args = ['-D', data, '-U', USER, '--auth=trust', '--no-sync', '--no-instructions'];
  const language = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en'];
  execFileSync(initdb, [...args, ...language], {
    cwd: directory,
    stdio: 'pipe',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    ...(identity ?? {}),
  });
}

function settingsOf(options: PostgresServerOptions & { readonly directory: string }): string[] {
  const { fsync = 'off', certificate, settings = {}, directory } = options;
  const all = {
    listen_addresses: '127.0.0.1',
    fsync,
    full_page_writes: fsync,
    max_connections: '60',
    shared_buffers: '32MB',
    autovacuum: 'off',
    ssl: certificate === undefined ? 'off' : 'on',
    ssl_cert_file: certificateIn(directory),
    ssl_key_file: keyIn(directory),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function waitUntilReady(started: OwnProcess, url: string): Promise<void> {
  const ended = await waitUntil('PostgreSQL to take connections', async () => {
    if (started.hasEnded()) return 'ended';
    await runSql(url, 'select 1');
    return 'ready';
  });
  if (ended === 'ended') throw new Error(`PostgreSQL did not start:\n${started.output()}`);
}
