/** Plans the import of a disk image: a new volume whose content a node makes from the image. */
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { Prepare } from '../scope.ts';
import { useImage } from '../template/use-image.ts';
import { observeVolume } from '../volume/observe-volume.ts';
import { planNewVolume } from '../volume/prepare-volume-create.ts';
import { importSteps } from '../volume/volume-steps.ts';
import { chooseImportNode } from './choose-import-node.ts';
import { readImportedImage } from './read-imported-image.ts';

/** Plans an import. What is known of the image is checked here, and everything by the node. */
export const prepareVolumeImport: Prepare<ParsedInputOf<'volume.import'>> = async (
  input,
  scope,
) => {
  const { image: _image, image_checksum: _checksum, ...fields } = input;
  const found = await readImportedImage(input, scope.deps);
  if (!found.ok) return err(found.error);
  useImage(input.image, scope);
  const { image, size_gb } = found.value;
  const spec = VolumeSpec.parse(fillDefaults(VOLUME_FIELDS, { ...fields, size_gb }));
  const context = await observeVolume(undefined, spec, scope, (vm) =>
    chooseImportNode({ spec, vm }, scope),
  );
  const { maker = '' } = context;
  return planNewVolume(
    {
      spec,
      found: context,
      fill: (id) => importSteps(id, spec, { node: maker, image }),
      idempotencyKey: input.idempotency_key,
    },
    scope,
  );
};
