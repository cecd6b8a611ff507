/**
 * The names in records of principals that are not API keys. They are all here, because no new API
 * key can have one of them: records would mistake one for the other.
 */

import { RESTORE_PRINCIPAL } from '../../ports/backup.ts';

/** NovaCron itself and its parts, and callers without a key. */
export const OWN_PRINCIPALS = {
  /** Automatic actions of NovaCron. */
  platform: 'platform',
  optimizer: 'platform:optimizer',
  /** Changes of members back, when a change of their group fails. */
  rollback: 'platform:rollback',
  driftRemediator: 'drift-remediator',
  complianceCorrector: 'compliance-corrector',
  /** The author of what a store contains from the beginning. */
  novacron: 'novacron',
  /** The start of a server. */
  server: 'server',
  /** What a restore from a backup has put into the store. */
  restore: RESTORE_PRINCIPAL,
  anonymous: 'anyone',
} as const;

/** Name prefixes of other principals, followed by a colon, which no key's name contains. */
const PREFIXES = {
  session: 'oidc',
  breakGlass: 'break-glass',
  orchestration: 'policy',
  operator: OWN_PRINCIPALS.platform,
} as const;

/** The id and name of a principal that is named after something else, such as its policy. */
export function derivedName(kind: keyof typeof PREFIXES, name: string): string {
  return `${PREFIXES[kind]}:${name}`;
}

/** All names that no new API key can have, in lower case. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...Object.values(OWN_PRINCIPALS),
  ...Object.values(PREFIXES),
]);
