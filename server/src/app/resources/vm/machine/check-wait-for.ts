/** Refuses conditions of a guest that a VM or its node cannot meet. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import { capabilitiesOf } from './configure-steps.ts';

/** A VM without a network has no address and no port. */
export function checkWaitForNetwork({ wait_for, network_id }: VmSpec): Problem[] {
  if (wait_for === null || network_id !== null) return [];
  const needing = [
    ...(wait_for.ip === true ? ['ip'] : []),
    ...(wait_for.port === null ? [] : ['port']),
  ];
  if (needing.length === 0) return [];
  const names = needing.join(' and ');
  return [
    problem('validation-failed', {
      detail: `The VM has no network, and wait_for needs one for ${names}.`,
      remedy: `Set network_id, or remove ${names} from wait_for.`,
      fields: needing.map((name) => ({ path: ['wait_for', name], message: 'needs network_id' })),
    }),
  ];
}

/** The node of a VM that is started has to be able to see what is waited for. */
export function checkWaitForNode({ name, wait_for, power_state }: VmSpec, node: NodeRow) {
  if (wait_for === null || power_state === 'stopped') return [];
  const { guestCheck, guestPorts } = capabilitiesOf(node);
  if (guestCheck !== 'yes') {
    return [
      problem('validation-failed', {
        detail:
          `The VM ${name} cannot be waited for on node ${node.name}: its agent (driver ` +
          `${node.driver}) does not say whether a guest is ready.`,
        remedy: `Upgrade the agent of ${node.name}, or remove wait_for.`,
        fields: [{ path: ['wait_for'], message: `is not supported by ${node.name}` }],
      }),
    ];
  }
  if (wait_for.port === null || guestPorts === 'yes') return [];
  return [
    problem('validation-failed', {
      detail:
        `The VM ${name} cannot be waited for at port ${wait_for.port} on node ${node.name}: ` +
        'interfaces of its VMs are in user mode, where the node reaches no guest.',
      remedy:
        'Let its agent connect networks (novacron agent doctor says what is missing), or remove ' +
        'port from wait_for.',
      fields: [{ path: ['wait_for', 'port'], message: `${node.name} does not reach its guests` }],
    }),
  ];
}
