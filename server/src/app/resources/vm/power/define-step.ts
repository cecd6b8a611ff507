/** The step that makes a machine on a node that has its root disk. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { toMachineVolume } from '../../volume/volume-changes.ts';

/** A machine that is missing from a node. */
export interface MissingMachine {
  readonly row: VmRow;
  /** Node that defines the machine. */
  readonly node: NodeRow;
  readonly spec: MachineSpec;
  /** Volumes that are, or are to be, attached to the VM. */
  readonly volumes: readonly VolumeRow[];
  /** `yes`: the disk belonged to a node that cannot run the VM any more; absent: to this one. */
  readonly takeover?: 'yes';
  /** `ignored`: it starts although its disks are locked; absent: it does not. */
  readonly locks?: 'ignored' | undefined;
}

/**
 * A machine that was made stays if it fails to start. After a takeover there is no way back: the
 * node that had the disk before does not start it any more.
 */
export function defineStep(missing: MissingMachine): OperationStepDefinition {
  const { row, node, spec, volumes, takeover, locks } = missing;
  const generation = row.generation + 1;
  const attached = volumes.filter(isAttachedAsDesired).map(toMachineVolume);
  const take = {
    ...(takeover === undefined ? {} : { takeover }),
    ...(locks === undefined ? {} : { locks }),
  };
  return {
    name: 'define',
    after: [],
    action: {
      kind: 'agent',
      node: node.name,
      vmId: row.id,
      generation,
      action: { kind: 'define', spec, volumes: attached, ...take },
    },
    undo: null,
    ...(takeover === undefined ? {} : { noReturn: 'once-done' }),
  };
}
