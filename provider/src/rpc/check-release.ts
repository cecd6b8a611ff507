/** Checks that the releases of server and provider are compatible. */
import { CONTRACT_LEVEL, CONTRACT_LEVELS_APART_MAX } from '@novacron/contract/contract-level';
import type { Problem } from '@novacron/contract/problem/problem';
import { PROVIDER_VERSION } from '../build-info/version.ts';

/** The release that a server reports. */
export interface ServerRelease {
  readonly version: string;
  readonly level: number;
}

/**
 * Checks whether this provider works with a server.
 * @returns the error with both versions and what to install; undefined for a neighbouring release
 */
export function checkRelease(
  server: ServerRelease,
): { readonly summary: string; readonly detail: string } | undefined {
  const gap = server.level - CONTRACT_LEVEL;
  if (Math.abs(gap) <= CONTRACT_LEVELS_APART_MAX) return undefined;
  const [older, newer] = gap < 0 ? ['server', 'provider'] : ['provider', 'server'];
  const remedy =
    gap < 0
      ? `Upgrade the server to a release next to ${PROVIDER_VERSION}, or install the provider ` +
        `of the server's release: version = "${server.version}" in required_providers, then ` +
        '`terraform init -upgrade`.'
      : `Install the provider of the server's release: version = "${server.version}" in ` +
        'required_providers, then `terraform init -upgrade`.';
  return {
    summary: `The ${older} is too old for the ${newer}`,
    detail:
      `${nameReleases(server)} Only neighbouring contract levels are ` + `compatible.\n\n${remedy}`,
  };
}

/** Problems that a feature of only one release can cause. */
const SKEW_CODES: readonly Problem['code'][] = ['method-not-found', 'validation-failed'];

/**
 * Adds both versions to a problem that a difference of releases may have caused.
 * @param server - undefined before the server has reported its release
 */
export function explainVersionSkew(found: Problem, server: ServerRelease | undefined): Problem {
  if (server === undefined || server.level === CONTRACT_LEVEL) return found;
  const isSkew = SKEW_CODES.includes(found.code) || found.data?.incompatible === true;
  if (!isSkew) return found;
  const way = 'Features that only one of them has work once both have the same release.';
  const hint = `${nameReleases(server)} ${way}`;
  return { ...found, remedy: `${found.remedy}\n\n${hint}` };
}

function nameReleases({ version, level }: ServerRelease): string {
  return (
    `The server is NovaCron ${version} (contract level ${level}), this provider is ` +
    `${PROVIDER_VERSION} (level ${CONTRACT_LEVEL}).`
  );
}
