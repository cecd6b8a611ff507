/**
 * Finds VMs that are restored from exported snapshots when their node is lost: what that loses, by
 * what is exported now, or that they would wait.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isReachedElsewhere } from '../../resources/vm/reach/find-reaching-nodes.ts';
import {
  describeLossOf,
  findRestore,
  type Restore,
  whyNoRestore,
} from '../../resources/vm/reach/find-restore.ts';

/** VMs that a text names. */
const NAMES_MAX = 3;

interface PlacedSpec {
  readonly spec: VmSpec;
  /** Name of the node. */
  readonly node: string;
}

/** Says what a restore of each loses; undefined where none of the VMs may be restored. */
export async function readRestoreRisk(
  { store, exports, clock }: CapabilityDeps,
  tenantId: string,
  places: readonly PlacedSpec[],
): Promise<string | undefined> {
  const asked = places.filter(({ spec }) => spec.healing?.on_node_loss === 'restore');
  if (asked.length === 0) return undefined;
  const names = asked.map(({ spec }) => spec.name);
  const vms = await store.read({
    from: 'vms',
    where: { tenant_id: tenantId, name: { in: names } },
    damaged: 'blank',
  });
  const { nodes, volumes } = await store.snapshot({
    nodes: { from: 'nodes' },
    volumes: { from: 'volumes', where: { attached_to: { in: vms.map(({ id }) => id) } } },
  });
  const of = { volume_id: { in: volumes.map(({ id }) => id) } };
  const snapshots = await store.read({ from: 'snapshots', where: of });
  const texts = asked.flatMap(({ spec, node: name }) => {
    const node = nodes.find((each) => each.name === name);
    if (node === undefined) return [];
    const id = vms.find((row) => row.name === spec.name)?.id;
    const own = volumes.filter(({ attached_to }) => id !== undefined && attached_to === id);
    if (isReachedElsewhere({ nodes, volumes: own }, node)) return [];
    const isKept = isReachedElsewhere({ nodes, volumes: [] }, node);
    const restore = findRestore({ volumes: own, snapshots, nodes, exports }, node);
    const lossMs = clock.nowMs();
    return [sayOf({ spec, node: name }, restore, { disk: isKept ? 'kept' : 'new', lossMs })];
  });
  return texts.length === 0 ? undefined : listNames(texts, NAMES_MAX);
}

function sayOf(
  { spec, node }: PlacedSpec,
  restore: Restore,
  more: Parameters<typeof describeLossOf>[1],
): string {
  const why = whyNoRestore(restore);
  if (why === undefined) {
    const said = `If ${node} were lost now, the VM ${spec.name} would be restored on another node.`;
    return `${said} ${describeLossOf(restore, more)}`;
  }
  return (
    `If ${node} is lost, the VM ${spec.name} waits until it is back: ${why}. Export snapshots of ` +
    'its volumes regularly: data written after the last export is lost.'
  );
}
