/** A data directory that was used with another fleet. */
import { listNames } from '@novacron/contract/formats/list-names';
import type { CapabilityDeps } from '../platform/deps.ts';

/** Names that a warning lists. */
const NAMES_MAX = 5;

/**
 * Warns of nodes of an earlier start that the fleet of this one lacks: they will be lost.
 * @param names - those of the fleet
 */
export async function warnOfAbsentNodes(
  names: readonly string[],
  { store, logger }: Pick<CapabilityDeps, 'store' | 'logger'>,
): Promise<void> {
  const present = new Set(names);
  const rows = await store.read({ from: 'nodes' });
  const absent = rows.map(({ name }) => name).filter((name) => !present.has(name));
  if (absent.length === 0) return;
  logger.warn(
    { nodes: listNames(absent, NAMES_MAX), count: absent.length },
    'the data directory has nodes that the fleet of this start does not contain: they will be ' +
      'lost. Start with their fleet, or with another data directory',
  );
}
