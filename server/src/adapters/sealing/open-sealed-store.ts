/** Opens a store with its seals: keys first, then the store, then what both know of each other. */
import type { Problem } from '@novacron/contract/problem/problem';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Sealing, SealingKeyState } from '../../ports/sealing.ts';
import type { Store } from '../../ports/store.ts';
import type { InspectStore } from '../store/schema/migrate.ts';
import type { CanaryWord } from './canary.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import {
  describeSource,
  makeSealingKeyFile,
  readSealingKeys,
  removeSealingKeyFile,
  type SealingKeySource,
} from './read-sealing-keys.ts';
import { followKeys, latestKey, registerKey, type StoreKeys } from './register-key.ts';
import { inspectKeys, requireKeys } from './require-keys.ts';
import { resealRows, tablesLeft } from './reseal-rows.ts';
import { sealStore } from './seal-store.ts';

/** Store to open, and its keys. */
export interface SealedStoreOptions {
  readonly source: SealingKeySource;
  /** Opens the store itself, asking before anything in it is changed. */
  readonly open: (inspect: InspectStore) => Promise<Result<Store, Problem>>;
  /** `make`: a new store gets a key of its own; `refuse`: only servers make keys. */
  readonly newKey: 'make' | 'refuse';
  /** Suffix of the key's path for users on other machines, such as ` on host-1`. */
  readonly machine: string;
  readonly clock: Clock;
}

/** A store that seals, and what looks after its seals. */
export interface SealedStore {
  readonly store: Store;
  readonly sealing: Sealing;
}

/**
 * Opens it.
 * @returns problems of the store; `unavailable` with `data.reason` sealing-key-unreadable,
 * sealing-key-malformed, sealing-key-missing, sealing-key-unwritable or sealed-value-damaged
 */
export async function openSealedStore(
  options: SealedStoreOptions,
): Promise<Result<SealedStore, Problem>> {
  const keys = readSealingKeys(options.source);
  if (!keys.ok) return keys;
  const found = keys.value.length === 0 ? undefined : createKeyRing(keys.value);
  const source = describeSource(options.source);
  const opened = await options.open(inspectKeys({ ring: found, source }));
  if (!opened.ok) return opened;
  const store = opened.value;
  const sealed = await sealOpened(store, found, options);
  if (!sealed.ok) await store.close();
  return sealed;
}

async function sealOpened(
  store: Store,
  found: KeyRing | undefined,
  options: SealedStoreOptions,
): Promise<Result<SealedStore, Problem>> {
  const { source, clock, machine } = options;
  const words = describeSource(source);
  const ring = found === undefined ? makeRing(options) : ok(found);
  if (!ring.ok) return ring;
  const registration = {
    ring: ring.value,
    source: words,
    place: `${words}${machine}`,
    nowMs: clock.nowMs(),
  };
  const registered = await registerKey(store, registration);
  if (registered.ok) return ok(joinParts(store, ring.value, { words, keys: registered.value }));
  // Another server was first: a key that seals nothing only misleads.
  if (found === undefined && source.kind === 'file') removeSealingKeyFile(source.path);
  return registered;
}

function makeRing({ source, newKey }: SealedStoreOptions): Result<KeyRing, Problem> {
  if (source.kind !== 'file' || newKey === 'refuse') return err(noKeyYet(source));
  const made = makeSealingKeyFile(source.path);
  return made.ok ? ok(createKeyRing([made.value])) : made;
}

function joinParts(
  raw: Store,
  ring: KeyRing,
  { words, keys }: { readonly words: string; readonly keys: StoreKeys },
): SealedStore {
  let word: CanaryWord = keys.word;
  let sinceMs = keys.current.registered_at_ms;
  const follow = async (): Promise<Result<void, Problem>> => {
    const known = await raw.read({ from: 'sealing_keys' });
    const fit = requireKeys(known, { ring, source: words });
    if (!fit.ok) return fit;
    const now = followKeys(ring, known);
    word = now.word;
    sinceMs = now.current.registered_at_ms;
    return ok(undefined);
  };
  return {
    store: sealStore(raw, { ring, rows: () => word }),
    sealing: {
      follow,
      sealsSinceMs: () => sinceMs,
      resealSome: (guard) => resealRows({ store: raw, ring, guard }),
      list: () => listKeys(raw, ring),
    },
  };
}

async function listKeys(raw: Store, ring: KeyRing): Promise<readonly SealingKeyState[]> {
  const { keys, progress } = await raw.snapshot({
    keys: { from: 'sealing_keys' },
    progress: { from: 'sealing_progress' },
  });
  const latest = latestKey(keys);
  const rowsSealed = progress
    .filter(({ key_id }) => key_id === latest?.id)
    .reduce((sum, { rows_sealed }) => sum + rows_sealed, 0);
  const known = keys
    .toSorted((a, b) => b.version - a.version)
    .map((key): SealingKeyState => {
      const seals = key.id === latest?.id;
      return {
        id: key.id,
        state: seals ? 'seals' : 'needed',
        presence: ring.has(key.id) ? 'here' : 'missing',
        registeredAtMs: key.registered_at_ms,
        place: key.place,
        rowsSealed: seals ? rowsSealed : 0,
        tablesLeft: seals ? tablesLeft(key.id, progress) : [],
      };
    });
  const spare = ring.ids.filter((id) => !keys.some((key) => key.id === id));
  return [...known, ...spare.map(spareKey)];
}

function spareKey(id: string): SealingKeyState {
  return {
    id,
    state: 'not-needed',
    presence: 'here',
    registeredAtMs: null,
    place: '',
    rowsSealed: 0,
    tablesLeft: [],
  };
}

function noKeyYet(source: SealingKeySource): Problem {
  return problem('unavailable', {
    detail: `There is no sealing key in ${describeSource(source)}.`,
    remedy:
      'Run this on the machine of the server, with its --data-dir or its sealing key. A ' +
      'store that no server of this release has opened gets its key when one starts.',
    data: { reason: 'sealing-key-missing' },
  });
}
