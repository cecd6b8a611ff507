import type { Resource } from './list-resources.ts';

/** References of one resource to others: `${novacron_vm.web.id}`, or a text of `depends_on`. */
const REFERENCE = /\bnovacron_[a-z_]+[.][A-Za-z0-9_-]+/g;

/** Finds dependency cycles: Terraform could create none of the resources. */
export function findCycles(resources: readonly Resource[]): string[] {
  const paths = new Map(resources.map(({ address, path }) => [address, path]));
  const edges = new Map(
    resources.map(({ address, attributes }) => [
      address,
      [...new Set(referencesOf(attributes))].filter((to) => to !== address && paths.has(to)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[][] = [];
  const walk = (address: string, trail: readonly string[]): void => {
    const start = trail.indexOf(address);
    if (start !== -1) cycles.push([...trail.slice(start), address]);
    if (start !== -1 || done.has(address)) return;
    for (const next of edges.get(address) ?? []) walk(next, [...trail, address]);
    done.add(address);
  };
  for (const address of edges.keys()) walk(address, []);
  return cycles.map(
    (cycle) =>
      `${cycle.map((address) => paths.get(address)).join(' -> ')} form a dependency cycle, so ` +
      'none ' +
      'can be created first. Remove one of these references: a rule between two security groups ' +
      'can use an address block, one of two keepNear() calls is enough, and a VM does not ' +
      'need a reference to a volume that is attached to it.',
  );
}

function referencesOf(attributes: Resource['attributes']): readonly string[] {
  const text = JSON.stringify(attributes);
  return text.includes('novacron_') ? (text.match(REFERENCE) ?? []) : [];
}
