/** VM fields that require a first network. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import type { NetworkRow } from '../../../../ports/tables/tables.ts';
import { checkFurtherNetworks } from '../../network/further-interfaces.ts';
import { checkHasNetwork } from '../../network/static-address.ts';
import type { WriteScope } from '../../scope.ts';
import { checkWaitForNetwork } from './check-wait-for.ts';

/**
 * Refuses an address, conditions of the guest and further networks of a VM without a network.
 * @param networks - those of the further ones that there are
 * @param unknown - with `network_id`, nothing is refused: a plan makes the network first
 */
export function checkConnection(
  spec: VmSpec,
  networks: readonly NetworkRow[],
  unknown: WriteScope['unknown'],
): Problem[] {
  if (unknown?.includes('network_id')) return [];
  const further = unknown?.includes('further_network_ids')
    ? []
    : checkFurtherNetworks(spec, networks);
  return [...checkHasNetwork(spec), ...further, ...checkWaitForNetwork(spec)];
}
