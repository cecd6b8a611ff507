/** The orchestration policies that a server keeps. */
import { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { listAll } from '../../../client/list-all.ts';
import type { Session } from '../../../client/session.ts';
import type { Failure } from '../../../failures/failure.ts';

const Stored = z.looseObject({ enabled: z.boolean(), policy: OrchestrationPolicy });

/** Reads those that are enabled. Failures: the problems of the operation. */
export async function readStoredPolicies(
  session: Session,
): Promise<Result<readonly OrchestrationPolicy[], Failure>> {
  const listed = await listAll(session, { operation: 'orchestration_policy.list', input: {} });
  if (!listed.ok) return listed;
  const policies = listed.value.map((item) => Stored.parse(item));
  return ok(policies.filter(({ enabled }) => enabled).map(({ policy }) => policy));
}
