/**
 * Watches GitOps applications between their syncs: stores the health of what they manage, and says
 * by events when it changes and how each sync has ended. Triggers of workflows route these events.
 */
import type { GitopsApplication } from '@novacron/contract/gitops/application';
import type { Change } from '../../../ports/store.ts';
import type { GitopsApplicationRow } from '../../../ports/tables/automation/gitops-application-row.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import {
  type ApplicationHealth,
  syncStateOf,
  syncStatusOf,
  toLastSync,
  type WatchedStatus,
  watchedStatusOf,
  withHealth,
} from '../../resources/gitops-application/application-row.ts';
import { readLastSync } from '../../resources/gitops-application/read-applications.ts';
import { readHealth } from '../../resources/gitops-application/read-health.ts';
import { replan } from '../../rows/resource-problems.ts';

/** Interval between looks without a signal. Unit: ms. */
const LOOK_MS = 15_000;

/** The VMs of an application change one after the other: they are looked at once. Unit: ms. */
const WAKE_MS = 1_000;

/** Applications of which VMs and groups are read at once. */
const PAGE_LENGTH = 100;

/** Events after which the health of many applications may have changed, or a sync has ended. */
const CAUSES = /^(?:incident[.]|workflow[.]run[.](?:succeeded|failed|stuck)$)/;

/** Types of events by the status of a sync that has ended. */
const ENDED: Partial<Record<GitopsApplication['sync_status'], string>> = {
  synced: 'synced',
  out_of_sync: 'out_of_sync',
  failed: 'sync_failed',
};

/** Watches applications. */
export function applicationWatch({ deps }: { readonly deps: CapabilityDeps }): Reconciler {
  return {
    name: 'gitops-applications',
    summary: 'Watches the health of GitOps applications, and announces how syncs have ended.',
    everyMs: LOOK_MS,
    wakesAfterMs: WAKE_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) =>
      deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        if (typeof type === 'string' && CAUSES.test(type)) wake();
      }),
    run: async (budget) => {
      for (let after = ''; budget.mayContinue(); ) {
        const rows = await deps.store.read({
          from: 'gitops_applications',
          where: { id: { above: after } },
          orderBy: { column: 'id', direction: 'asc' },
          limit: PAGE_LENGTH,
          damaged: 'blank',
        });
        const health = await readHealth(deps, rows);
        for (const row of rows) {
          const now = health.get(row.id);
          if (now !== undefined && budget.mayContinue()) await note(deps, budget, { row, now });
        }
        if (rows.length < PAGE_LENGTH) break;
        after = rows.at(-1)?.id ?? after;
      }
      return undefined;
    },
  };
}

/** Stores what has changed, with its events. */
async function note(
  deps: CapabilityDeps,
  { guard }: ReconcilerBudget,
  { row, now }: { readonly row: GitopsApplicationRow; readonly now: ApplicationHealth },
): Promise<void> {
  const before = watchedStatusOf(row);
  const { last, fetched } = await readLastSync(deps, row);
  const status = syncStatusOf(syncStateOf(row), last, fetched);
  const isNews =
    last !== undefined && last.finished_at_ms !== null && last.id !== before?.announced;
  const sync = isNews ? endEvent(status, toLastSync(last, fetched?.commit)) : undefined;
  const after: WatchedStatus = {
    ...withHealth(before, now, deps.clock.nowMs()),
    sync: status,
    ...(sync === undefined ? {} : { announced: last?.id ?? null }),
  };
  if (JSON.stringify(after) === row.status_json) return;
  const changes: Change[] = [
    {
      kind: 'update',
      table: 'gitops_applications',
      id: row.id,
      set: { status_json: JSON.stringify(after), health_status: after.health },
      // A sync that has recorded itself meanwhile has seen more.
      expect: { status_json: row.status_json },
      otherwise: replan(`The application ${row.name}`),
    },
    ...(sync === undefined ? [] : [eventOf(deps, row, sync)]),
    ...(before === undefined || before.health === now.health
      ? []
      : [eventOf(deps, row, healthEvent(now))]),
  ];
  await commitUnder(guard, deps, changes);
}

interface ApplicationEvent {
  readonly type: string;
  readonly isBad: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

function endEvent(
  status: GitopsApplication['sync_status'],
  { execution_id, commit, message }: NonNullable<GitopsApplication['last_sync']>,
): ApplicationEvent {
  return {
    type: ENDED[status] ?? 'sync_failed',
    isBad: status === 'failed',
    data: { execution_id, commit, ...(message === null ? {} : { detail: message }) },
  };
}

function healthEvent({ health, unhealthy }: ApplicationHealth): ApplicationEvent {
  const [first] = unhealthy;
  const detail = first === undefined ? {} : { detail: `${first.resource}: ${first.reason}` };
  return { type: health, isBad: health === 'degraded', data: { ...detail, unhealthy } };
}

function eventOf(
  deps: CapabilityDeps,
  { id, tenant_id: tenantId, name }: GitopsApplicationRow,
  { type, isBad, data }: ApplicationEvent,
): Change {
  return eventChange(deps, {
    tenantId,
    type: `gitops_application.${type}`,
    source: 'gitops',
    target: id,
    priority: isBad ? 'high' : 'normal',
    data: { name, ...data },
  });
}
