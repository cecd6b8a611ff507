/** Terraform's CLI configuration: the file that configures where providers are installed from. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** The first line of every file that was written here: such a file may be overwritten. */
const OURS = '# Written by `novacron provider install`; it writes this file again when asked to.';

/** The block that takes one provider from a mirror and every other one from where it came. */
export function formatInstallation(source: string, mirror: string): string {
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${source}"]
  }
  direct {
    exclude = ["${source}"]
  }
}
`;
}

/** The whole file. */
export function formatCliConfig(source: string, mirror: string): string {
  return `${OURS}\n${formatInstallation(source, mirror)}`;
}

/** Rejects a file of other origin: its settings would be lost. */
export function checkCliConfig(file: string, block: string): Result<void, Problem> {
  if (!existsSync(file)) return ok(undefined);
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '' || text === block || text.startsWith(OURS)) return ok(undefined);
  return err(
    problem('validation-failed', {
      detail: `${file} exists and has other settings. It was not changed.`,
      remedy: `Choose another file, or add this block to yours (only one is allowed):\n\n${block}`,
      fields: [{ path: ['--cli-config'], message: 'names a file that novacron did not write' }],
    }),
  );
}

/** Removes a file that was written here; any other file stays. */
export function removeCliConfig(file: string): 'removed' | 'absent' | 'foreign' {
  if (!existsSync(file)) return 'absent';
  if (!readFileSync(file, 'utf8').startsWith(OURS)) return 'foreign';
  rmSync(file);
  return 'removed';
}

/**
 * Writes the file; it appears complete or not at all.
 * @throws what the file system throws
 */
export function writeCliConfig(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}
