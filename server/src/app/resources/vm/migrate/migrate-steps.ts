/** The steps of a migration, with what undoes them. */
import type { Tables } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { stopReasonOf } from '../../../rows/observed-machine.ts';
import { toMachineVolume } from '../../volume/volume-changes.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';
import { migratedMachine, toMachineSize, toMachineSpec } from '../machine/machine-spec.ts';
import { forgetAction } from '../machine/removal-actions.ts';
import { isCold, type MigratingNodes } from './migration-manner.ts';
import type { MovingVm } from './observe-moving-vm.ts';

/** The destination was away when the source released the VM: it is notified again for this long. */
const ACTIVATE_MS_MAX = 3_600_000;

/** The guest may not start at once: its new node tries for this long. */
const START_MS_MAX = 600_000;

/** The steps of a migration, and the stop and the start around one of a VM that runs. */
export function migrateSteps(
  found: MovingVm,
  nodes: MigratingNodes,
): readonly OperationStepDefinition[] {
  const moved = moveSteps(found, nodes);
  if (nodes.manner === undefined) return moved;
  const { row } = found;
  const generation = row.generation + 1;
  const at = ({ name }: Tables['nodes']) =>
    ({ kind: 'agent', node: name, vmId: row.id, generation }) as const;
  const stop: OperationStepDefinition = {
    name: 'stop',
    after: [],
    // A guest that does not shut down in time is powered off: its node may fail at any time.
    action: { ...at(nodes.source), action: { kind: 'stop', force: 'no', insist: 'yes' } },
    undo: { ...at(nodes.source), action: { kind: 'start' } },
  };
  const start: OperationStepDefinition = {
    name: 'start',
    after: ['activate'],
    action: { ...at(nodes.destination), action: { kind: 'start' } },
    undo: null,
    noReturn: 'yes',
    patience: { kind: 'time', durationMs: START_MS_MAX },
  };
  const [first, ...others] = moved;
  if (first === undefined) return moved;
  return [stop, { ...first, after: [stop.name] }, ...others, start];
}

/**
 * The source runs the VM until it has recorded that it has released it, which is when `migrate`
 * succeeds; from then on only the destination runs it, and this cannot be undone. A source of an
 * earlier release takes the VM back until the destination has been asked to run it.
 */
function moveSteps(found: MovingVm, nodes: MigratingNodes): readonly OperationStepDefinition[] {
  const [source, destination] = [nodes.source.name, nodes.destination.name];
  const vmId = found.row.id;
  const generation = found.row.generation + 1;
  const at = (node: string) => ({ kind: 'agent', node, vmId, generation }) as const;
  const spec = toMachineSpec(migratedMachine(found));
  // The machine may be resized on its node before it leaves, which only that node knows then.
  const size = toMachineSize(spec);
  const isSwitchedOff = isCold({ row: found.row, manner: nodes.manner });
  const stop_reason = stopReasonOf(observedOf(found.row)) ?? null;
  const arrives = isSwitchedOff ? { arrives: { power: 'off', stop_reason } as const } : {};
  const power = isSwitchedOff ? ({ power: 'off' } as const) : {};
  const volumes = found.volumes.filter(isAttachedAsDesired).map(toMachineVolume);
  const isKnown = (name: 'migrationRelease' | 'migrationTransfer'): boolean =>
    [nodes.source, nodes.destination].every((node) => capabilitiesOf(node)[name] === 'yes');
  const isReleased = isKnown('migrationRelease');
  const peer = (node: string) => (isKnown('migrationTransfer') ? { peer: node } : {});
  const release = isReleased ? ({ release: 'yes' } as const) : {};
  const migrate = { kind: 'migrate', to_node: destination, size, ...release, ...power } as const;
  return [
    {
      name: 'prepare-incoming',
      after: [],
      action: {
        ...at(destination),
        ...peer(source),
        action: { kind: 'prepare-incoming', spec, volumes, ...arrives },
      },
      undo: { ...at(destination), action: forgetAction(nodes.destination) },
    },
    {
      name: 'migrate',
      after: ['prepare-incoming'],
      action: { ...at(source), ...peer(destination), action: migrate },
      undo: { ...at(source), action: { kind: 'activate' } },
      ...(isReleased ? { noReturn: 'once-done' } : {}),
    },
    isReleased
      ? {
          name: 'activate',
          after: ['migrate'],
          action: { ...at(destination), action: { kind: 'activate', released: 'yes' } },
          undo: null,
          noReturn: 'yes',
          patience: { kind: 'time', durationMs: ACTIVATE_MS_MAX },
        }
      : {
          name: 'activate',
          after: ['migrate'],
          action: { ...at(destination), action: { kind: 'activate' } },
          // Not `stop`: a machine that has not been activated cannot be stopped.
          undo: { ...at(destination), action: forgetAction(nodes.destination) },
          noReturn: 'yes',
        },
    {
      name: 'delete-source',
      after: ['activate'],
      // The disk is the one that the VM runs from now.
      action: { ...at(source), action: forgetAction(nodes.source) },
      undo: null,
      whenFailed: 'go-on',
    },
  ];
}
