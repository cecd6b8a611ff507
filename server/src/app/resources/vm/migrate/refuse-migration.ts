/** Explains why a VM cannot move, and which nodes can migrate it. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { isOff, isPaused } from '../../../rows/observed-machine.ts';
import { opensVolumes } from '../../volume/volume-encryption.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';
import { isCold, type Manner } from './migration-manner.ts';
import type { MovingVm } from './observe-moving-vm.ts';

/** Refuses a migration in a fleet of one node. */
export function nowhereElse({ name }: VmRow, node: string): Problem {
  return problem('no-capacity', {
    detail: `The VM ${name} is on ${node}, the only node of the fleet: it has nowhere to go.`,
    remedy: 'Add a node to the fleet first.',
    fields: [],
  });
}

/** Refuses a migration to the node that a VM is on. */
export function alreadyThere(row: VmRow, node: string): Problem {
  return problem('validation-failed', {
    detail: `The VM ${row.name} is on node ${node} already.`,
    remedy: 'Choose another node, or none to let NovaCron choose.',
    fields: [{ path: ['node'], message: 'is the node of the VM already' }],
  });
}

/** Refuses a node that breaks the rule of the VM itself. */
export function pinnedElsewhere(row: VmRow, pin: string, node: string): Problem {
  return problem('validation-failed', {
    title: 'A placement rule would be violated',
    detail: `The VM ${row.name} is pinned to node ${pin} (placement.node).`,
    remedy: remedyOfPin(row, node),
    fields: [{ path: ['node'], message: `is not ${pin}, the node that the VM is pinned to` }],
  });
}

/** Says how a VM leaves the node that it is pinned to. */
export function remedyOfPin({ id }: VmRow, node: string): string {
  return (
    `Change placement.node in its configuration: Terraform then moves the VM. Or move it in ` +
    `spite of its rule: novacron vm migrate ${id} --node ${node} --force.`
  );
}

/** Whether the agent of a node sends and takes VMs that are switched off. */
export function movesStopped(node: Tables['nodes']): boolean {
  const { coldMigration, migrationRelease } = capabilitiesOf(node);
  return coldMigration === 'yes' && migrationRelease === 'yes';
}

/**
 * Whether the agent of a node sends and takes VMs with a virtual TPM. Its state has no lock that
 * would stop both nodes of a migration from going on with it: the release does.
 */
export function movesTpm(node: Tables['nodes']): boolean {
  const { tpmMigration, migrationRelease } = capabilitiesOf(node);
  return tpmMigration === 'yes' && migrationRelease === 'yes';
}

/** Refuses a VM with a virtual TPM where a node cannot move it; undefined where both can. */
export function refuseTpm(
  { row, spec, nodes }: MovingVm,
  source: Tables['nodes'],
  wanted: string | undefined,
): Problem | undefined {
  if (!spec.tpm) return undefined;
  const asked = nodes.filter(({ name }) => name === wanted);
  const unable = [source, ...asked].find((node) => !movesTpm(node));
  return unable && boundByTpm(row, unable.name);
}

/** Refuses a VM with an encrypted volume where the node asked for cannot open it. */
export function refuseEncrypted(
  { row, volumes, nodes }: MovingVm,
  wanted: string | undefined,
): Problem | undefined {
  const target = nodes.find(({ name }) => name === wanted);
  if (target === undefined || opensVolumes(target, volumes)) return undefined;
  return problem('validation-failed', {
    detail: `The VM ${row.name} has an encrypted volume, which ${target.name} cannot open.`,
    remedy: `Upgrade the agent of ${target.name}, or choose another node.`,
    fields: [{ path: ['node'], message: 'cannot encrypt volumes' }],
  });
}

/** Refuses a VM that moves neither running nor stopped; undefined where it moves. */
export function refusePower(
  { row, nodes, manner }: MovingVm & Manner,
  source: Tables['nodes'],
  wanted: string | undefined,
): Problem | undefined {
  if (isPaused(row)) return paused(row);
  if (!isCold({ row, manner })) return undefined;
  if (isOff(row) && observedOf(row).status !== 'stopped') return preempted(row);
  const asked = nodes.filter(({ name }) => name === wanted);
  const unable = [source, ...asked].find((node) => !movesStopped(node));
  return unable && stoppedStays(row, unable.name);
}

/** Its room belongs to other VMs by now: it gets room when it starts. */
function preempted(row: VmRow): Problem {
  const status = String(observedOf(row).status);
  return problem('validation-failed', {
    detail: `The VM ${row.name} is ${status}, and only a running or stopped VM can move.`,
    remedy: `Start it first (novacron vm start ${row.id}), then move it.`,
    fields: [{ path: ['id'], message: `is a VM that is ${status}` }],
  });
}

/**
 * Returns the problem for a VM with devices: the guest state that a device contains cannot leave
 * it.
 */
export function boundByDevices(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has devices of its node, and a VM with devices does not migrate.`,
    remedy: 'Leave it on its node, or replace it by a VM on another one.',
  });
}

function boundByTpm(row: VmRow, node: string): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has a virtual TPM, and node ${node} moves no VM with one.`,
    remedy:
      `Upgrade the agent of ${node} and install the package swtpm there, or leave the VM on its ` +
      'node.',
  });
}

function stoppedStays(row: VmRow, node: string): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} is stopped, and node ${node} moves only running VMs.`,
    remedy:
      `Start it first (novacron vm start ${row.id}), then move it, ` +
      `or upgrade the agent of ${node}.`,
  });
}

/** It would run after the move: the target lets what has arrived run. */
function paused(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} is paused, and a paused VM stays on its node.`,
    remedy: `Resume it first (novacron vm resume ${row.id}), then move it.`,
  });
}

/** Refuses to migrate a VM that is on no node. */
export function notPlaced(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} has no node yet.`,
    remedy: 'Wait until it has been created.',
  });
}

/** Another command could make it run twice: on the source and on the destination. */
export function whereaboutsUnknown(row: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${row.name} may be on any of several nodes: a migration of it got stuck.`,
    remedy:
      'Delete the VM, which removes it from all of them, or ask an operator to check the nodes.',
  });
}
