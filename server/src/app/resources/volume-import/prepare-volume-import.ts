/** Plans the import of a disk image: a new volume whose content a node makes from the image. */
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { Check } from '../scope.ts';
import { useImage } from '../template/use-image.ts';
import { newVolumeFields, planNewVolume } from '../volume/prepare-volume-create.ts';
import { importSteps } from '../volume/volume-steps.ts';
import { observeImport, placeImport } from './observe-import.ts';
import { readImportedImage } from './read-imported-image.ts';

/** Plans an import. What is known of the image is checked here, and everything by the node. */
export const prepareVolumeImport: Check<ParsedInputOf<'volume.import'>> = async (input, scope) => {
  const { image: reference, ...fields } = input;
  const read = await readImportedImage(input, scope.deps);
  if (!read.ok) return err(read.error);
  useImage(reference, scope);
  const { image, size_gb } = read.value;
  const origin = parseUploadedImage(reference) === undefined ? 'address' : 'upload';
  const observed = await observeImport({ ...fields, size_gb }, scope);
  const { spec } = observed;
  if (observed.found.problems.length > 0) return err(observed.found.problems);
  const asked = newVolumeFields(spec, scope);
  const place = async () => {
    const placed = await placeImport(observed, origin, scope);
    if (!placed.ok) return placed;
    const { id } = asked.target;
    const { node, found } = placed.value;
    const fill = importSteps(id, spec, { node, image });
    return planNewVolume({ id, spec, found, fill, idempotencyKey: input.idempotency_key }, scope);
  };
  return ok({ ...asked, place });
};
