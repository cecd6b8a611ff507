/** The steps that attach, detach and grow a volume. */
import type { ImportedImage } from '@novacron/contract/agent/agent-actions';
import type { VolumeId } from '@novacron/contract/ids';
import type { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { SnapshotRow, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../rows/observed/observed-resource.ts';
import type { VolumeContext } from './observe-volume.ts';
import { agentOfSnapshot } from './snapshot-changes.ts';
import { encryptionOf } from './volume-changes.ts';
import { contentFor } from './volume-pool.ts';

/** Generation of a new volume. */
const FIRST_GENERATION = 1;

/** A change of a volume with the related rows. */
export interface VolumeChange {
  readonly before: VolumeSpec;
  readonly after: VolumeSpec;
  readonly found: VolumeContext;
}

/** The steps of a change: detached from its VM, attached to the desired one, or grown. */
export function updateSteps(row: VolumeRow, change: VolumeChange): OperationStepDefinition[] {
  const { before, after, found } = change;
  const id = row.id;
  if (before.attached_to === after.attached_to) {
    // With the new size, a node would attach a volume that was detached on purpose.
    return isAttachedAsDesired(row) && before.size_gb !== after.size_gb
      ? growSteps(id, change)
      : [];
  }
  const detach = detachSteps(id, before, found);
  const attach = attachSteps(
    id,
    after,
    found,
    detach.map((step) => step.name),
  );
  return [...detach, ...attach];
}

/** Restores a snapshot to a new volume; no step where it begins empty. */
export function fillSteps(
  id: VolumeId,
  spec: Pick<VolumeSpec, 'type' | 'encrypted'>,
  source: SnapshotRow | undefined,
): OperationStepDefinition[] {
  if (source === undefined) return [];
  const stored = { storage_class: spec.type, ...encryptionOf(spec) };
  const action = { kind: 'restore-snapshot', volume_id: id, ...stored } as const;
  return [
    {
      name: 'fill',
      after: [],
      action: { ...agentOfSnapshot(source, source.generation), action },
      // The content is deleted with the volume.
      undo: null,
    },
  ];
}

/** Makes the content of a new volume from an image. */
export function importSteps(
  id: VolumeId,
  { type, size_gb }: Pick<VolumeSpec, 'type' | 'size_gb'>,
  { node, image }: { readonly node: string; readonly image: ImportedImage },
): OperationStepDefinition[] {
  const action = { kind: 'import-volume', size_gb, storage_class: type, image } as const;
  return [
    {
      name: 'import',
      after: [],
      action: { kind: 'agent', node, vmId: id, generation: FIRST_GENERATION, action },
      // The content is deleted with the volume.
      undo: null,
    },
  ];
}

/** Attaches a volume to a VM; no step where there is none. */
export function attachSteps(
  id: VolumeId,
  spec: VolumeSpec,
  { vm, pools }: VolumeContext,
  after: readonly string[],
): OperationStepDefinition[] {
  if (vm === undefined) return [];
  const agent = agentOf(vm);
  const volume = { ...diskOf(id, spec), ...contentFor(pools.content, pools.target) };
  return [
    {
      name: 'attach',
      after,
      action: { ...agent, action: { kind: 'attach', volume } },
      undo: { ...agent, action: { kind: 'detach', volume_id: id } },
    },
  ];
}

/** Attaching an attached volume updates its size; the undo leaves it attached. */
function growSteps(
  id: VolumeId,
  { before, after, found }: VolumeChange,
): OperationStepDefinition[] {
  const { vm, pools } = found;
  if (vm === undefined) return [];
  const agent = agentOf(vm);
  const content = contentFor(pools.target, pools.target);
  const withSize = (size_gb: number) => {
    const volume = { ...diskOf(id, { ...after, size_gb }), ...content };
    return { ...agent, action: { kind: 'attach', volume } } as const;
  };
  return [
    {
      name: 'grow',
      after: [],
      action: withSize(after.size_gb),
      undo: withSize(before.size_gb),
    },
  ];
}

/** Detaches a volume from a VM; no step where it is attached to none. */
export function detachSteps(
  id: VolumeId,
  spec: VolumeSpec,
  { vmBefore: vm, pools }: VolumeContext,
): OperationStepDefinition[] {
  if (vm === undefined) return [];
  const agent = agentOf(vm);
  const volume = { ...diskOf(id, spec), ...contentFor(pools.content, pools.before) };
  return [
    {
      name: 'detach',
      after: [],
      action: { ...agent, action: { kind: 'detach', volume_id: id } },
      undo: { ...agent, action: { kind: 'attach', volume } },
    },
  ];
}

function diskOf(volume_id: VolumeId, spec: VolumeSpec) {
  const { size_gb, type } = spec;
  return { volume_id, size_gb, storage_class: type, ...encryptionOf(spec) };
}

function agentOf(vm: VmRow) {
  const node = String(observedOf(vm).node);
  return { kind: 'agent', node, vmId: vm.id, generation: vm.generation } as const;
}
