/** The OpenID Connect issuer of the configuration, whole or not at all. */
import { ROLES, RoleName } from '@novacron/contract/access/identity';
import { err, ok, type Result } from '@novacron/contract/result';
import type { SettingName } from '../settings-table.ts';

/** Whose tokens are accepted, and what their claims mean. */
export interface OidcConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly roleClaim: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly tenantClaim: string | undefined;
}

/** What is wrong, and at which setting. */
interface Wrong {
  readonly name: SettingName;
  readonly message: string;
}

/** The settings that belong together. */
interface Written {
  readonly 'oidc-issuer'?: string | undefined;
  readonly 'oidc-audience'?: string | undefined;
  readonly 'oidc-role-claim': string;
  readonly 'oidc-roles'?: string | undefined;
  readonly 'oidc-tenant-claim'?: string | undefined;
}

/** Puts the settings together; undefined when no issuer is set. */
export function readOidc(values: Written): Result<OidcConfig | undefined, Wrong> {
  const { 'oidc-issuer': issuer, 'oidc-audience': audience } = values;
  if (issuer === undefined) {
    const lone = (['oidc-audience', 'oidc-roles', 'oidc-tenant-claim'] as const).find(
      (name) => values[name] !== undefined,
    );
    return lone === undefined
      ? ok(undefined)
      : err({ name: lone, message: 'requires oidc-issuer' });
  }
  if (!isSafeUrl(issuer)) {
    const message = 'must be an https URL; http is for this machine only';
    return err({ name: 'oidc-issuer', message });
  }
  if (audience === undefined) {
    // Without it, a token that was issued for another program would be accepted here.
    return err({ name: 'oidc-issuer', message: 'requires oidc-audience' });
  }
  const roles = readRoles(values['oidc-roles']);
  if (!roles.ok) return err({ name: 'oidc-roles', message: roles.error });
  const tenantClaim = values['oidc-tenant-claim'];
  const roleClaim = values['oidc-role-claim'];
  return ok({ issuer, audience, roleClaim, roles: roles.value, tenantClaim });
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

function readRoles(text: string | undefined): Result<Readonly<Record<string, string>>, string> {
  if (text === undefined) return ok(Object.fromEntries(ROLES.map((role) => [role, role])));
  const roles: [string, string][] = [];
  for (const pair of text.split(',')) {
    const at = pair.lastIndexOf('=');
    const role = RoleName.safeParse(pair.slice(at + 1).trim());
    const value = pair.slice(0, Math.max(0, at)).trim();
    if (value === '' || !role.success) {
      const known = `${ROLES.join(', ')} and those of the tenant`;
      return err(`must be VALUE=ROLE, separated by commas; roles are ${known}`);
    }
    roles.push([value, role.data]);
  }
  return ok(Object.fromEntries(roles));
}
