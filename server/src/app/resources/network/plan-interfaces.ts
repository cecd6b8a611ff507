/** Assigns a new VM an address in each of its networks. */
import type { NetworkInterface } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { NetworkRow } from '../../../ports/tables/tables.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { toInterface } from './further-interfaces.ts';
import { type AddressPlan, planAddress } from './plan-address.ts';

/** The addresses of a new VM, and the part of its write that reserves them. */
export interface InterfacesPlan extends AddressPlan {
  /** Its interfaces besides the first one. */
  readonly further: readonly NetworkInterface[];
}

/**
 * Plans them.
 * @param vm - a new VM, and the addresses that others get in the same commit; ids of rows
 * @returns the problems of `planAddress`
 */
export async function planInterfaces(
  vm: {
    readonly id: string;
    readonly spec: Pick<VmSpec, 'name' | 'ip_address' | 'further_network_ids'>;
    readonly network: NetworkRow | undefined;
    readonly furtherNetworks: readonly NetworkRow[];
    readonly taken: ReadonlySet<string>;
  },
  scope: Parameters<typeof planAddress>[1],
): Promise<Result<InterfacesPlan, Problem>> {
  const { id, network, furtherNetworks, taken } = vm;
  const { name, ip_address, further_network_ids } = vm.spec;
  const first = await planAddress({ id, name, network, wanted: ip_address, taken }, scope);
  if (!first.ok) return first;
  let { saga } = first.value;
  const further: NetworkInterface[] = [];
  for (const networkId of further_network_ids ?? []) {
    const other = furtherNetworks.find((each) => each.id === networkId);
    const asker = { id, macOf: `${id}/${networkId}`, name, network: other, wanted: null, taken };
    const planned = await planAddress(asker, scope);
    if (!planned.ok) return planned;
    const { address } = planned.value;
    if (other === undefined || address === undefined) continue;
    further.push(toInterface(other, address));
    saga = concatSagas(saga, planned.value.saga);
  }
  return ok({ address: first.value.address, further, saga });
}
