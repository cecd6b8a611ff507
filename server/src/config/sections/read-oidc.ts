/** The OpenID Connect issuer of the configuration, whole or not at all. */
import { ROLES, RoleName } from '@novacron/contract/access/identity';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ReadSecret } from '../read-secret.ts';
import { readTextFile } from '../read-text-file.ts';
import { isSafeUrl } from '../read-yaml-file.ts';
import type { SettingName } from '../settings-table.ts';
import { type GroupRulesConfig, readGroupRules } from './read-group-rules.ts';

/** Client settings with which this server signs browsers in at the issuer. */
export interface OidcClientConfig {
  readonly id: string;
  /** undefined: a public client. */
  readonly secret: string | undefined;
  /** Separated by spaces. */
  readonly scopes: string;
  /** Name of the issuer on the sign-in page. */
  readonly name: string;
}

/** Accepted tokens and the meaning of their claims. */
export interface OidcConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly roleClaim: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly tenantClaim: string | undefined;
  /** The file of rules that takes the place of `roles` and `tenantClaim`; undefined: none. */
  readonly mapping:
    | {
        readonly path: string;
        readonly first: GroupRulesConfig;
        readonly read: () => Result<GroupRulesConfig, string>;
      }
    | undefined;
  /** PEM; undefined: the authorities that Node.js knows. */
  readonly ca: string | undefined;
  /** undefined: browsers do not sign in there. */
  readonly client: OidcClientConfig | undefined;
}

/** Fault of a setting. */
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
  readonly 'oidc-mapping'?: string | undefined;
  readonly 'oidc-ca'?: string | undefined;
  readonly 'oidc-client-id'?: string | undefined;
  readonly 'oidc-client-secret-file'?: string | undefined;
  readonly 'oidc-scopes': string;
  readonly 'oidc-name'?: string | undefined;
}

const NEEDS_ISSUER = [
  'oidc-audience',
  'oidc-roles',
  'oidc-tenant-claim',
  'oidc-mapping',
  'oidc-ca',
  'oidc-client-id',
  'oidc-client-secret-file',
  'oidc-name',
] as const;

const NEEDS_CLIENT = ['oidc-client-secret-file', 'oidc-name'] as const;

/** Puts the settings together; undefined when no issuer is set. */
export function readOidc(
  values: Written,
  readSecret: ReadSecret,
): Result<OidcConfig | undefined, Wrong> {
  const { 'oidc-issuer': issuer, 'oidc-client-id': clientId } = values;
  if (issuer === undefined) return withoutIssuer(values);
  if (!isSafeUrl(issuer)) {
    const message = 'must be an https URL; http is for this machine only';
    return err({ name: 'oidc-issuer', message });
  }
  const audience = values['oidc-audience'] ?? clientId;
  if (audience === undefined) {
    // Without it, a token that was issued for another program would be accepted here.
    return err({ name: 'oidc-issuer', message: 'requires oidc-audience' });
  }
  const roles = readRoles(values['oidc-roles']);
  if (!roles.ok) return err({ name: 'oidc-roles', message: roles.error });
  const mapping = readMapping(values);
  if (!mapping.ok) return mapping;
  const ca = readNamed(values, 'oidc-ca', readTextFile);
  if (!ca.ok) return ca;
  const client = readClient(values, { issuer, readSecret });
  if (!client.ok) return client;
  return ok({
    issuer,
    audience,
    roleClaim: values['oidc-role-claim'],
    roles: roles.value,
    tenantClaim: values['oidc-tenant-claim'],
    mapping: mapping.value,
    ca: ca.value,
    client: client.value,
  });
}

function withoutIssuer(values: Written): Result<undefined, Wrong> {
  const lone = NEEDS_ISSUER.find((name) => values[name] !== undefined);
  return lone === undefined ? ok(undefined) : err({ name: lone, message: 'requires oidc-issuer' });
}

function readMapping(values: Written): Result<OidcConfig['mapping'], Wrong> {
  const path = values['oidc-mapping'];
  if (path === undefined) return ok(undefined);
  const other = (['oidc-roles', 'oidc-tenant-claim'] as const).find(
    (name) => values[name] !== undefined,
  );
  if (other !== undefined) {
    return err({ name: other, message: 'and oidc-mapping both map claims; give one of them' });
  }
  const read = () => readGroupRules(path);
  const first = read();
  if (!first.ok) return err({ name: 'oidc-mapping', message: first.error });
  return ok({ path, first: first.value, read });
}

function readClient(
  values: Written,
  { issuer, readSecret }: { readonly issuer: string; readonly readSecret: ReadSecret },
): Result<OidcConfig['client'], Wrong> {
  const { 'oidc-client-id': id, 'oidc-scopes': scopes } = values;
  if (id === undefined) {
    const lone = NEEDS_CLIENT.find((name) => values[name] !== undefined);
    return lone === undefined
      ? ok(undefined)
      : err({ name: lone, message: 'requires oidc-client-id' });
  }
  if (!scopes.split(' ').includes('openid')) {
    return err({ name: 'oidc-scopes', message: 'must contain openid' });
  }
  const secret = readNamed(values, 'oidc-client-secret-file', readSecret);
  if (!secret.ok) return secret;
  const name = values['oidc-name'] ?? new URL(issuer).host;
  return ok({ id, secret: secret.value, scopes, name });
}

function readNamed(
  values: Written,
  name: 'oidc-ca' | 'oidc-client-secret-file',
  read: ReadSecret,
): Result<string | undefined, Wrong> {
  const place = values[name];
  if (place === undefined) return ok(undefined);
  const text = read(place);
  return text.ok ? text : err({ name, message: text.error });
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
