/** Entity tags and the conditions about them: RFC 9110, sections 8.8.3 and 13.1.2. */
import type { Encoding } from './choose-encoding.ts';

/**
 * The strong tag of content in one coding. Each coding has its own (section 8.8.3.3): their bytes
 * differ, so that parts of one cannot be joined with parts of another.
 * @param identity - what changes with the content: characters of an entity tag, no quotation mark
 */
export function entityTag(identity: string, encoding: Encoding): string {
  return encoding === 'identity' ? `"${identity}"` : `"${identity};${encoding}"`;
}

/**
 * Whether a client has the content already.
 * @param header - If-None-Match: `*`, or tags, which are compared weakly
 * @param etag - the tag of the content that it would get
 */
export function isTagListed(header: string | undefined, etag: string): boolean {
  if (header?.trim() === '*') return true;
  const tags: readonly string[] = header?.match(/"[^"]*"/g) ?? [];
  return tags.includes(etag);
}
