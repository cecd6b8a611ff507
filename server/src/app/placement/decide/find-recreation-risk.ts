/**
 * Finds VMs that get a new root disk when their node is lost: it is in storage that no other node
 * reaches, and they ask to be made again from their template.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { PlacementDeps } from '../deps.ts';
import { readFacts } from '../facts/node-facts.ts';

/** VMs that a text names. */
const NAMES_MAX = 3;

/** A VM, and the name of the node that it is to be on. */
interface SpecOnNode {
  readonly spec: VmSpec;
  readonly node: string;
}

/** Same as {@link describeRecreationRisk}, with the fleet as it is stored. */
export async function readRecreationRisk(
  { store }: PlacementDeps,
  places: readonly SpecOnNode[],
): Promise<string | undefined> {
  if (!places.some(asksForIt)) return undefined;
  return describeRecreationRisk(places, await store.read({ from: 'nodes' }));
}

/**
 * Says which VMs lose what is on their root disks, or wait all the same.
 * @param nodes - the fleet
 * @returns undefined where there are none
 */
export function describeRecreationRisk(
  places: readonly SpecOnNode[],
  nodes: readonly NodeRow[],
): string | undefined {
  const asked = places.filter(asksForIt);
  const bound = asked.filter(({ node }) => isAlone(node, nodes));
  if (bound.length === 0) return undefined;
  const held = bound.filter(({ spec }) => spec.deletion_protection);
  if (held.length > 0) {
    return (
      `${namesOf(held)} would get a new root disk when the node is lost, and deletion_protection ` +
      'prevents that: it waits for its node. Set it to false, or on_node_loss to "restart".'
    );
  }
  return (
    `No other node reaches the root disk of ${namesOf(bound)}. When the node is lost, the VM is ` +
    'made again on another one from its template, and what is on it is lost. Keep data on ' +
    'volumes in shared storage.'
  );
}

function asksForIt({ spec }: SpecOnNode): boolean {
  return spec.healing?.on_node_loss === 'recreate';
}

/** Whether no other node reaches the storage of a node; a node that announces none may share it. */
function isAlone(name: string, nodes: readonly NodeRow[]): boolean {
  const found = nodes.find((row) => row.name === name);
  const own = found && readFacts(found)?.storage;
  if (own === undefined || found === undefined) return false;
  if (own.sharing !== 'shared') return true;
  return !nodes.some((row) => row.id !== found.id && readFacts(row)?.storage?.pool === own.pool);
}

function namesOf(places: readonly { readonly spec: VmSpec }[]): string {
  return listNames(
    places.map(({ spec }) => spec.name),
    NAMES_MAX,
  );
}
