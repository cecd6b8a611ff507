/** A real PostgreSQL for the tests of one file, and stores in databases of their own. */
import { afterAll, beforeAll } from '@jest/globals';
import { assert } from '@novacron/contract/result';
import {
  type PostgresServer,
  type PostgresServerOptions,
  runSql,
  startPostgres,
} from '../../../../../../test/support/services/start-postgres.ts';
import type { Store } from '../../../../ports/store.ts';
import { openPostgresStore, type PostgresStoreOptions } from '../open-postgres-store.ts';

/** The cluster takes its time on a busy machine. */
const START_TIMEOUT_MS = 60_000;

const TEMPLATE = 'template_store';

/** Deletes rows, which takes a tenth of a TRUNCATE; a replica checks no foreign keys. */
const EMPTY_TABLES = `
  set session_replication_role = replica;
  do $$ declare name text; begin
    for name in select tablename from pg_tables
      where schemaname = 'public' and tablename <> 'schema_migrations'
    loop execute format('delete from %I', name); end loop;
  end $$`;

/** An open store and the way to its database. */
export interface OpenedStore {
  readonly store: Store;
  readonly url: string;
  /** Closes the store. Its database stays for a look, until the cluster goes. */
  readonly close: () => Promise<void>;
  /** Closes the store and empties its database for another test: making one takes 8 MB. */
  readonly remove: () => Promise<void>;
}

/** Fixtures shared by the tests of a file. */
export interface SharedPostgres {
  readonly server: () => PostgresServer;
  /** Makes an empty store. */
  readonly openStore: (options?: Omit<PostgresStoreOptions, 'url'>) => Promise<OpenedStore>;
}

/** Declares that the tests of this file need PostgreSQL. */
export function usePostgres(options: PostgresServerOptions = {}): SharedPostgres {
  const emptied: string[] = [];
  let running: PostgresServer | undefined;
  const server = () => {
    assert(running !== undefined, 'PostgreSQL runs while tests do');
    return running;
  };
  beforeAll(async () => {
    running = await startPostgres(options);
    await running.createDatabase({ name: TEMPLATE });
    await (await openAt({ url: running.urlOf(TEMPLATE) })).close();
  }, START_TIMEOUT_MS);
  afterAll(() => running?.remove(), START_TIMEOUT_MS);
  return {
    server,
    openStore: async (storeOptions = {}) => {
      const url = emptied.pop() ?? (await server().createDatabase({ template: TEMPLATE }));
      const store = await openAt({ ...storeOptions, url });
      const close = () => store.close();
      const remove = async () => {
        await close();
        await runSql(url, EMPTY_TABLES);
        emptied.push(url);
      };
      return { store, url, close, remove };
    },
  };
}

/** Opens a store that has to open. */
export async function openAt(options: PostgresStoreOptions): Promise<Store> {
  const opened = await openPostgresStore(options);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}
