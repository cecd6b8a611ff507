/** The steps that start a VM of a dead node on another one. */
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { desiredAs } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { toMachineVolume } from '../../volume/volume-changes.ts';
import { poolOnNode } from '../../volume/volume-pool.ts';
import { migratedMachine, toMachineSpec } from '../machine/machine-spec.ts';
import { deleteDiskAction, forgetAction } from '../machine/removal-actions.ts';
import type { MovingVm } from '../migrate/observe-moving-vm.ts';
import { defineStep, type MissingMachine } from '../power/define-step.ts';
import type { Restore, RestoredVolume } from '../reach/find-restore.ts';
import { REMOVE_ARRIVED } from './find-left-target.ts';

/** The guest may not start at once: its new node tries for this long. */
export const START_MS_MAX = 600_000;

/** A large volume is downloaded and converted for this long. */
const RESTORE_MS_MAX = 3_600_000;

/** Nodes on which a recovery starts a VM, or removes it first. */
export interface RecoveryNodes {
  /** The dead node. */
  readonly source: NodeRow;
  readonly destination: NodeRow;
  /** Node on which an interrupted migration or a stuck recovery left a machine. */
  readonly left: NodeRow | undefined;
  /** `removed`: its root disk there is a new one, and is removed with it; absent: it stays. */
  readonly leftDisk?: 'removed' | undefined;
  /** `new`: its root disk is made from its template; `kept`: it has the one that it had. */
  readonly disk: 'kept' | 'new';
  /** `ignored`: it starts although its disks are locked; absent: it does not. */
  readonly locks?: 'ignored' | undefined;
  /** Restore from snapshots before the start. */
  readonly restore?: Restore | undefined;
  /** Time limit of the guest's start; ten minutes by default. Unit: ms. */
  readonly startMs?: number | undefined;
  /** `automatic`: a hold of healing ends it as long as nothing has been done for good. */
  readonly by?: 'people' | 'automatic';
}

/**
 * Makes the steps. Once the disk belongs to the new node, only that one starts the VM. Until then,
 * and with a new disk until the start, the recovery is undone if the dead node is back: its VM goes
 * on there, with everything that it has written.
 */
export function recoverSteps(
  found: MovingVm,
  nodes: RecoveryNodes,
): readonly OperationStepDefinition[] {
  const { source, destination: node, left, leftDisk, disk, locks, restore, by } = nodes;
  const { row, volumes } = found;
  const shape = { ...migratedMachine(found), further: found.further };
  const spec = toMachineSpec(shape);
  const first = left === undefined ? [] : [removeArrived(row, left, leftDisk)];
  const made =
    disk === 'new'
      ? makeSteps({ row, node, volumes, spec })
      : [defineStep({ row, node, volumes, spec, takeover: 'yes', locks })];
  const restored = (restore?.volumes ?? []).map((each, at) => restoreStep(each, { node, at }));
  const early = [...restored, ...made].map((step) => whileSilent(step, source));
  const all = [...first, ...early];
  const steps = chain(by === 'automatic' ? all.map((step) => unlessHeld(step, row)) : all);
  if (found.spec.power_state === 'stopped') return steps;
  const start: OperationStepDefinition = {
    name: 'start',
    after: [],
    action: { ...agentOf(row, node), action: { kind: 'start' } },
    undo: null,
    noReturn: 'yes',
    patience: { kind: 'time', durationMs: nodes.startMs ?? START_MS_MAX },
  };
  return chain([...steps, disk === 'new' ? whileSilent(start, source) : start]);
}

/** The step, whose command is sent only if the dead node is not heard. */
function whileSilent(step: OperationStepDefinition, node: NodeRow): OperationStepDefinition {
  const { action } = step;
  if (action.kind !== 'agent') return step;
  const silent = { nodeId: node.id, seenMs: node.last_seen_at_ms };
  return { ...step, action: { ...action, whileSilent: silent } };
}

/** The step, whose command is sent only if healing is not held. */
function unlessHeld(
  step: OperationStepDefinition,
  { tenant_id: tenantId }: VmRow,
): OperationStepDefinition {
  const { action } = step;
  if (action.kind !== 'agent') return step;
  return { ...step, action: { ...action, unlessHeld: { tenantId } } };
}

/** Makes the machine with a new root disk, and attaches its volumes. */
function makeSteps({ row, node, volumes, spec }: MissingMachine): OperationStepDefinition[] {
  const agent = agentOf(row, node);
  const create: OperationStepDefinition = {
    name: 'create',
    after: [],
    action: { ...agent, action: { kind: 'create', spec } },
    undo: { ...agent, action: deleteDiskAction(node) },
  };
  const attached = volumes.filter(isAttachedAsDesired).map(toMachineVolume);
  const attach = attached.map(
    (volume, at): OperationStepDefinition => ({
      name: `attach-${at + 1}`,
      after: [],
      action: { ...agent, action: { kind: 'attach', volume } },
      undo: { ...agent, action: { kind: 'detach', volume_id: volume.volume_id } },
    }),
  );
  return [create, ...attach];
}

/** Makes a volume from the export of its snapshot, beside nothing: its old content stays. */
function restoreStep(
  { volume, stored }: RestoredVolume,
  { node, at }: { readonly node: NodeRow; readonly at: number },
): OperationStepDefinition {
  const { size_gb, type } = desiredAs(volume, VolumeSpec);
  const { id: vmId, generation } = volume;
  const agent = { kind: 'agent', node: node.name, vmId, generation: generation + 1 } as const;
  const image = {
    reference: `uploaded:${stored.sha256}.qcow2`,
    checksum: `sha256:${stored.sha256}`,
  };
  const pool = poolOnNode(node, { type, content: null });
  return {
    name: `restore-${at + 1}`,
    after: [],
    action: { ...agent, action: { kind: 'import-volume', size_gb, storage_class: type, image } },
    undo: pool === null ? null : { ...agent, action: { kind: 'delete-volume', pool } },
    patience: { kind: 'time', durationMs: RESTORE_MS_MAX },
  };
}

function agentOf({ id, generation }: VmRow, node: NodeRow) {
  return { kind: 'agent', node: node.name, vmId: id, generation: generation + 1 } as const;
}

/** One after another. */
function chain(steps: readonly OperationStepDefinition[]): readonly OperationStepDefinition[] {
  return steps.map((step, at) => ({ ...step, after: steps.slice(at - 1, at).map(nameOf) }));
}

function nameOf({ name }: OperationStepDefinition): string {
  return name;
}

/** Both it and the VM that is started use the same disk. */
function removeArrived(
  row: VmRow,
  node: NodeRow,
  disk: RecoveryNodes['leftDisk'],
): OperationStepDefinition {
  const action = disk === 'removed' ? deleteDiskAction(node) : forgetAction(node);
  return {
    name: REMOVE_ARRIVED,
    after: [],
    action: { ...agentOf(row, node), action },
    undo: null,
  };
}
