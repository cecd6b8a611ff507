/** Opens the store that a configuration names, with its seals. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Store } from '../ports/store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { STORE_FILE } from './backup/manifest.ts';
import { refuseLostStore } from './data-dir/refuse-lost-store.ts';
import { createKeyRing } from './sealing/key-ring.ts';
import {
  openSealedStore,
  type SealedStore,
  type SealedStoreOptions,
} from './sealing/open-sealed-store.ts';
import { describeSource, readSealingKeys } from './sealing/read-sealing-keys.ts';
import { inspectKeys } from './sealing/require-keys.ts';
import { MIGRATIONS } from './store/migrations/migrations.ts';
import type { PostgresStoreOptions } from './store/postgres/open-postgres-store.ts';
import type { InspectStore } from './store/schema/migrate.ts';
import { openSqliteStore, type SqliteStoreOptions } from './store/sqlite/open-sqlite-store.ts';

/** Store configuration. */
export interface StoreConfig {
  readonly store:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'postgres'; readonly url: string };
  readonly dataDir: string;
  readonly sealingKey: SealedStoreOptions['source'];
  /** Size at which the embedded store is full; undefined: the disk decides. Unit: MiB. */
  readonly storeSizeMibMax: number | undefined;
  readonly tlsMinVersion: PostgresStoreOptions['tlsMinVersion'];
}

/** Context of opening the store. */
export interface StoreOpener {
  readonly clock: Clock;
  /** `make`: a new store gets a sealing key; `refuse`: only servers make one. */
  readonly newKey: SealedStoreOptions['newKey'];
  readonly telemetry?: Telemetry;
  /** Writer of an embedded store; see `SqliteStoreOptions`. */
  readonly writer?: SqliteStoreOptions['writer'];
}

/** Leases and tokens allow for this difference of clocks. Unit: milliseconds. */
export const SKEW_MS_MAX = 1_000;

/** Warns where the clock of the database differs: other servers measure leases by theirs. */
export async function warnOfSkew(
  { store, tlsMinVersion }: Pick<StoreConfig, 'store' | 'tlsMinVersion'>,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  if (store.kind === 'embedded') return;
  const { examinePostgres } = await import('./store/postgres/examine-postgres.ts');
  try {
    const { skewMs } = await examinePostgres(store.url, tlsMinVersion, clock);
    if (Math.abs(skewMs) <= SKEW_MS_MAX) return;
    const remedy = 'timedatectl set-ntp true, on this host and on that of PostgreSQL';
    logger.warn({ skewMs, remedy }, 'the clock of PostgreSQL differs from the one of this server');
  } catch {
    // The probe of the store says what is wrong.
  }
}

/** Opens it. Problems: those of the store and of its seals. */
export function openStore(
  config: StoreConfig,
  opener: StoreOpener,
): Promise<Result<SealedStore, Problem>> {
  const { clock, newKey, telemetry, writer = 'here' } = opener;
  return openSealedStore({
    source: config.sealingKey,
    open: (inspect) =>
      openPlainStore(config, { telemetry, inspect, writer, isServer: newKey === 'make' }),
    newKey,
    // Of an embedded store there is no other machine.
    machine: config.store.kind === 'embedded' ? '' : ` on ${hostname()}`,
    clock,
  });
}

/** A store as it is before a server opens it. */
export interface StoreFinding {
  /** `new`: a server makes its tables; `older`: a server of this release upgrades them. */
  readonly schema: 'new' | 'older' | 'current';
  /** Whether the sealing keys here open what it contains. */
  readonly keys: Result<void, Problem>;
  /** Hashes of the API keys that it has. */
  readonly apiKeyHashes: readonly string[];
}

/** Looks into a store and changes nothing. Problems: those that keep a server from opening it. */
export async function examineStore(config: StoreConfig): Promise<Result<StoreFinding, Problem>> {
  const { store, dataDir, sealingKey } = config;
  const read = readSealingKeys(sealingKey);
  const keys = read.ok ? read.value : [];
  const ring = keys.length === 0 ? undefined : createKeyRing(keys);
  const inspectOwn = inspectKeys({ ring, source: describeSource(sealingKey) });
  if (store.kind === 'embedded' && !existsSync(join(dataDir, STORE_FILE))) {
    const lost = refuseLostStore(dataDir);
    return lost === undefined
      ? ok({ schema: 'new', keys: asFound(read), apiKeyHashes: [] })
      : err(lost);
  }
  let found: StoreFinding | undefined;
  const opened = await openPlainStore(config, {
    telemetry: undefined,
    writer: 'here',
    isServer: true,
    // Refused, so that everything is rolled back.
    inspect: async (before) => {
      const fit = read.ok ? await inspectOwn(before) : asFound(read);
      const schema = schemaOf(before.migrations);
      const apiKeys = schema === 'new' ? [] : await before.rows('api_keys');
      const apiKeyHashes = apiKeys.map((row) => String(row.secret_hash));
      found = { schema, keys: fit, apiKeyHashes };
      return err(problem('unavailable', { detail: 'It was only looked at.', remedy: '' }));
    },
  });
  if (found !== undefined) return ok(found);
  if (!opened.ok) return opened;
  return ok({ schema: 'current', keys: asFound(read), apiKeyHashes: [] });
}

function asFound(read: Result<unknown, Problem>): Result<void, Problem> {
  return read.ok ? ok(undefined) : read;
}

function schemaOf(done: readonly string[]): StoreFinding['schema'] {
  if (done.length === 0) return 'new';
  return done.length < MIGRATIONS.length ? 'older' : 'current';
}

/** Adapters of other programs are loaded where they are used: they are not part of a fast start. */
async function openPlainStore(
  { store, dataDir, storeSizeMibMax, tlsMinVersion }: StoreConfig,
  parts: {
    readonly telemetry: Telemetry | undefined;
    readonly inspect: InspectStore;
    readonly writer: 'here' | 'thread';
    readonly isServer: boolean;
  },
): Promise<Result<Store, Problem>> {
  const { telemetry, inspect, writer, isServer } = parts;
  if (store.kind === 'postgres') {
    const { openPostgresStore } = await import('./store/postgres/open-postgres-store.ts');
    return openPostgresStore({
      url: store.url,
      inspect,
      ...(telemetry === undefined ? {} : { telemetry }),
      ...(tlsMinVersion === undefined ? {} : { tlsMinVersion }),
    });
  }
  const lost = isServer ? refuseLostStore(dataDir) : undefined;
  if (lost !== undefined) return err(lost);
  return openSqliteStore({
    inspect,
    writer,
    path: join(dataDir, STORE_FILE),
    ...(telemetry === undefined ? {} : { telemetry }),
    ...(storeSizeMibMax === undefined ? {} : { sizeMibMax: storeSizeMibMax }),
  });
}
