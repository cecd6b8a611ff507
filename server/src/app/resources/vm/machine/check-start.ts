/** Refuses conditions of the start of a VM that cannot be met. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { referenceUnknown } from '../../../rows/resource-problems.ts';
import { capabilitiesOf } from './configure-steps.ts';

/** The field, as problems name it. */
const FIELD = 'healing.start_after';

/** The ids that a VM names. */
export function startAfterOf({ healing }: Pick<VmSpec, 'healing'>): readonly string[] {
  return healing?.start_after ?? [];
}

/** The query for the VMs that it names, as far as the tenant has them. */
export function startAfterQuery(tenantId: string, spec: Pick<VmSpec, 'healing'>) {
  const where = { tenant_id: tenantId, id: { in: [...startAfterOf(spec)] } };
  return { from: 'vms', where } as const;
}

/**
 * Checks them.
 * @param found - the VMs that exist
 * @param before - the VM before its change: what has been deleted since then is no fault of it
 */
export function checkStartAfter(
  spec: Pick<VmSpec, 'healing'>,
  found: readonly Pick<VmRow, 'id'>[],
  before?: { readonly id: string; readonly spec: Pick<VmSpec, 'healing'> },
): Problem[] {
  const known = new Set<string>([
    ...found.map(({ id }) => id),
    ...(before === undefined ? [] : startAfterOf(before.spec)),
  ]);
  return [...new Set(startAfterOf(spec))].flatMap((id) => {
    if (id === before?.id) return [startsAfterItself(id)];
    return known.has(id) ? [] : [referenceUnknown(FIELD, 'vm', id)];
  });
}

function startsAfterItself(id: string): Problem {
  return problem('validation-failed', {
    detail: `${FIELD} names the VM itself, ${id}.`,
    remedy: 'Name other VMs, or none.',
    fields: [{ path: ['healing', 'start_after'], message: 'names the VM itself' }],
  });
}

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
