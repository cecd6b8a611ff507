/**
 * Waits for the deletion of a resource that Terraform reads: a run that was killed, or another
 * client, has begun it. A plan would otherwise show no changes to what is gone a moment later.
 */

import { isFinalStatus } from '@novacron/contract/operation/operation';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { ResourceAnswer, Session } from '../../rpc/session.ts';

interface Context {
  readonly client: Session;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/** Statuses of resources that are being deleted; of a VM group `changing` may be anything. */
const STATUSES: ReadonlySet<unknown> = new Set(['deleting', 'changing']);

/**
 * Waits once, as long as the server lets a call wait; warns if the deletion is not complete then.
 * @returns the resource as it was read; undefined if it is deleted
 */
export async function awaitDeletion(
  context: Context,
  { kind, answer, label }: { kind: ResourceKind; answer: ResourceAnswer; label: string },
): Promise<ResourceAnswer | undefined> {
  if (!STATUSES.has(answer.status)) return answer;
  const operation = await findDeletion(context, kind, answer.id);
  if (operation === undefined || operation.status === 'failed') return answer;
  if (operation.status === 'succeeded') return undefined;
  context.diagnostics.warning({
    summary: `Deletion in progress: ${label}`,
    detail:
      `The operation ${operation.id} deletes it and is not complete, so this plan still has the ` +
      'resource. Make a new plan once the operation has ended. To see its progress: ' +
      `\`novacron operation show ${operation.id}\`.`,
  });
  return answer;
}

/** The latest deletion, after the wait; undefined if there is none, or none that can be read. */
async function findDeletion(
  { client: { client }, signal }: Context,
  kind: ResourceKind,
  target_id: string,
): Promise<OutputOf<'operation.get'> | undefined> {
  const asked = { target_id, kind: [`${kind}.delete`], limit: 1 };
  const listed = await client.call('operation.list', { ...asked, order: 'newest' }, { signal });
  const [latest] = listed.ok ? listed.value.items : [];
  if (latest === undefined || isFinalStatus(latest.status)) return latest;
  const waited = await client.call('operation.wait', { id: latest.id }, { signal });
  return waited.ok ? waited.value : latest;
}
