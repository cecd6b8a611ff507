import { loadOffline } from '../offline/load-offline.ts';
import type { Resource } from './list-resources.ts';
import { isRepeated } from './read-attributes.ts';

/** Finds networks with overlapping address blocks: the server would reject the second one. */
export function findOverlaps(resources: readonly Resource[]): string[] {
  const { overlaps, parseCidr } = loadOffline();
  const blocks = resources
    .filter(({ type }) => type === 'novacron_network')
    .flatMap(({ path, attributes }) => {
      const { cidr, provider } = attributes;
      const parsed = parseCidr(String(cidr));
      if (!parsed.ok) return [];
      const block = { path, cidr, provider, block: parsed.value };
      return isRepeated(attributes) ? [block, block] : [block];
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
