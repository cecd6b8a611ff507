/** The bundle of a workflow: its playbooks, with inventory, roles and templates. */
import { z } from 'zod';

/** More than a few roles belongs into a package that the runner has. Unit: bytes of UTF-8. */
export const BUNDLE_BYTES_MAX = 524_288;

/** Files of a bundle. */
export const BUNDLE_FILES_MAX = 500;

const PATH_LENGTH_MAX = 256;

/** A path that begins in the bundle and stays in it: no `..`, nothing absolute, no option. */
const INSIDE = /^(?!(?:.*\/)?[.]{1,2}(?:\/|$))(?!.*\/(?:\/|$))[\w.@][\w.@/ +-]*$/;

/** Whether a path names a file of a bundle. */
export function isBundlePath(path: string): boolean {
  return path.length <= PATH_LENGTH_MAX && INSIDE.test(path);
}

/** A file of a bundle. */
export const BundleFile = z.strictObject({
  path: z
    .string()
    .max(PATH_LENGTH_MAX, { abort: true })
    .refine(isBundlePath, 'must be a path such as playbooks/web.yml, without ..')
    .describe('Relative to the file of the definition'),
  text: z
    .string()
    .max(BUNDLE_BYTES_MAX, { abort: true })
    .refine((text) => !text.includes('\0'), 'must be text'),
});
export type BundleFile = z.infer<typeof BundleFile>;

/** The files of a bundle in a request. */
export const Bundle = z
  .array(BundleFile)
  .max(BUNDLE_FILES_MAX)
  .refine(
    (files) => bytesOf(files) <= BUNDLE_BYTES_MAX,
    `must have at most ${BUNDLE_BYTES_MAX / 1_024} KiB in all`,
  )
  .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, {
    error: 'must have each path once',
  });

/** Returns the size of a bundle. Unit: bytes of UTF-8, paths included. */
export function bytesOf(files: readonly BundleFile[]): number {
  return files.reduce((sum, { path, text }) => sum + utf8Length(path) + utf8Length(text), 0);
}

/** A character beyond U+FFFF has four bytes and is two units of a text. */
function utf8Length(text: string): number {
  const two = text.match(/[\u0080-\u07ff]/g)?.length ?? 0;
  const three = text.match(/[\u0800-\ud7ff\ue000-\uffff]/g)?.length ?? 0;
  const halves = text.match(/[\ud800-\udfff]/g)?.length ?? 0;
  return text.length + two + 2 * three + halves;
}
