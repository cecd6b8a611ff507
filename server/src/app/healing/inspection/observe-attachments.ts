/**
 * The part of the health check that looks whether volumes are attached to the machines of their
 * VMs. A detached one is reported as drift, and attached again when the drift is reverted.
 */
import type { Machine } from '@novacron/contract/agent/machine';
import { canonicalJson } from '@novacron/contract/json';
import type { ChangeSet } from '../../../ports/store.ts';
import type { VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../rows/observed/observed-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { recordObservedChange } from './record-observed-change.ts';

/** A volume whose observed attachment differs from the recorded one. */
interface NewPlug {
  readonly row: VolumeRow;
  readonly vmId: string;
  readonly is: 'in' | 'out';
}

/** Reads the volumes of VMs without an operation in progress. */
export async function readPlugged(
  { store }: CapabilityDeps,
  vms: readonly VmRow[],
): Promise<readonly VolumeRow[]> {
  const where = { attached_to: { in: vms.map(({ id }) => id) }, busy_operation_id: null };
  const rows = await store.read({ from: 'volumes', where });
  // After an attachment that got stuck, the desired VM is unknown.
  return mapReadable(rows, (row) =>
    observedOf(row).status === 'attached' || !isAttachedAsDesired(row) ? [row] : [],
  ).flat();
}

/**
 * Records which volumes are detached, and which are attached again.
 * @param volumes - as `readPlugged` found them before the machines were inspected
 * @returns the ids of VMs whose volumes something else worked on
 */
export async function observePlugs(
  deps: CapabilityDeps,
  volumes: readonly VolumeRow[],
  machines: ReadonlyMap<string, Machine>,
): Promise<readonly string[]> {
  const unseen: string[] = [];
  for (const plug of volumes.flatMap((row) => planPlug(row, machines))) {
    const done = await commitChanges(deps, plugChanges(deps, plug));
    if (!done.ok) unseen.push(plug.vmId);
    else
      deps.logger.warn({ volume: plug.row.id, is: plug.is }, 'the attachment of a volume changed');
  }
  return unseen;
}

/** Skips machines that are missing or moving, and volumes that are as recorded. Pure. */
function planPlug(row: VolumeRow, machines: ReadonlyMap<string, Machine>): readonly NewPlug[] {
  const vmId = row.attached_to ?? '';
  const machine = machines.get(vmId);
  if (machine?.status !== 'running' && machine?.status !== 'stopped') return [];
  const isIn = machine.volumes.some(({ volume_id }) => volume_id === row.id);
  if (isIn === isAttachedAsDesired(row)) return [];
  return [{ row, vmId, is: isIn ? 'in' : 'out' }];
}

function plugChanges(deps: CapabilityDeps, { row, vmId, is }: NewPlug): ChangeSet {
  const { id, name, revision, observed_json } = row;
  const observed =
    is === 'out' ? { status: 'available', attached_to: null } : { status: 'attached' };
  const [was, now] = is === 'out' ? [vmId, null] : [null, vmId];
  return [
    {
      kind: 'update',
      table: 'volumes',
      id,
      set: { observed_json: canonicalJson(observed) },
      expect: { revision, observed_json, busy_operation_id: null },
      otherwise: replan(`The volume ${name}`),
    },
    ...recordObservedChange(deps, {
      kind: is === 'out' ? 'volume.unplugged' : 'volume.plugged',
      resourceKind: 'volume',
      row,
      by: 'hypervisor',
      changes: { attached_to: { was, is: now } },
      news: is === 'out' ? 'bad' : 'good',
      data: { vm_id: vmId },
    }),
  ];
}
