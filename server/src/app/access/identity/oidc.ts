/** Maps a token of the configured OpenID Connect issuer to a principal. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import type { OidcAccess } from '../oidc-access.ts';
import { carriedRole } from './find-role.ts';
import { type ClaimFault, type Granted, mapClaims, readClaims } from './map-claims.ts';
import { sessionName } from './session.ts';
import { type RefusedToken, refusedToken } from './token-problems.ts';

const MS_PER_SECOND = 1_000;

/** Finds the principal: role and tenant come from claims and are never assumed. */
export async function authenticateOidc(
  deps: AccessDeps,
  oidc: OidcAccess,
  token: string,
): Promise<Result<Principal, RefusedToken>> {
  const verified = await oidc.verifier.verify(token, deps.clock.nowMs());
  if (!verified.ok) return err(refusedToken(verified.error));
  const claims = verified.value;
  const given = readClaims(claims, oidc);
  const granted = await mapClaims(deps, oidc, given);
  if (!granted.ok) {
    noteBrokenRule(deps, given.subject, granted.error);
    return err(refusedToken(granted.error.reason));
  }
  const expiresAtMs = Number(claims.exp) * MS_PER_SECOND;
  const bond = { kind: 'claims', claims: { ...given, values: [...given.values] } } as const;
  return ok({ ...personOf(given.subject, granted.value), expiresAtMs, bond });
}

/** The principal of a person: the same one in every session and with every token of the issuer. */
export function personOf(subject: string, { role, tenantId }: Granted): Principal {
  // Not the display name, which people choose themselves: records must identify the person.
  const name = sessionName(subject);
  return { id: name, name, ...carriedRole(role), tenantId };
}

/** Logs a rule that decides and names what does not exist: it shuts people out until mended. */
export function noteBrokenRule(
  { logger }: Pick<AccessDeps, 'logger'>,
  subject: string,
  { reason, rule }: ClaimFault,
): void {
  if (rule === undefined) return;
  const what = reason === 'rule-role' ? 'role' : 'tenant';
  logger.warn(
    { subject, group: rule.group, [what]: rule.names },
    `a group mapping rule names a ${what} that does not exist: the sign-in is refused`,
  );
}
