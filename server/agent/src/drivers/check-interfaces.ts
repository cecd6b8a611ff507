/** Requirements for a machine's network interfaces, for every driver. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { equalJson } from '@novacron/contract/json';

type Connected = Pick<MachineSpec, 'name' | 'network' | 'further_networks'>;

/**
 * Explains why a machine cannot have its interfaces: the first one comes first, and each is in a
 * network of its own, because rules and addresses are found by machine and network.
 * @returns a sentence; undefined where it can
 */
export function explainInterfaces(spec: Connected): string | undefined {
  const { name, network, further_networks: further = [] } = spec;
  if (further.length === 0) return undefined;
  if (network === null) return `The VM ${name} has further network interfaces, and no first one.`;
  const ids = [network, ...further].map(({ network_id }) => network_id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice && `The VM ${name} has two network interfaces in ${twice}: one is enough.`;
}

/** The further interfaces of a machine, as a part of its specification; changes leave them out. */
export function furtherInterfacesOf({
  further_networks,
}: Pick<MachineSpec, 'further_networks'>): Pick<MachineSpec, 'further_networks'> {
  return further_networks === undefined ? {} : { further_networks };
}

/**
 * Explains why a machine cannot change to the interfaces of a specification.
 * @returns a sentence; undefined where it can
 */
export function explainNewInterfaces(before: Connected, after: Connected): string | undefined {
  const wanted = after.further_networks ?? before.further_networks ?? [];
  if (!equalJson(wanted, before.further_networks ?? [])) {
    return `The further network interfaces of ${before.name} stay: only a new VM has others.`;
  }
  return explainInterfaces({ ...after, further_networks: wanted });
}
