/** Platforms as Terraform names them. The provider is one file that is the same on all of them. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** Always installed, so that a lock file made from the mirror works for a whole team. */
export const PLATFORMS_USUAL = [
  'linux_amd64',
  'linux_arm64',
  'darwin_amd64',
  'darwin_arm64',
] as const;

const SYSTEMS: Readonly<Record<string, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
};

const PROCESSORS: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
};

/**
 * Lists the platforms to install for.
 * @param here - the machine as Node names it: `process.platform` and `process.arch`
 * @returns this machine's platform first; `validation-failed` where the provider cannot run
 */
export function listPlatforms(here: {
  readonly platform: string;
  readonly arch: string;
}): Result<readonly string[], Problem> {
  const system = SYSTEMS[here.platform];
  const processor = PROCESSORS[here.arch];
  if (system === undefined || processor === undefined) {
    return err(
      problem('validation-failed', {
        detail:
          `The provider does not run on ${here.platform} (${here.arch}): it is a script with a ` +
          'shebang line, which only Unix systems support.',
        remedy: 'Run Terraform and this command on Linux or macOS; on Windows, inside WSL.',
      }),
    );
  }
  return ok([...new Set([`${system}_${processor}`, ...PLATFORMS_USUAL])]);
}
