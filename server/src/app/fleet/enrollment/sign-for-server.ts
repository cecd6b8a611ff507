/** The server's own certificate for a message bus that requires one. */
import { SERVER_IDENTITY } from '@novacron/contract/agent/enrollment';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { type AuthorityDeps, ensureAuthority } from './ensure-authority.ts';

/** Issued again at each start: longer than any server runs. Unit: ms. */
const SERVER_CERTIFICATE_MS = 2 * 365 * 86_400_000;

/** A new key and the certificate for it, as one PEM text. */
export async function signForServer(deps: AuthorityDeps): Promise<Result<string, Problem>> {
  const authority = await ensureAuthority(deps);
  if (!authority.ok) return authority;
  const own = await deps.certificates.signOwn(authority.value, {
    identity: SERVER_IDENTITY,
    nowMs: deps.clock.nowMs(),
    lifetimeMs: SERVER_CERTIFICATE_MS,
  });
  return own.ok ? ok(`${own.value.keyPem}${own.value.certificatePem}`) : own;
}
