/** Plans the record of a sync: what its last step writes, in the name of its own execution. */
import { OperationId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { Prepare } from '../scope.ts';
import { syncStateOf, watchedStatusOf, withHealth, withSync } from './application-row.ts';
import { findApplication } from './read-applications.ts';
import { readHealthOf } from './read-health.ts';

/** Plans it. Problems: `forbidden` unless a sync of this application records itself. */
export const prepareApplicationRecord: Prepare<ParsedInputOf<'gitops_application.record'>> = async (
  input,
  { deps, context, nowMs },
) => {
  const found = await findApplication(deps, input.id, context);
  if (!found.ok) return err([found.error]);
  const row = found.value;
  const { executionId, name, onBehalfOf } = context.principal;
  const where = { id: executionId ?? '', target_id: row.workflow_id };
  const [execution] = await deps.store.read({ from: 'operations', where });
  if (execution === undefined) return err([notASync(row.name)]);
  const { commit, subject, author } = input;
  const changes = {
    create: input.create,
    update: input.update,
    replace: input.replace,
    delete: input.delete,
  };
  const by = onBehalfOf ?? name;
  const record = {
    execution_id: OperationId.parse(execution.id),
    commit,
    subject,
    author,
    changes,
    by,
    at: toTimestamp(nowMs),
  };
  const before = syncStateOf(row);
  // One that was admitted before an update has not seen what was set.
  const isEarlier = execution.created_at_ms < row.updated_at_ms;
  const kept = isEarlier && before?.is_redirected ? { is_redirected: true as const } : {};
  const state = { ...withSync(before, input, record), ...kept };
  const { in_sync, resources } = state;
  const seen = await readHealthOf(deps, input.resource_ids);
  const status = withHealth(watchedStatusOf(row), seen, nowMs);
  return ok({
    resourceKind: 'gitops_application',
    target: { id: row.id, name: row.name },
    before: { synced_commit: before?.history[0]?.commit ?? null },
    wanted: { synced_commit: commit, health: seen.health, in_sync, resources, ...changes },
    placement: null,
    saga: reserveOnly([
      {
        kind: 'update',
        table: 'gitops_applications',
        id: row.id,
        set: {
          synced_json: JSON.stringify(state),
          status_json: JSON.stringify(status),
          health_status: status.health,
        },
        // Fields may have changed meanwhile; another record may not.
        expect: { synced_json: row.synced_json },
        otherwise: replan(`The application ${row.name}`),
      },
    ]),
  });
};

function notASync(name: string): Problem {
  return problem('forbidden', {
    detail: `Only a sync of ${name} records what it has done.`,
    remedy: `Start a sync: novacron gitops app sync ${name}`,
  });
}
