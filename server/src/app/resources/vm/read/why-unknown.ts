/** Explains in one phrase why the status of a VM is unknown or old, and since when. */
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { agentSilentSinceMs, suspicionOf } from '../../../rows/observed/node-suspicion.ts';
import { isMachineGone } from '../../../rows/observed-machine.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import { fenceOf, isCutOff } from '../../node/node-fence.ts';

/**
 * Says it.
 * @param node - the node of the VM; undefined for one that is not there any more
 */
export function whyUnknown(row: VmRow, node: NodeRow | undefined): string {
  if (node === undefined) return 'its node is not known any more';
  const { name, status, followed_json, last_seen_at_ms: seenMs } = node;
  if (followed_json !== null) return `${name} follows another control plane`;
  const since = `since ${toTimestamp(seenMs)}`;
  if (status === 'lost') {
    const fence = fenceOf(node);
    if (fence !== undefined) return `${name} is known to be off since ${fence.at}`;
    if (node.cut_off_json !== null)
      return `${name} is silent ${since}, and cut off from its storage`;
    return isCutOff(node)
      ? `${name} is silent ${since}, and runs as other nodes say`
      : `${name} is silent ${since}`;
  }
  const silentMs = agentSilentSinceMs(node);
  if (silentMs !== undefined) {
    return `the agent of ${name} does not respond since ${toTimestamp(silentMs)}; it ran before`;
  }
  if (node.unchecked_since_ms !== null && observedOf(row).status === 'running') {
    return `${name} is back since ${toTimestamp(node.unchecked_since_ms)}, and is being inspected`;
  }
  if (isMachineGone(row)) return `${name} answers, and does not have its machine`;
  return 'an operation on it got stuck (novacron operation list --status stuck)';
}

/** Says when the VMs of a suspected node were last observed; null for a node that answers. */
export function whyOld(node: NodeRow): string | null {
  const suspicion = suspicionOf(node);
  if (suspicion === undefined) return null;
  return `observed before ${suspicion.since}; ${node.name}: ${suspicion.reason}`;
}
