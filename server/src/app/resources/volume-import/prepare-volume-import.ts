/** Plans the import of a disk image: a new volume whose content a node makes from the image. */
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err } from '@novacron/contract/result';
import type { Prepare } from '../scope.ts';
import { useImage } from '../template/use-image.ts';
import { planNewVolume } from '../volume/prepare-volume-create.ts';
import { importSteps } from '../volume/volume-steps.ts';
import { observeImport } from './observe-import.ts';
import { readImportedImage } from './read-imported-image.ts';

/** Plans an import. What is known of the image is checked here, and everything by the node. */
export const prepareVolumeImport: Prepare<ParsedInputOf<'volume.import'>> = async (
  input,
  scope,
) => {
  const { image: reference, ...fields } = input;
  const read = await readImportedImage(input, scope.deps);
  if (!read.ok) return err(read.error);
  useImage(reference, scope);
  const { image, size_gb } = read.value;
  const origin = parseUploadedImage(reference) === undefined ? 'address' : 'upload';
  const { spec, found } = await observeImport({ ...fields, size_gb }, origin, scope);
  const { maker = '' } = found;
  return planNewVolume(
    {
      spec,
      found,
      fill: (id) => importSteps(id, spec, { node: maker, image }),
      idempotencyKey: input.idempotency_key,
    },
    scope,
  );
};
