/**
 * Follows the events and the audit log of each tenant and has its judges judge what changed, and
 * page by page what is due besides. One server does it for all that share a store. Tenants take
 * turns, a page each, within a budget of their own. Source of the idea: the audit of Open Policy
 * Agent's Gatekeeper.
 */
import { steadyMs } from '@novacron/runtime/clock';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { type Judge, retainKeys, type TenantScan } from './judge.ts';

/** Interval between looks. */
const LOOK_MS = 15_000;

/** Time until the next round if this one ended before its work. */
const MORE_MS = 1_000;

/** Pages of one round, of all tenants. */
const PAGES_PER_ROUND_MAX = 100;

/** Dependencies of the scan. */
export interface TenantScanParts {
  readonly deps: CapabilityDeps;
  readonly judges: readonly Judge[];
}

/** Positions in the events and in the audit log of a tenant. */
interface Positions {
  readonly events: number;
  readonly audit: number;
}

interface Round extends TenantScan {
  readonly latest: Positions;
}

/** Judges what exists. */
export function tenantScan({ deps, judges }: TenantScanParts): Reconciler {
  /** Positions up to which each tenant is followed. */
  const followed = new Map<string, Positions>();

  async function look(scan: Round): Promise<void> {
    const { tenantId, latest } = scan;
    if (!followed.has(tenantId)) followed.set(tenantId, latest);
    for (const judge of judges) await judge.look(scan);
  }

  /** Judges one page of a tenant. */
  async function scanPage(scan: Round): Promise<'more' | 'over-budget' | 'done'> {
    const budget = deps.decisions.scanBudgets.of(scan.tenantId);
    if (budget.refuse() !== undefined) return 'over-budget';
    const beganMs = steadyMs(deps.clock);
    let isMore = await followChanges(scan);
    if (!isMore) for (const judge of judges) isMore = (await judge.judgePage(scan)) || isMore;
    // Judging takes time of the thread that serves requests.
    budget.charge(steadyMs(deps.clock) - beganMs);
    return isMore ? 'more' : 'done';
  }

  /** Has changed subjects judged. @returns whether there may be more */
  async function followChanges(scan: Round): Promise<boolean> {
    const { tenantId, latest } = scan;
    const before = followed.get(tenantId) ?? latest;
    if (before.events >= latest.events && before.audit >= latest.audit) return false;
    const limit = Math.min(...judges.map((judge) => judge.changesMax(tenantId)));
    const orderBy = { column: 'position', direction: 'asc' } as const;
    const behind = (above: number) => ({ tenant_id: tenantId, position: { above } });
    const { events, audit } = await deps.store.snapshot({
      events: { from: 'events', where: behind(before.events), orderBy, limit },
      // Keys, roles and channels have no events.
      audit: { from: 'audit', where: behind(before.audit), orderBy, limit },
    });
    const ids = [...events.map(({ target }) => target), ...audit.map((each) => each.resource_id)];
    for (const judge of judges) await judge.judgeChanged(scan, new Set(ids));
    followed.set(tenantId, {
      events: events.at(-1)?.position ?? latest.events,
      audit: audit.at(-1)?.position ?? latest.audit,
    });
    return events.length === limit || audit.length === limit;
  }

  async function beginRound({ guard }: ReconcilerBudget): Promise<readonly Round[]> {
    const tenants = await deps.store.read({ from: 'tenants' });
    const ids = new Set<string>(tenants.map(({ id }) => id));
    retainKeys(followed, ids);
    for (const judge of judges) judge.retain(ids);
    const scans: Round[] = [];
    for (const { id: tenantId, is_platform } of tenants) {
      const latest = await latestPositions(deps, tenantId);
      const mark = `${latest.events} ${latest.audit}`;
      scans.push({ tenantId, isPlatform: is_platform === 1, latest, mark, guard });
    }
    return scans;
  }

  return {
    name: 'compliance-scan',
    summary: 'Judges what exists by policies and by the checks of compliance.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      const faults: unknown[] = [];
      let isUnfinished = false;
      /** Calls the work for each tenant; a fault of one does not hold up the others. */
      const visit = async (
        scans: readonly Round[],
        work: (scan: Round) => Promise<'more' | 'over-budget' | 'done'>,
      ): Promise<readonly Round[]> => {
        const more: Round[] = [];
        for (const scan of scans) {
          if (!budget.mayContinue()) return [];
          try {
            const outcome = await work(scan);
            if (outcome === 'more') more.push(scan);
            if (outcome === 'over-budget') isUnfinished = true;
          } catch (cause) {
            faults.push(cause);
          }
        }
        return more;
      };
      let turn = await visit(await beginRound(budget), async (scan) => {
        await look(scan);
        return 'more';
      });
      for (let pages = 0; turn.length > 0 && pages < PAGES_PER_ROUND_MAX; pages += turn.length) {
        turn = await visit(turn, scanPage);
      }
      const [cause] = faults;
      if (cause !== undefined) throw new Error('a tenant was not judged', { cause });
      return isUnfinished || turn.length > 0 ? { nextMs: MORE_MS } : undefined;
    },
  };
}

/** Latest events and audit entries of a tenant. */
async function latestPositions({ store }: CapabilityDeps, tenantId: string): Promise<Positions> {
  const orderBy = { column: 'position', direction: 'desc' } as const;
  const where = { tenant_id: tenantId, position: { above: 0 } };
  const { events, audit } = await store.snapshot({
    events: { from: 'events', where, orderBy, limit: 1 },
    audit: { from: 'audit', where, orderBy, limit: 1 },
  });
  return { events: events[0]?.position ?? 0, audit: audit[0]?.position ?? 0 };
}
