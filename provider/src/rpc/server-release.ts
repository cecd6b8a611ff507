/** Which NovaCron answers, and what follows where it is of another release than this provider. */
import { CONTRACT_LEVEL, CONTRACT_LEVELS_APART_MAX } from '@novacron/contract/contract-level';
import type { Problem } from '@novacron/contract/problem';
import { PROVIDER_VERSION } from '../build-info/version.ts';

/** The release of a server as it says itself. */
export interface ServerRelease {
  readonly version: string;
  readonly level: number;
}

/**
 * Why this provider does not work with a server.
 * @returns what to tell the user, with both versions and what to install; undefined for a neighbour
 */
export function checkRelease(
  server: ServerRelease,
): { readonly summary: string; readonly detail: string } | undefined {
  const gap = server.level - CONTRACT_LEVEL;
  if (Math.abs(gap) <= CONTRACT_LEVELS_APART_MAX) return undefined;
  const [older, newer] = gap < 0 ? ['server', 'provider'] : ['provider', 'server'];
  const remedy =
    gap < 0
      ? `Update the server to a release next to ${PROVIDER_VERSION}, or go back to the provider ` +
        `of the server's release: version = "${server.version}" in required_providers, then ` +
        '`terraform init -upgrade`.'
      : `Install the provider of the server's release: version = "${server.version}" in ` +
        'required_providers, then `terraform init -upgrade`.';
  return {
    summary: `The ${older} is too old for the ${newer}`,
    detail:
      `${nameReleases(server)} Only neighbouring levels work together; these two would ` +
      `misunderstand each other.\n\n${remedy}`,
  };
}

/** Problems of what only one of the two knows. */
const SKEW_CODES: readonly Problem['code'][] = ['method-not-found', 'validation-failed'];

/**
 * A problem that a difference of releases may be the cause of says so.
 * @param server - undefined before the server has said what it is
 */
export function explainVersionSkew(found: Problem, server: ServerRelease | undefined): Problem {
  if (server === undefined || server.level === CONTRACT_LEVEL) return found;
  const isSkew = SKEW_CODES.includes(found.code) || found.data?.incompatible === true;
  if (!isSkew) return found;
  const way = 'What only one of them knows works once both are of one release.';
  const hint = `${nameReleases(server)} ${way}`;
  return { ...found, remedy: `${found.remedy}\n\n${hint}` };
}

function nameReleases({ version, level }: ServerRelease): string {
  return (
    `The server is NovaCron ${version} (contract level ${level}), this provider is ` +
    `${PROVIDER_VERSION} (level ${CONTRACT_LEVEL}).`
  );
}
