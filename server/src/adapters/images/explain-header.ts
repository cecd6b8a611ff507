/** Explains why the header of an uploaded image is refused, by the rule of the nodes. */
import { IMAGE_FORMATS, readImageHeader } from '@novacron/contract/formats/read-image-header';
import { readHead } from './read-head.ts';

/**
 * Reads the beginning of an upload.
 * @param file - its name, whose end declares the format
 * @param total - length of the whole file. Unit: bytes
 * @returns a clause that begins with a verb; undefined for a header that is accepted
 */
export async function explainHeader(
  path: string,
  file: string,
  total: number,
): Promise<string | undefined> {
  const format = IMAGE_FORMATS.find((each) => file.endsWith(`.${each}`));
  if (format === undefined) return 'has no known format';
  const { head } = await readHead(path);
  const found = readImageHeader(format, head, total);
  return found.kind === 'refused' ? found.why : undefined;
}
