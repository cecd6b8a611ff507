/** The rule that writes move when they take room, so that writes at once do not take the same. */
import type { Change, ChangeSet, Store } from '../../../../ports/store.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { FAILOVER_RULE, FAILOVER_VERSION } from './observe-failover.ts';

/** More units than any fleet has: every check that was made before is made again. */
export const ALL_UNITS = 1_000_000;

/** Reads the version of the rule; 0 before the first write. */
export async function readFailoverVersion(store: Pick<Store, 'read'>): Promise<number> {
  const [row] = await store.read(FAILOVER_VERSION);
  return row?.version ?? 0;
}

/**
 * Moves the rule. Guard: other writes have not moved it beyond a version since.
 * @param move - `version`: as it was read; `units`: by how many it moves; `most`: how far it may
 *   have been moved, without this write
 */
export function moveFailoverRule(move: {
  readonly version: number;
  readonly units: number;
  readonly most: number;
}): ChangeSet {
  const { version, units, most } = move;
  const otherwise = replan('The room that is kept free for lost nodes');
  const id = FAILOVER_RULE;
  const change: Change =
    version === 0
      ? { kind: 'insert', into: 'rule_versions', row: { id, version: units }, otherwise }
      : {
          kind: 'add',
          table: 'rule_versions',
          id,
          by: [{ column: 'version', amount: units }],
          expect: { version: { below: most + 1 } },
          otherwise,
        };
  return [change];
}
