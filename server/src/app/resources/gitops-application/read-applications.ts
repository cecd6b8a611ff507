/** Shows GitOps applications, each with its last sync. */
import type { GitopsApplication, SyncStatus } from '@novacron/contract/gitops/application';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainStart } from '@novacron/engine/automation/gitops/explain-start';
import type { StartPlan } from '@novacron/engine/automation/gitops/model/start';
import { planStart } from '@novacron/engine/automation/gitops/plan-start';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { type ListInput, readList } from '../../kernel/lists/read-list.ts';
import type { Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import {
  type BesideApplication,
  fetchedOf,
  specOf,
  syncStateOf,
  syncStatusOf,
  toApplication,
  watchedStatusOf,
} from './application-row.ts';

type Deps = Pick<ResourceDeps, 'store' | 'clock' | 'definitions'>;

/** Finds an application of the tenant. Problems: `not-found`. */
export async function findApplication(
  { store }: Pick<Deps, 'store'>,
  id: string,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<GitopsApplicationRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'gitops_applications', where, damaged: 'blank' });
  return row === undefined ? err(notFound('gitops_application', id)) : ok(row);
}

/** Finds the application of a workflow; undefined for any other workflow. */
export async function findApplicationOf(
  { store }: Pick<Deps, 'store'>,
  workflowId: string,
): Promise<GitopsApplicationRow | undefined> {
  const where = { workflow_id: workflowId };
  const [row] = await store.read({ from: 'gitops_applications', where });
  return row;
}

/** Shows an application. Problems: `not-found`. */
export async function getApplication(
  deps: Deps,
  id: string,
  context: CallContext,
): Promise<Result<GitopsApplication, Problem>> {
  const found = await findApplication(deps, id, context);
  return found.ok ? ok(await show(deps, found.value)) : found;
}

/** Lists applications. */
export async function listApplications(
  deps: Deps,
  input: ListInput,
  { principal }: CallContext,
): Promise<Result<Page<GitopsApplication>, Problem>> {
  const source = {
    operation: 'gitops_application.list',
    from: 'gitops_applications',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'gapp',
  } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const items = await Promise.all(page.value.items.map((row) => show(deps, row)));
  return ok({ ...page.value, items });
}

/** @throws damagedRow */
async function show(deps: Deps, row: GitopsApplicationRow): Promise<GitopsApplication> {
  const where = { id: row.workflow_id };
  const [workflow] = await deps.store.read({ from: 'workflows', where });
  const key = { tenant_id: row.tenant_id, name: specOf(row).run_as };
  const [found] = await deps.store.read({ from: 'api_keys', where: key });
  const waitsFor = explainStart(await readStart(deps, row));
  const last = await readLastSync(deps, row);
  return toApplication(row, { workflow, keyId: found?.id, waitsFor, ...last });
}

/** Whether a sync may start now. @throws damagedRow */
export async function readStart(
  deps: Deps,
  row: GitopsApplicationRow,
  { isOutside }: { readonly isOutside: boolean } = { isOutside: false },
): Promise<StartPlan> {
  const { sync_windows = [], needs = [] } = specOf(row);
  const windows = isOutside ? [] : sync_windows;
  const { tenant_id } = row;
  const where = { tenant_id, name: { in: needs } };
  const found =
    needs.length === 0 ? [] : await deps.store.read({ from: 'gitops_applications', where });
  const reasons = await Promise.all(
    needs.map((name) =>
      explainUnready(
        deps,
        found.find((each) => each.name === name),
      ),
    ),
  );
  const unready = needs.flatMap((name, at) => {
    const reason = reasons[at];
    return reason === undefined ? [] : [{ name, reason }];
  });
  return planStart({ windows, unready }, deps.clock.nowMs());
}

const NOT_SYNCED: Readonly<Record<Exclude<SyncStatus, 'synced'>, string>> = {
  never_synced: 'was never synced',
  out_of_sync: 'is out of sync',
  syncing: 'is syncing',
  failed: 'has failed to sync',
};

/** @returns undefined where it is synced and healthy */
async function explainUnready(
  deps: Deps,
  row: GitopsApplicationRow | undefined,
): Promise<string | undefined> {
  if (row === undefined) return 'does not exist';
  const state = syncStateOf(row);
  const { last, fetched } = await readLastSync(deps, row);
  const status = syncStatusOf(state, last, fetched);
  if (status !== 'synced') return NOT_SYNCED[status];
  const health = watchedStatusOf(row)?.health ?? 'unknown';
  if (health === 'healthy') return undefined;
  return health === 'unknown' ? 'has an unknown health' : `is ${health}`;
}

/**
 * Newest executions among which the last sync is looked for: dry runs are none. Behind more of
 * them, it is the one whose end was announced last.
 */
const DRY_RUNS_MAX = 20;

/** The sync that was started last, and what it has read. */
export async function readLastSync(
  { store, definitions }: Pick<Deps, 'store' | 'definitions'>,
  row: GitopsApplicationRow,
): Promise<Pick<BesideApplication, 'last' | 'fetched'>> {
  const { tenant_id, workflow_id: target_id } = row;
  const readNewest = (limit: number, id?: string) =>
    store.read({
      from: 'operations',
      where: { tenant_id, target_id, kind: 'workflow.run', ...(id === undefined ? {} : { id }) },
      orderBy: { column: 'id', direction: 'desc' },
      limit,
      damaged: 'blank',
    });
  // A dry run changes nothing: the application is as it was before.
  const isSync = (each: Tables['operations']) =>
    isDamaged(each) || definitions.read(each).execution?.inputs.dry_run !== true;
  const readAnnounced = async () => {
    const id = watchedStatusOf(row)?.announced ?? undefined;
    return id === undefined ? [] : readNewest(1, id);
  };
  const [newest] = await readNewest(1);
  const last =
    newest === undefined || isSync(newest)
      ? newest
      : ((await readNewest(DRY_RUNS_MAX)).find(isSync) ?? (await readAnnounced())[0]);
  if (last === undefined) return { last, fetched: undefined };
  const ended = await store.read({
    from: 'execution_steps',
    where: { execution_id: last.id, step: 'fetch', result: 'succeeded' },
    damaged: 'blank',
  });
  return { last, fetched: fetchedOf(ended) };
}
