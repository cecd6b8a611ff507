/** Registers the key that seals a store from now on. Of concurrent servers, one wins. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change, Store } from '../../ports/store.ts';
import type { Tables } from '../../ports/tables/tables.ts';
import { type CanaryWord, openCanary, sealCanary } from './canary.ts';
import type { KeyRing } from './key-ring.ts';
import { requireKeys } from './require-keys.ts';
import { sealedTables } from './sealed-columns.ts';

/** Moves with every change of the store's keys. */
const KEYS_RULE = 'sealing-keys';

/** More rounds than servers start at the same moment. */
const ROUNDS_MAX = 16;

/** Key to register, and the server that registers it. */
export interface Registration {
  readonly ring: KeyRing;
  /** Location of the keys, in words. */
  readonly source: string;
  /** The same with the machine, for people at another one; empty where there is no other one. */
  readonly place: string;
  readonly nowMs: number;
}

/** The keys of a store as they are now. */
export interface StoreKeys {
  readonly current: Tables['sealing_keys'];
  readonly word: CanaryWord;
}

/**
 * Registers the ring's first key unless the store knows it, and seals with the store's latest.
 * @returns `unavailable` when the store needs a key that is not on the ring, or cannot be written
 */
export async function registerKey(
  store: Store,
  registration: Registration,
): Promise<Result<StoreKeys, Problem>> {
  const { ring, source } = registration;
  let last = outrun();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { keys, rules, tenants } = await store.snapshot({
      keys: { from: 'sealing_keys' },
      rules: { from: 'rule_versions', where: { id: KEYS_RULE } },
      tenants: { from: 'tenants', limit: 1 },
    });
    const fit = requireKeys(keys, { ring, source });
    if (!fit.ok) return fit;
    const [first = ''] = ring.ids;
    if (keys.some(({ id }) => id === first)) return ok(followKeys(ring, keys));
    ring.use(first);
    const version = rules[0]?.version ?? 0;
    const isNew = keys.length === 0 && tenants.length === 0;
    const done = await store.commit(
      registrationChanges(registration, { version, isNew: isNew ? 'new' : 'old' }),
    );
    if (!done.ok && done.error.code !== 'conflict') return done;
    if (!done.ok) last = done.error;
  }
  return err(last);
}

/** Seals with the latest of a store's keys, all of which are on the ring. */
export function followKeys(ring: KeyRing, keys: readonly Tables['sealing_keys'][]): StoreKeys {
  const latest = latestKey(keys);
  if (latest === undefined) throw new Error('a sealed store knows its keys');
  ring.use(latest.id);
  return { current: latest, word: openCanary(ring, latest) ?? 'mixed' };
}

/** The key that seals: the one that was registered last. */
export function latestKey(
  keys: readonly Tables['sealing_keys'][],
): Tables['sealing_keys'] | undefined {
  return keys.toSorted((a, b) => b.version - a.version)[0];
}

function registrationChanges(
  { ring, place, nowMs }: Registration,
  store: { readonly version: number; readonly isNew: 'new' | 'old' },
): Change[] {
  const id = ring.current();
  const word: CanaryWord = store.isNew === 'new' ? 'sealed' : 'mixed';
  const row = {
    id,
    canary_sealed: sealCanary(ring, word),
    version: store.version + 1,
    place,
    registered_at_ms: nowMs,
  };
  // An empty store has nothing to reseal.
  const is_done = store.isNew === 'new' ? 1 : 0;
  return [
    { kind: 'move-rule', rule: KEYS_RULE, from: store.version, otherwise: outrun() },
    { kind: 'insert', into: 'sealing_keys', row, otherwise: outrun() },
    ...sealedTables().map((table): Change => {
      const progress = { id: table, key_id: id, after_id: '', rows_sealed: 0, is_done };
      return { kind: 'put', into: 'sealing_progress', row: progress };
    }),
  ];
}

/** Returns the problem that another server changed the store's keys in the meantime. */
export function outrun(): Problem {
  return problem('conflict', {
    detail: "Another server changed the store's sealing keys at the same time.",
    remedy: 'Start the server again.',
  });
}
