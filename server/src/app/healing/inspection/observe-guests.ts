/**
 * The part of the health check that keeps what guests report of themselves. It is no part of the
 * desired state: a change is neither drift nor an event.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import { shownAddresses } from '@novacron/contract/formats/guest-addresses';
import { canonicalJson, equalJson } from '@novacron/contract/json';
import type { Change } from '../../../ports/store.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { guestAddressesOf } from '../../rows/observed-machine.ts';
import { replan } from '../../rows/resource-problems.ts';

/** A VM that is otherwise as recorded. */
export interface SeenGuest {
  readonly row: VmRow;
  /** undefined: its node does not have it. */
  readonly machine: Machine | undefined;
}

/**
 * Records the addresses that guests report, all in one transaction: where a VM is changed
 * meanwhile, the next check records them.
 */
export async function keepGuestAddresses(
  { store }: Pick<CapabilityDeps, 'store'>,
  seen: readonly SeenGuest[],
): Promise<void> {
  const changes = seen.flatMap((each) => planAddresses(each) ?? []);
  await commitChanges({ store }, changes);
}

/** An agent that has not heard of a guest says nothing, and what it said before stays. */
function planAddresses({ row, machine }: SeenGuest): Change | undefined {
  const observed = observedOf(row);
  const reported = machine?.guest_ip_addresses;
  if (machine?.status !== 'running' || reported === undefined) return undefined;
  if (observed.status !== 'running') return undefined;
  const addresses = [...shownAddresses(reported)];
  if (equalJson(addresses, [...guestAddressesOf(row, observed)])) return undefined;
  const { id, name, generation, observed_json, guest_addresses_json } = row;
  return {
    kind: 'update',
    table: 'vms',
    id,
    set: { guest_addresses_json: canonicalJson(addresses) },
    expect: { generation, observed_json, guest_addresses_json, busy_operation_id: null },
    otherwise: replan(`The VM ${name}`),
  };
}
