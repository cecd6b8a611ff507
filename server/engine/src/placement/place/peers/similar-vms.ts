/** Similar VMs: replicas that must not fail together, recognised by their labels. */
import type { Labels, PlacementNode } from '../model/placement.ts';

/**
 * Whether two VMs of a tenant are similar: they share a label, name and value, or neither has any.
 * The VMs of a tenant that uses no labels are therefore spread as well.
 */
export function areSimilar(left: Labels, right: Labels): boolean {
  const leftLabels = Object.entries(left);
  if (leftLabels.length === 0) return Object.keys(right).length === 0;
  return leftLabels.some(([name, value]) => Object.hasOwn(right, name) && right[name] === value);
}

/**
 * Caches rack keys: a node object never changes, a decision needs the key of every domain, and
 * making one takes three times as long as finding it.
 */
const RACK_KEY_CACHE = new WeakMap<object, string>();

/** Names a rack: its name is unique within its zone only. The length keeps the two apart. */
export function rackKey(node: Pick<PlacementNode, 'zone' | 'rack'>): string {
  const known = RACK_KEY_CACHE.get(node);
  if (known !== undefined) return known;
  const key = `${node.zone.length}:${node.zone}/${node.rack}`;
  RACK_KEY_CACHE.set(node, key);
  return key;
}
