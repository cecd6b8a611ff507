/** Reads the beginning of an image. */
import { open } from 'node:fs/promises';
import { HEADER_BYTES } from '@novacron/contract/formats/read-image-header';
import type { ImageHead } from '../../ports/image-store.ts';

/** Reads it, with the size of the file. Rejects where the file cannot be read. */
export async function readHead(path: string): Promise<ImageHead> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(head, 0, HEADER_BYTES, 0);
    return { head: head.subarray(0, bytesRead), bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}
