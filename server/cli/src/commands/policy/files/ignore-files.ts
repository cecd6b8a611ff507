/** Leaves files of directories alone, as `.gitignore` and the linter do. */
import { matchesFiles } from '@novacron/rego/lint/match-files';
import type { CliIo } from '../../../io/cli-io.ts';

/**
 * Makes files that match a pattern be missing in the directories that are listed. A file that is
 * named itself is read.
 */
export function ignoreFiles<Io extends Pick<CliIo, 'listFiles'>>(
  io: Io,
  patterns: readonly string[] = [],
): Io {
  if (patterns.length === 0) return io;
  const listFiles: CliIo['listFiles'] = async (place) => {
    const files = await io.listFiles(place);
    return files.filter((file) => file === place || !matchesFiles(patterns, file));
  };
  return { ...io, listFiles };
}
