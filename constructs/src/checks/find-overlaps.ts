import { loadOffline } from '../offline/load-offline.ts';
import type { Resource } from './list-resources.ts';

/** Finds networks with overlapping address blocks: the server would reject the second one. */
export function findOverlaps(resources: readonly Resource[]): string[] {
  const { overlaps, parseCidr } = loadOffline();
  const blocks = resources
    .filter(({ type }) => type === 'novacron_network')
    .flatMap(({ path, attributes: { cidr, provider } }) => {
      const parsed = parseCidr(String(cidr));
      return parsed.ok ? [{ path, cidr, provider, block: parsed.value }] : [];
    });
  return blocks.flatMap((one, index) =>
    blocks
      .slice(index + 1)
      .filter(({ provider, block }) => provider === one.provider && overlaps(one.block, block))
      .map(
        ({ path, cidr }) =>
          `${one.path} (${one.cidr}) and ${path} (${cidr}) overlap, but networks of a tenant ` +
          'must ' +
          'not. Change one `cidr`.',
      ),
  );
}
