/** The step that makes a missing machine again on its node, around the root disk it has kept. */
import type { NetworkRow, Tables, VmRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { isAttachedAsDesired } from '../../../rows/observed-resource.ts';
import { furtherInterfacesOf, toFurtherNetworks } from '../../network/further-interfaces.ts';
import { toMachineVolume } from '../../volume/volume-changes.ts';
import { type MachineShape, migratedMachine, toMachineSpec } from '../machine/machine-spec.ts';

/** A missing machine, and what belongs to it. */
export interface MissingMachine {
  readonly row: VmRow;
  readonly node: Tables['nodes'];
  readonly shape: MachineShape;
  /** Volumes that are, or are to be, attached to the VM. */
  readonly volumes: readonly VolumeRow[];
  /** Networks of the VM. */
  readonly networks: readonly NetworkRow[];
}

/** Its guest keeps the sizes that it had. A machine that was made again stays if it fails to start. */
export function defineStep(missing: MissingMachine): OperationStepDefinition {
  const { row, node, shape, volumes, networks } = missing;
  const further = toFurtherNetworks(furtherInterfacesOf(row), networks);
  const spec = toMachineSpec(migratedMachine({ ...shape, row, further, made: shape }));
  return {
    name: 'define',
    after: [],
    action: {
      kind: 'agent',
      node: node.name,
      vmId: row.id,
      generation: row.generation + 1,
      action: {
        kind: 'define',
        spec,
        volumes: volumes.filter(isAttachedAsDesired).map(toMachineVolume),
      },
    },
    undo: null,
  };
}
