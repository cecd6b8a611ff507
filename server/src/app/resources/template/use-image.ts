/** Uploaded images that a write is about to need. */
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import type { WriteScope } from '../scope.ts';

/**
 * Spares an uploaded image from its removal, which happens where nothing refers to it: a write
 * does so only once it is committed.
 * @param reference - of the image; others than uploaded ones are ignored
 */
export function useImage(
  reference: string | null | undefined,
  { deps }: Pick<WriteScope, 'deps'>,
): void {
  const uploaded = parseUploadedImage(reference ?? '');
  if (uploaded !== undefined) deps.images?.use(uploaded.file);
}
