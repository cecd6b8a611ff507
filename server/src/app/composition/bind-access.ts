/** Binds the access operations: identities, roles, tenants. */

import { err } from '@novacron/contract/result';
import type { ChangeSet } from '../../ports/store.ts';
import { createApiKey, deleteApiKey, listApiKeys } from '../access/api-keys/api-keys.ts';
import { rotateSigningKey } from '../access/identity/signing-keys.ts';
import { createToken } from '../access/identity/tokens.ts';
import { getRole, listRoles } from '../access/roles/read-roles.ts';
import { createRole, deleteRole, updateRole } from '../access/roles/write-roles.ts';
import { getSecret, listSecrets, listSecretVersions } from '../access/secrets/read-secrets.ts';
import { createSecret, deleteSecret, updateSecret } from '../access/secrets/write-secrets.ts';
import { listSessions, revokeSession } from '../access/sessions/manage-sessions.ts';
import { showCaller } from '../access/sessions/show-caller.ts';
import { getTenant, listTenants } from '../access/tenants/read-tenants.ts';
import { whoAmI } from '../access/tenants/who-am-i.ts';
import { createTenant, deleteTenant, updateTenant } from '../access/tenants/write-tenants.ts';
import type { CallContext } from '../kernel/context/call-context.ts';
import type { Handler, Handlers } from '../kernel/context/handler.ts';
import { retryConflicts } from '../kernel/write/retry-conflicts.ts';
import { explainTakenValues } from '../platform/value-intents/explain-taken-value.ts';
import { freeNames } from '../platform/value-intents/vacate-values.ts';
import type { BindParts } from './bind-writes.ts';
import type { AppDeps } from './deps.ts';

/** Makes the handlers. */
export function bindAccess({ deps }: Pick<BindParts, 'deps'>) {
  return {
    'identity.whoami': (_input, context) => whoAmI(deps, context),
    'tenant.get': ({ id }, context) => getTenant(deps, id, context),
    'tenant.list': (input, context) => listTenants(deps, input, context),
    'tenant.create': takingNames('tenant.create', deps, createTenant),
    'tenant.update': takingNames('tenant.update', deps, updateTenant),
    'tenant.delete': (input, context) => deleteTenant(deps, input, context),
    'role.get': ({ id }, context) => getRole(deps, id, context),
    'role.list': (input, context) => listRoles(deps, input, context),
    'role.create': (input, context) => createRole(deps, input, context),
    'role.update': (input, context) => updateRole(deps, input, context),
    'role.delete': (input, context) => deleteRole(deps, input, context),
    'api_key.list': (input, context) => listApiKeys(deps, input, context),
    'api_key.create': (input, context) => createApiKey(deps, input, context),
    'api_key.delete': (input, context) => deleteApiKey(deps, input, context),
    'secret.get': ({ id }, context) => getSecret(deps, id, context),
    'secret.list': (input, context) => listSecrets(deps, input, context),
    'secret.versions': (input, context) => listSecretVersions(deps, input, context),
    'secret.create': (input, context) => createSecret(deps, input, context),
    'secret.update': (input, context) => updateSecret(deps, input, context),
    'secret.delete': (input, context) => deleteSecret(deps, input, context),
    'token.create': (input, context) => createToken(deps, input, context),
    'session.get': (_input, context) => showCaller(deps, context),
    'session.list': (input, context) => listSessions(deps, input, context),
    'session.revoke': (input, context) => revokeSession(deps, input, context),
    'signing_key.rotate': (input, context) => rotateSigningKey(deps, input, context),
  } as const satisfies Partial<Handlers>;
}

/** Adds to a write that it takes names which its plan frees, and explains those that are taken. */
function takingNames<Name extends 'tenant.create' | 'tenant.update'>(
  name: Name,
  deps: AppDeps,
  write: (
    deps: AppDeps,
    input: Parameters<Handler<Name>>[0],
    context: CallContext,
    freed: ChangeSet,
  ) => ReturnType<Handler<Name>>,
): Handler<Name> {
  return async (input, context) => {
    const asked = { operation: name, input };
    const answer = await retryConflicts(deps, context, name, async () => {
      const { store, changes } = await freeNames(deps, context, asked);
      return write({ ...deps, store }, input, context, changes);
    });
    if (answer.ok) return answer;
    const [found] = await explainTakenValues(deps, context, asked, [answer.error]);
    return err(found ?? answer.error);
  };
}
