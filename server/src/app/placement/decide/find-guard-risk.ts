/** Finds VMs that ask to be stopped when their node is isolated, where that does nothing. */
import { listNames } from '@novacron/contract/formats/list-names';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere, stopsWhenIsolated } from '@novacron/contract/kinds/vm/vm-healing';
import { featuresOfNode, ISOLATION_GUARD } from '../../rows/hypervisor-features.ts';
import type { PlacementDeps } from '../deps.ts';

/** VMs and nodes that a text names. */
const NAMES_MAX = 3;

/** Says which, why, and what to do; undefined: none. */
export async function readGuardRisk(
  { store }: Pick<PlacementDeps, 'store'>,
  places: readonly { readonly spec: VmSpec; readonly node: string }[],
): Promise<string | undefined> {
  const asked = places.filter(({ spec }) => stopsWhenIsolated(spec.healing));
  if (asked.length === 0) return undefined;
  const nodes = await store.read({ from: 'nodes' });
  const able = nodes
    .filter((row) => featuresOfNode(row.capabilities_json).includes(ISOLATION_GUARD))
    .map(({ name }) => name);
  const unguarded = asked.filter(({ node }) => !able.includes(node));
  if (unguarded.length > 0) {
    const where = unguarded.map(({ spec, node }) => `${spec.name} on ${node}`);
    const use =
      able.length === 0
        ? 'Give nodes a watchdog (novacron agent --watchdog)'
        : `Migrate it to a node that does, such as ${listNames(able, NAMES_MAX)}`;
    return (
      `The node does not stop VMs when it is isolated, as it has no watchdog: ` +
      `${listNames(where, NAMES_MAX)}. If it is lost, the VM waits until the node is known to be ` +
      `off. ${use}, or do not ask for it.`
    );
  }
  const waiting = asked.filter(({ spec }) => !startsElsewhere(spec.healing));
  if (waiting.length === 0) return undefined;
  const names = listNames(
    waiting.map(({ spec }) => spec.name),
    NAMES_MAX,
  );
  return (
    `${names} would be stopped when the node is isolated, and would not be started elsewhere: ` +
    'set on_node_loss to "restart", or stop_when_isolated to false.'
  );
}
