/** What a server shows of itself to a message bus that asks for certificates. */
import { SERVER_IDENTITY } from '@novacron/contract/enrollment';
import type { Problem } from '@novacron/contract/problem';
import { ok, type Result } from '@novacron/contract/result';
import { type AuthorityDeps, ensureAuthority } from './ensure-authority.ts';

/** Made anew with each start: longer than any server runs. Unit: ms. */
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
