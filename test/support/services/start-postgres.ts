/** A real PostgreSQL for tests: a cluster of its own in a temporary directory. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Pool } from 'pg';
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

/** Options of the cluster. */
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

/** Opens connections to a database, which their user ends. */
export function openPool(url: string, connectionsMax: number): Pool {
  return new Pool({ connectionString: url, max: connectionsMax });
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

/** Text sorts by a language by default here, so that a query without a collation is noticed. */
const CLUSTER_ARGS = [
  '-U',
  USER,
  '--auth=trust',
  '--no-sync',
  '--no-instructions',
  '--encoding=UTF8',
  '--locale-provider=icu',
  '--icu-locale=en',
];

/** Clusters as initdb made them, by version, user and arguments: a copy is made much faster. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/novacron/', import.meta.url));

interface ClusterPlace {
  readonly data: string;
  readonly directory: string;
  readonly identity: Identity | undefined;
}

function initializeCluster(initdb: string, place: ClusterPlace): void {
  const made = join(CACHE, nameCluster(initdb));
  if (existsSync(made)) {
    cpSync(made, place.data, { recursive: true });
    ownAll(place);
    return;
  }
  execFileSync(initdb, ['-D', place.data, ...CLUSTER_ARGS], {
    cwd: place.directory,
    stdio: 'pipe',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    ...(place.identity ?? {}),
  });
  // Several suites may get here at once: each copies for itself, and the last rename stays.
  const own = mkdtempSync(join(ensureDirectory(CACHE), 'cluster-'));
  cpSync(place.data, join(own, 'data'), { recursive: true });
  try {
    renameSync(join(own, 'data'), made);
  } catch {
    // Another suite was faster.
  }
  rmSync(own, { recursive: true, force: true });
}

function nameCluster(initdb: string): string {
  const version = execFileSync(initdb, ['--version'], { stdio: 'pipe' }).toString();
  return createHash('sha256')
    .update([version, process.getuid?.() ?? '', ...CLUSTER_ARGS].join(' '))
    .digest('hex');
}

function ensureDirectory(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** A server refuses data that is not its own, or that others may read. */
function ownAll({ data, identity }: ClusterPlace): void {
  chmodSync(data, 0o700);
  if (identity === undefined) return;
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
  for (const path of [data, ...names.map((name) => join(data, name))]) {
    chownSync(path, identity.uid, identity.gid);
  }
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
