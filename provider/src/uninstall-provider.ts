/** Undoes `installProvider` on this machine. */
import { resolve } from 'node:path';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { PROVIDER_SOURCE } from './build-info/provider-source.ts';
import { impliedMirror, readVersion } from './install/installation-path.ts';
import { removeFromMirror } from './install/remove-from-mirror.ts';
import { removeCliConfig } from './install/write-cli-config.ts';

/** Provider to uninstall, and its location. */
export interface UninstallRequest {
  /** Folder of the mirror. Default: the one in the home directory that Terraform always reads. */
  readonly dir?: string;
  /** Terraform CLI configuration that `installProvider` wrote. */
  readonly cliConfig?: string;
  /** The version of this release, or all versions. */
  readonly versions: 'this' | 'all';
}

/**
 * Uninstalls the provider. A second call changes nothing.
 * @returns what was done, a line each; `unavailable` when something cannot be removed
 * @example
 * await uninstallProvider({ dir: 'mirror', cliConfig: 'novacron.tfrc', versions: 'all' });
 */
export async function uninstallProvider(
  request: UninstallRequest,
): Promise<Result<{ readonly lines: string[] }, Problem>> {
  const mirror = resolve(request.dir ?? impliedMirror());
  try {
    const versions =
      request.versions === 'all'
        ? ({ kind: 'all' } as const)
        : ({ kind: 'one', version: readVersion() } as const);
    const gone = removeFromMirror(mirror, { source: PROVIDER_SOURCE, versions });
    const lines = gone.map((version) => `Removed ${PROVIDER_SOURCE} ${version} from ${mirror}.`);
    if (gone.length === 0) {
      const what =
        versions.kind === 'one' ? `${PROVIDER_SOURCE} ${versions.version}` : PROVIDER_SOURCE;
      lines.push(`${what} is not in ${mirror}.`);
    }
    if (request.cliConfig !== undefined) lines.push(removeConfig(resolve(request.cliConfig)));
    return ok({ lines });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem('unavailable', {
        detail: `The provider cannot be uninstalled: ${reason}`,
        remedy: 'Choose folders that you may write to with --dir and --cli-config.',
      }),
    );
  }
}

function removeConfig(file: string): string {
  switch (removeCliConfig(file)) {
    case 'removed':
      return `Removed ${file}; unset TF_CLI_CONFIG_FILE if it names that file.`;
    case 'absent':
      return `There is no ${file}.`;
    case 'foreign':
      return (
        `Kept ${file}, which novacron did not write. Remove the provider_installation ` +
        'block by hand.'
      );
  }
}
