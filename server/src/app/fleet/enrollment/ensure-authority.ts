/** The authority that signs agents' certificates: one for all servers of a store. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Authority, CertificateCrypto } from '../../../ports/certificates.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { EnrollmentDeps } from './deps.ts';

/** A fixed name, so that no second authority can be created. */
const AUTHORITY_ID = 'agents';

/** Dependencies of reading the authority. */
export type AuthorityDeps = Pick<EnrollmentDeps, 'store' | 'clock'> & {
  readonly certificates: CertificateCrypto;
};

/** The authority, created when it is first needed; of several servers at once one creates it. */
export async function ensureAuthority(deps: AuthorityDeps): Promise<Result<Authority, Problem>> {
  const known = await findAuthority(deps);
  if (known !== undefined) return ok(known);
  const nowMs = deps.clock.nowMs();
  const made = await deps.certificates.makeAuthority(nowMs);
  const row = {
    id: AUTHORITY_ID,
    certificate_pem: made.certificatePem,
    private_sealed: made.privatePem,
    created_at_ms: nowMs,
  };
  const otherwise = problem('conflict', {
    detail: 'Another server created the authority at the same time.',
    remedy: 'Send the request again.',
  });
  const done = await commitChanges(deps, [{ kind: 'insert', into: 'authorities', row, otherwise }]);
  if (done.ok) return ok(made);
  const others = await findAuthority(deps);
  return others === undefined ? err(done.error) : ok(others);
}

async function findAuthority({ store }: AuthorityDeps): Promise<Authority | undefined> {
  const [row] = await store.read({ from: 'authorities', where: { id: AUTHORITY_ID } });
  if (row === undefined) return undefined;
  return { certificatePem: row.certificate_pem, privatePem: row.private_sealed };
}

/** The answer of a server that was configured without certificates. */
export function noCertificates(): Problem {
  return problem('unavailable', {
    detail: 'This server does not sign certificates.',
    remedy: 'Send the request to another server of this store.',
  });
}
