/** Deletes baselines of resources that no longer exist: nothing can drift from them any more. */
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import type { RetentionDeps } from './deps.ts';
import { deleteRows, type RetentionJob } from './retention-job.ts';

/** Makes the job; each run looks at the next part of the table. */
export function createLeftoversJob(): RetentionJob {
  let after = '';
  return {
    name: 'leftovers',
    deleteBatch: async (scope) => {
      const { deps, limit } = scope;
      const where = { id: { above: after } };
      const rows = await deps.store.read({ from: 'baselines', where, limit, damaged: 'blank' });
      after = rows.length < limit ? '' : (rows.at(-1)?.id ?? '');
      const gone = await findGone(deps, rows);
      const drops = gone.map((id): Change => ({ kind: 'drop', from: 'baselines', id }));
      return deleteRows(scope, gone.length, drops);
    },
  };
}

async function findGone(
  { store }: RetentionDeps,
  rows: readonly Tables['baselines'][],
): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const kind of RESOURCE_KINDS) {
    const ids = rows.filter(({ resource_kind }) => resource_kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    const found = await store.read({ from: RESOURCE_TABLES[kind], where: { id: { in: ids } } });
    const present = new Set<string>(found.map(({ id }) => id));
    gone.push(...ids.filter((id) => !present.has(id)));
  }
  return gone;
}
