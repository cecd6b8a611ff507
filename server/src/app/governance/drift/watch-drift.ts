/**
 * Watches for drift, on one of the servers of a store: a resource that an event names is compared
 * at once, all of them from time to time. An interrupted scan resumes where it stopped.
 */
import { Event } from '@novacron/contract/events/event';
import type { JsonObject } from '@novacron/contract/json';
import type { Change } from '../../../ports/store.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { DRIFT_SOURCE, type RecordParts, updateDriftRecords } from './drift-records.ts';

/** Interval of full scans. Unit: milliseconds. */
const SCAN_MS = 300_000;

/** Number of resources that one round compares, so that requests are served in between. */
const IDS_PER_ROUND = 500;

/** Events are collected for this long and compared together. */
const GATHER_MS = 20;

/** Backoff after a round that the store refused. */
const RETRY_MS = 1_000;

const SCAN_ID = 'scan';

const TABLES = [...new Set(Object.values(RESOURCE_TABLES))];

/** The end of an operation brings another event, and a new resource is as it was applied. */
function isNoNews(type: string): boolean {
  return type.endsWith('.accepted') || type.endsWith('.create.succeeded');
}

/**
 * Compares resources with their baselines: all of them in rounds, and one when an event names it.
 */
export function driftScan(watch: Omit<RecordParts, 'guard'>): Reconciler {
  const { deps } = watch;
  const pending = new Set<string>();
  let working: Promise<void> | undefined;
  let cancelWork: (() => void) | undefined;
  let budget: ReconcilerBudget | undefined;

  function hear(message: JsonObject): void {
    if (isNoNews(String(message.type)) || budget?.mayContinue() !== true) return;
    const event = Event.safeParse(message);
    if (!event.success || event.data.source === DRIFT_SOURCE || event.data.target === '') return;
    pending.add(event.data.target);
    if (event.data.type.startsWith('vm.delete.')) void lookAtVolumes(event.data.tenant_id);
    workLater(GATHER_MS);
  }

  /** A deleted VM detaches its volumes without an event for each of them. */
  async function lookAtVolumes(tenantId: string): Promise<void> {
    const where = { tenant_id: tenantId, resource_kind: 'volume' } as const;
    const volumes = await deps.store
      .read({ from: 'baselines', where, damaged: 'blank' })
      .catch(() => []);
    for (const { id } of volumes) pending.add(id);
    workLater(GATHER_MS);
  }

  function workLater(delayMs: number): void {
    if (cancelWork !== undefined || working !== undefined) return;
    cancelWork = deps.timers.after(delayMs, () => {
      cancelWork = undefined;
      working = work().finally(() => {
        working = undefined;
        if (pending.size > 0) workLater(GATHER_MS);
      });
    });
  }

  async function work(): Promise<void> {
    const ids = [...pending].slice(0, IDS_PER_ROUND);
    for (const id of ids) pending.delete(id);
    if (budget?.mayContinue() !== true) return;
    try {
      await updateDriftRecords({ ...watch, guard: budget.guard }, ids);
    } catch (cause) {
      deps.logger.warn({ cause }, 'the drift scan is retried');
      for (const id of ids) pending.add(id);
      await new Promise<void>((resolve) => deps.timers.after(RETRY_MS, resolve));
    }
  }

  async function scanAll({ mayContinue, guard }: ReconcilerBudget): Promise<undefined> {
    const [row] = await deps.store.read({ from: 'drift_scans', where: { id: SCAN_ID } });
    const nowMs = deps.clock.nowMs();
    let state =
      row === undefined || row.after_id === ''
        ? { id: SCAN_ID, after_id: '', started_at_ms: nowMs, finished_at_ms: 0, compared: 0 }
        : row;
    while (mayContinue()) {
      const ids = await nextIds(state.after_id);
      // There is no resource.
      if (ids.length === 0 && row === undefined && state.after_id === '') return;
      const after = ids.length < IDS_PER_ROUND ? '' : (ids.at(-1) ?? '');
      const isEnd = after === '';
      state = { ...state, after_id: after, finished_at_ms: isEnd ? deps.clock.nowMs() : 0 };
      const kept: Change = { kind: 'put', into: 'drift_scans', row: state };
      const { compared } = await updateDriftRecords({ ...watch, guard }, ids, [kept]);
      state = { ...state, compared: state.compared + compared };
      if (isEnd) return;
    }
  }

  /**
   * Returns the next ids of resources, whose baselines may have been removed, and of records
   * without a resource.
   */
  async function nextIds(after: string): Promise<readonly string[]> {
    const where = { id: { above: after } };
    const ids = new Set<string>();
    for (const from of ['baselines', 'drift_records', ...TABLES] as const) {
      const query = { from, where, limit: IDS_PER_ROUND, damaged: 'blank' } as const;
      for (const { id } of await deps.store.read(query)) ids.add(id);
    }
    return [...ids].sort().slice(0, IDS_PER_ROUND);
  }

  return {
    name: 'drift-scan',
    summary: 'Compares resources with their baselines and records drift.',
    everyMs: SCAN_MS,
    lease: 'reconcilers',
    run: scanAll,
    subscribe: (given) => {
      budget = given;
      const leave = deps.bus.subscribe(EVENT_SUBJECT, hear);
      return () => {
        leave();
        cancelWork?.();
      };
    },
  };
}
