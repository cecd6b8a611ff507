/**
 * Finds nodes that must be evaluated one by one, because a rule distinguishes them from the rest of
 * their class.
 */

import type { FleetOverlay } from '../index/fleet-overlay.ts';
import type { CountedRequest, Tally } from '../model/rule.ts';

/**
 * Returns the slots of nodes that the request names, whose VMs its node-level terms count, or that
 * an overlay has changed.
 */
export function findUngroupedNodes(
  { index, changed }: FleetOverlay,
  { vm, constraints, licences, affinities, spreads, unwelcome }: CountedRequest,
): ReadonlySet<number> {
  const ungrouped = new Set<number>();
  const addName = (name: string) => {
    const slot = index.slotOfName.get(name);
    if (slot !== undefined) ungrouped.add(slot);
  };
  const addNodes = (tally: Pick<Tally, 'byNode'>) => {
    for (const id of tally.byNode.keys()) {
      const slot = index.slotOf.get(id);
      if (slot !== undefined) ungrouped.add(slot);
    }
  };
  for (const id of changed.keys()) {
    const slot = index.slotOf.get(id);
    if (slot !== undefined) ungrouped.add(slot);
  }
  if (constraints.node !== undefined) addName(constraints.node);
  constraints.excludeNodes?.forEach(addName);
  constraints.preferNodes?.forEach(addName);
  for (const { nodes } of vm.volumes ?? []) nodes?.forEach(addName);
  for (const { nodes } of licences ?? []) nodes.forEach(addName);
  for (const { term, tally } of affinities ?? []) if (term.level === 'node') addNodes(tally);
  for (const { term, tally } of spreads ?? []) if (term.level === 'node') addNodes(tally);
  for (const { level, tally } of unwelcome ?? []) if (level === 'node') addNodes(tally);
  return ungrouped;
}
