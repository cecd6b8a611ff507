/** Whether a server has the keys of its store. It is asked before the server touches anything. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { InspectStore } from '../store/schema/migrate.ts';
import { KEYS_TABLE, openCanary } from './canary.ts';
import type { KeyRing } from './key-ring.ts';

/** A key as the store knows it. */
export interface KnownKey {
  readonly id: string;
  readonly canary_sealed: string;
  readonly place: string;
}

/** Keys of a server. */
export interface OwnKeys {
  /** undefined: no key at all yet. */
  readonly ring: KeyRing | undefined;
  /** Location searched, in words. */
  readonly source: string;
}

/** Looks into a store that is being opened. */
export function inspectKeys(own: OwnKeys): InspectStore {
  return async ({ migrations, rows }) => {
    const isNew = migrations.length === 0;
    if (isNew) return ok(undefined);
    const known = await rows(KEYS_TABLE);
    return requireKeys(
      known.map((row) => ({
        id: String(row.id),
        canary_sealed: String(row.canary_sealed),
        place: String(row.place),
      })),
      own,
    );
  };
}

/**
 * Holds the keys of a store against those of a server.
 * @returns `unavailable` with `data.reason` sealing-key-missing or sealed-value-damaged
 */
export function requireKeys(
  known: readonly KnownKey[],
  { ring, source }: OwnKeys,
): Result<void, Problem> {
  const missing = known.find(({ id }) => ring?.has(id) !== true);
  if (missing !== undefined) return err(missingProblem(missing, { ring, source }));
  const changed = known.find((key) => ring === undefined || openCanary(ring, key) === undefined);
  if (changed === undefined) return ok(undefined);
  return err(
    problem('unavailable', {
      detail:
        `The record of the sealing key ${changed.id} in the store was changed outside of ` +
        'NovaCron.',
      remedy:
        'Restore the store from a backup, and find out who can write to it. ' +
        'Nothing in the store has been changed.',
      data: { reason: 'sealed-value-damaged' },
    }),
  );
}

function missingProblem({ id, place }: KnownKey, { ring, source }: OwnKeys): Problem {
  const has =
    ring === undefined
      ? `and there is no key in ${source}`
      : `and ${source} holds ${ring.ids.join(', ')} instead`;
  const from = place === '' ? '' : ` It was made in ${place}.`;
  return problem('unavailable', {
    detail: `The store is encrypted with the key ${id}, ${has}.${from}`,
    remedy:
      'Servers that share a store share its sealing key. Copy sealing.key from a server ' +
      'that runs on this store, readable by its user only, or restore your copy, and ' +
      'start again. Nothing in the store has been changed.',
    data: { reason: 'sealing-key-missing', key: id },
  });
}
