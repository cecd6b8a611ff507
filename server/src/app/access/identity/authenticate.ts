/** Finds the principal that a secret belongs to. */
import { TenantId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import type { AccessDeps } from '../deps.ts';
import { hashSecret } from './hash-secret.ts';
import { secretPrefixOf } from './key-secret.ts';
import { authenticateOidc } from './oidc.ts';
import { principalOfKey } from './principal-of-key.ts';
import { authenticateToken } from './tokens.ts';

/** Reason why a secret was not accepted, and the known data of its sender. */
export interface FailedAuthentication {
  /** The problem that the caller receives. */
  readonly problem: Problem;
  /** The tenant of a credential that was valid once; undefined when it is unknown. */
  readonly tenantId: TenantId | undefined;
  /** The name of that credential; empty when it is unknown. */
  readonly name: string;
  /** The API key of that name. */
  readonly keyId?: string;
  /** First characters of what was sent, where it has the form of an API key. */
  readonly keyPrefix?: string | undefined;
}

/** Three parts in base64url: a token; API keys have no dots. */
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Finds the principal of an API key or of a token. */
export async function authenticate(
  deps: AccessDeps,
  secret: string,
): Promise<Result<Principal, FailedAuthentication>> {
  const { tokens } = deps;
  if (tokens === undefined || !TOKEN_FORM.test(secret)) return authenticateKey(deps, secret);
  const isForeign = deps.oidc?.verifier.issuer === tokens.claimedIssuer(secret);
  const found =
    deps.oidc !== undefined && isForeign
      ? await authenticateOidc(deps, deps.oidc, secret)
      : await authenticateToken(deps, tokens, secret);
  return found.ok ? found : err({ ...found.error, tenantId: undefined, name: '' });
}

/** Finds the principal of an API key; anything else is refused. */
export async function authenticateKey(
  deps: AccessDeps,
  secret: string,
): Promise<Result<Principal, FailedAuthentication>> {
  const hash = hashSecret(secret);
  const [row] = await deps.store.read({ from: 'api_keys', where: { secret_hash: hash } });
  const keyPrefix = secretPrefixOf(secret);
  if (row === undefined) {
    return err({ problem: unknownKey(), tenantId: undefined, name: '', keyPrefix });
  }
  const found = await principalOfKey(deps, row);
  if (found.ok) return found;
  const tenantId = TenantId.parse(row.tenant_id);
  return err({ problem: found.error, tenantId, name: row.name, keyId: row.id, keyPrefix });
}

function unknownKey(): Problem {
  return problem('unauthenticated', {
    detail: 'The API key is not known to this server.',
    remedy:
      'Check the key (NOVACRON_API_KEY or api_key for programs); the first one is in admin.key ' +
      'in the data directory of the server.',
  });
}
