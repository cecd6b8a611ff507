/** Enrolls the runner that a server starts: for the first tenant, and without a certificate. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { EnrollmentDeps } from './deps.ts';
import { enrolledColumns } from './enrolled.ts';

/** Enrolls it, unless it is. Problems: `conflict` where the name is that of another tenant's. */
export async function enrollOwnRunner(
  deps: Pick<EnrollmentDeps, 'store' | 'clock' | 'ids'>,
  name: string,
): Promise<Result<void, Problem>> {
  const { store, clock, ids } = deps;
  const tenant = await findPlatformTenant(store);
  const rows = await store.read({ from: 'enrollments', where: { runner: name } });
  if (tenant === undefined || rows.some((row) => row.tenant_id !== tenant.id)) {
    return err(
      problem('conflict', {
        detail: `The runner ${name} is, or was, enrolled for another tenant.`,
        remedy: 'Set NOVACRON_RUNNER_NAME to another name.',
      }),
    );
  }
  if (rows.some(({ status }) => status === 'active')) return ok(undefined);
  const id = ids.next('enr');
  const nowMs = clock.nowMs();
  const row = {
    id,
    tenant_id: tenant.id,
    ...enrolledColumns({ kind: 'runner', name }),
    // Nothing has this hash: no token enrolls it.
    token_hash: id,
    status: 'active',
    created_by: 'platform',
    created_at_ms: nowMs,
    expires_at_ms: nowMs,
    enrolled_at_ms: nowMs,
    certificate_serial: null,
    certificate_expires_at_ms: null,
    revoked_at_ms: null,
    key_hash: null,
  } as const;
  const otherwise = replan(`The enrollment of ${name}`);
  return commitChanges(deps, [{ kind: 'insert', into: 'enrollments', row, otherwise }]);
}
