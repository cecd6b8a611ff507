/** The rows about an OpenID Connect issuer: its tokens, and the sign-in of browsers at it. */
import { setting } from './setting.ts';
import { textSchema } from './value-schemas.ts';

/** The rows by name. */
export const OIDC_SETTINGS = {
  'oidc-issuer': setting({
    description: 'OpenID Connect issuer whose tokens are accepted in addition to API keys.',
    placeholder: 'URL',
    schema: textSchema('the URL of an issuer'),
    presence: 'optional',
    defaultWords: 'API keys and own tokens only',
  }),
  'oidc-audience': setting({
    description: "Required audience of the issuer's tokens.",
    placeholder: 'AUDIENCE',
    schema: textSchema('an audience'),
    presence: 'optional',
    defaultWords: 'oidc-client-id',
  }),
  'oidc-role-claim': setting({
    description: 'Claim that contains the role (string or list; dots select nested fields).',
    placeholder: 'CLAIM',
    schema: textSchema('the name of a claim'),
    default: 'novacron_role',
  }),
  'oidc-roles': setting({
    description: 'Map from values of the role claim to roles.',
    placeholder: 'VALUE=ROLE,…',
    schema: textSchema('pairs of values and roles'),
    presence: 'optional',
    defaultWords: 'admin=admin,operator=operator,viewer=viewer',
  }),
  'oidc-tenant-claim': setting({
    description: 'Claim that contains the name or id of the tenant.',
    placeholder: 'CLAIM',
    schema: textSchema('the name of a claim'),
    presence: 'optional',
    defaultWords: 'everybody is of the first tenant',
  }),
  'oidc-mapping': setting({
    description: 'Map from values of the role claim to roles and tenants, read again when changed.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'oidc-roles and oidc-tenant-claim',
  }),
  'oidc-ca': setting({
    description: 'Certificate authority of the issuer, PEM.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'the authorities that Node.js knows',
  }),
  'oidc-client-id': setting({
    description: 'Client id of this server at the issuer; enables sign-in of browsers there.',
    placeholder: 'ID',
    schema: textSchema('a client id'),
    presence: 'optional',
    defaultWords: 'browsers sign in with API keys only',
  }),
  'oidc-client-secret-file': setting({
    description: 'File with the client secret, or vault:PATH#FIELD.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
    defaultWords: 'a public client, with PKCE alone',
  }),
  'oidc-scopes': setting({
    description: 'Scopes that a sign-in asks for, separated by spaces; openid is one of them.',
    placeholder: 'SCOPES',
    schema: textSchema('scopes'),
    default: 'openid',
  }),
  'oidc-name': setting({
    description: 'Name of the issuer on the sign-in page.',
    placeholder: 'NAME',
    schema: textSchema('a name'),
    presence: 'optional',
    defaultWords: 'the host of the issuer',
  }),
} as const;
