/** Reads what an import depends on, besides its image: name, quota, room, VM and a node. */
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { WriteScope } from '../scope.ts';
import { observeVolume, type VolumeContext } from '../volume/observe-volume.ts';
import { chooseImportNode, type ImageOrigin } from './choose-import-node.ts';

type Fields = Omit<ParsedInputOf<'volume.import'>, 'image' | 'size_gb'> & {
  readonly size_gb: number;
};

/** The volume of an import, and what was found; `found.maker` is the node that imports. */
export interface ObservedImport {
  readonly spec: VolumeSpec;
  readonly found: VolumeContext;
}

/** Reads it; what is in the way is in `found.problems`. */
export async function observeImport(
  { image_checksum: _checksum, ...fields }: Fields,
  origin: ImageOrigin,
  scope: WriteScope,
): Promise<ObservedImport> {
  const spec = VolumeSpec.parse(fillDefaults(VOLUME_FIELDS, fields));
  const found = await observeVolume(undefined, spec, scope, (vm) =>
    chooseImportNode({ spec, vm, origin }, scope),
  );
  return { spec, found };
}
