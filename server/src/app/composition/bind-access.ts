/** Binds the access operations: identities, roles, tenants. */

import { createApiKey, deleteApiKey, listApiKeys } from '../access/api-keys/api-keys.ts';
import { rotateSigningKey } from '../access/identity/signing-keys.ts';
import { createToken } from '../access/identity/tokens.ts';
import { getRole, listRoles } from '../access/roles/read-roles.ts';
import { createRole, deleteRole, updateRole } from '../access/roles/write-roles.ts';
import { getTenant, listTenants } from '../access/tenants/read-tenants.ts';
import { whoAmI } from '../access/tenants/who-am-i.ts';
import { createTenant, deleteTenant, updateTenant } from '../access/tenants/write-tenants.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import type { AppDeps } from './deps.ts';

/** Makes the handlers. */
export function bindAccess(deps: AppDeps) {
  return {
    'identity.whoami': (_input, context) => whoAmI(deps, context),
    'tenant.get': ({ id }, context) => getTenant(deps, id, context),
    'tenant.list': (input, context) => listTenants(deps, input, context),
    'tenant.create': (input, context) => createTenant(deps, input, context),
    'tenant.update': (input, context) => updateTenant(deps, input, context),
    'tenant.delete': (input, context) => deleteTenant(deps, input, context),
    'role.get': ({ id }, context) => getRole(deps, id, context),
    'role.list': (input, context) => listRoles(deps, input, context),
    'role.create': (input, context) => createRole(deps, input, context),
    'role.update': (input, context) => updateRole(deps, input, context),
    'role.delete': (input, context) => deleteRole(deps, input, context),
    'api_key.list': (input, context) => listApiKeys(deps, input, context),
    'api_key.create': (input, context) => createApiKey(deps, input, context),
    'api_key.delete': (input, context) => deleteApiKey(deps, input, context),
    'token.create': (input, context) => createToken(deps, input, context),
    'signing_key.rotate': (input, context) => rotateSigningKey(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
