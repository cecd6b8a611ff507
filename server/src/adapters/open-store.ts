/** Opens the store that a configuration names, with its seals. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Store } from '../ports/store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { STORE_FILE } from './backup/manifest.ts';
import { refuseLostStore } from './data-dir/refuse-lost-store.ts';
import {
  openSealedStore,
  type SealedStore,
  type SealedStoreOptions,
} from './sealing/open-sealed-store.ts';
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
