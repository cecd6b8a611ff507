/** Sessions: sign-ins of browsers, and what a page has to know about its own one. */
import { z } from 'zod';
import { SessionId, TenantId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { RoleName } from './identity.ts';

/** Sign-in method of a person. */
export const SignInMethod = z
  .enum(['api_key', 'oidc'])
  .describe('`api_key`: with an API key; `oidc`: at an OpenID Connect issuer');
export type SignInMethod = z.infer<typeof SignInMethod>;

/** A session as answers carry it: nothing in it can be used to sign in. */
export const Session = z.looseObject({
  id: SessionId,
  tenant_id: TenantId,
  principal: PrincipalName.describe(
    'Name of the API key, or `oidc:` and the subject at the issuer',
  ),
  method: SignInMethod,
  created_at: Timestamp,
  last_used_at: Timestamp.describe('Last use, exact to a minute'),
  expires_at: Timestamp.describe('Time at which it ends if it is not used until then'),
  ends_at: Timestamp.describe('Time at which it ends, used or not'),
  client_address: z.string().nullish().describe('Address that signed in; null where it is unknown'),
  user_agent: z.string().nullish().describe('Browser that signed in, as it names itself'),
  current: z.boolean().optional().describe('Whether it is the session of this request'),
});
export type Session = z.infer<typeof Session>;

/** Reason a caller may not call an operation. */
export const PermissionRefusal = z
  .enum(['role', 'tenant', 'feature'])
  .describe(
    '`role`: its role does not allow it; `tenant`: it is reserved for the first tenant; ' +
      '`feature`: its tenant is without the feature flag',
  );
export type PermissionRefusal = z.infer<typeof PermissionRefusal>;

/** Whether a caller may call an operation. */
export const OperationPermission = z.looseObject({
  operation: z.string(),
  allowed: z.boolean(),
  refusal: PermissionRefusal.nullish(),
  reason: z.string().nullish().describe('The refusal in a sentence; null where it is allowed'),
});
export type OperationPermission = z.infer<typeof OperationPermission>;

/** The caller, its permissions and its session. */
export const CallerSession = z.looseObject({
  principal: z.string(),
  role: RoleName,
  tenant_id: TenantId,
  tenant: z.string().describe('Name of the tenant'),
  permissions: z.array(OperationPermission).describe('Every operation of the API'),
  session: Session.nullish().describe('null where the caller has sent a credential instead'),
  csrf_token: z
    .string()
    .nullish()
    .describe('Value of the header X-CSRF-Token of writes with the cookie of the session'),
  server_time: Timestamp.describe('The clock of the server, which the times above are read from'),
  server_version: z.string(),
});
export type CallerSession = z.infer<typeof CallerSession>;

/** Header of writes that are authenticated by a cookie: the token of the session. */
export const CSRF_HEADER = 'x-csrf-token';

/** Header that says that no person asked: the request does not keep its session in use. */
export const BACKGROUND_HEADER = 'novacron-background';
