/**
 * Asks the policies about existing resources: would each be admitted unchanged today? One server
 * does it for all that share a store. It follows the events: what did not change is not asked again
 * (see `scan-state.ts`). Tenants are served in turn, a page each, within a budget of their own.
 * Source of the idea: the audit of Open Policy Agent's Gatekeeper.
 */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { WaiverInQuestion } from '@novacron/engine/policy/model/waiver';
import { type KnownViolation, planViolations } from '@novacron/engine/policy/plan-violations';
import { steadyMs } from '@novacron/runtime/clock';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { PolicyViolationRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import type { ResourceRow, Tables } from '../../../ports/tables/tables.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import { readWaivers } from '../../policy/waivers/waivers.ts';
import { KIND_WHERE, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { type AskedResources, askAboutResources, pairOf } from './ask-about-resources.ts';
import { beginScan, continueScan, endPage, type ScanState } from './scan-state.ts';
import { toChanges, toKnown } from './violation-rows.ts';

/** Interval between checks for changes of policies, waivers and resources. */
const LOOK_MS = 15_000;

/**
 * Interval between reads of a tenant's policies without an event of the tenant: policies of the
 * platform change without an event, and versions take effect at a set time. Reading decrypts every
 * text.
 */
const RULES_MS = 60_000;

/** Time until the next round where this one ended before its work. */
const MORE_MS = 1_000;

/** Pages of one round, of all tenants. */
const PAGES_PER_ROUND_MAX = 100;

/**
 * Resources of a page times the policies that are asked about them. A page is asked about as a
 * whole: a tenant whose budget it exceeds waits before the next one.
 */
const PAIRS_PER_PAGE = 2_000;

const ROWS_PER_PAGE_MAX = 50;

const CHANGES_PER_COMMIT_MAX = 200;

/** Dependencies of the scan. */
export interface ScanParts {
  readonly deps: CapabilityDeps;
}

interface Scan extends ScanParts, Pick<ReconcilerBudget, 'guard'> {
  readonly tenantId: string;
}

/** Checks existing resources against policies. */
export function violationScan(parts: ScanParts): Reconciler {
  const { deps } = parts;
  const states = new Map<string, ScanState>();

  const looked = new Map<string, Looked>();

  /** Looks what has changed for a tenant, apart from its resources. */
  async function look(tenantId: string, { guard }: Pick<Scan, 'guard'>): Promise<TenantScan> {
    const scan = { ...parts, guard, tenantId };
    const before = states.get(tenantId);
    const nowMs = deps.clock.nowMs();
    const mark = await readMark(deps, tenantId);
    const last = looked.get(tenantId);
    const isRecent = last !== undefined && nowMs - last.atMs < RULES_MS;
    if (isRecent && last.mark === mark && before !== undefined) return { scan, rules: last.rules };
    const rules = await readRules(deps, tenantId);
    looked.set(tenantId, { rules, mark, atMs: nowMs });
    const due =
      before === undefined
        ? beginScan(rules, await latestPosition(deps, tenantId), nowMs)
        : continueScan(before, rules, nowMs);
    const isNewRule = before === undefined || due.passes !== before.passes;
    if (isNewRule || due.policies.size !== before.policies.size || due.waivers !== rules.waivers) {
      await compareRules(scan, rules);
    }
    states.set(tenantId, { ...due, waivers: rules.waivers });
    return { scan, rules };
  }

  /** Scans the next page of a tenant. @returns whether there is more, and time left for it */
  async function scanPage({ scan, rules }: TenantScan): Promise<boolean> {
    const { tenantId } = scan;
    const before = states.get(tenantId);
    if (before === undefined || isOverBudget(deps, tenantId)) return false;
    const beganMs = steadyMs(deps.clock);
    const followed = await followEvents(scan, rules, before);
    const state = followed.hasMore
      ? followed.state
      : await continuePass(scan, rules, followed.state);
    states.set(tenantId, state);
    // Most answers are remembered: comparing them takes time of the thread that serves requests.
    deps.decisions.scanBudgets.of(tenantId).charge(steadyMs(deps.clock) - beganMs);
    return followed.hasMore || state.passes.length > 0;
  }

  return {
    name: 'violation-scan',
    summary: 'Checks existing resources against policies.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const tenantIds = (await deps.store.read({ from: 'tenants' })).map(({ id }) => id);
      forgetOthers(states, tenantIds);
      forgetOthers(looked, tenantIds);
      let turn: TenantScan[] = [];
      for (const tenantId of tenantIds) {
        if (!mayContinue()) return undefined;
        turn.push(await look(tenantId, { guard }));
      }
      let pages = 0;
      while (turn.length > 0) {
        const more: TenantScan[] = [];
        for (const each of turn) {
          if (!mayContinue()) return undefined;
          if (await scanPage(each)) more.push(each);
        }
        pages += turn.length;
        turn = more;
        if (pages >= PAGES_PER_ROUND_MAX) break;
      }
      const isUnfinished = [...states.values()].some(({ passes }) => passes.length > 0);
      return isUnfinished ? { nextMs: MORE_MS } : undefined;
    },
  };
}

function forgetOthers(states: Map<string, unknown>, tenantIds: readonly string[]): void {
  for (const id of states.keys()) if (!tenantIds.includes(id)) states.delete(id);
}

function isOverBudget({ decisions }: CapabilityDeps, tenantId: string): boolean {
  return decisions.scanBudgets.of(tenantId).refuse() !== undefined;
}

/** The scan of one tenant in one round. */
interface TenantScan {
  readonly scan: Scan;
  readonly rules: Rules;
}

function rowsPerPage({ length }: readonly Askable[]): number {
  const rows = Math.floor(PAIRS_PER_PAGE / Math.max(1, length));
  return Math.max(1, Math.min(ROWS_PER_PAGE_MAX, rows));
}

/** The rules of a tenant as they were read last. */
interface Looked {
  readonly rules: Rules;
  readonly mark: string;
  readonly atMs: number;
}

/** Differs after any event of the tenant, and when a waiver begins or ends. */
async function readMark(deps: CapabilityDeps, tenantId: string): Promise<string> {
  const nowMs = deps.clock.nowMs();
  const position = await latestPosition(deps, tenantId);
  return `${position} ${describeWaivers(await readWaivers(deps.store, { tenantId }), nowMs)}`;
}

function describeWaivers(waivers: readonly WaiverInQuestion[], nowMs: number): string {
  return JSON.stringify(waivers.map(({ id, expiresAtMs }) => [id, expiresAtMs > nowMs]));
}

interface Rules {
  readonly policies: readonly Askable[];
  readonly known: readonly WaiverInQuestion[];
  readonly waivers: string;
}

async function readRules({ store, decisions, clock }: CapabilityDeps, tenantId: string) {
  const nowMs = clock.nowMs();
  const deciding = await readDeciding(store, tenantId, { nowMs, memory: decisions.memory });
  // The permissions of callers say nothing about existing resources.
  const policies = deciding.filter(({ type, fault }) => type !== 'access' && fault === undefined);
  const known = await readWaivers(store, { tenantId });
  return { policies, known, waivers: describeWaivers(known, nowMs) };
}

async function latestPosition({ store }: CapabilityDeps, tenantId: string): Promise<number> {
  const orderBy = { column: 'position', direction: 'desc' } as const;
  const where = { tenant_id: tenantId, position: { above: 0 } };
  const [row] = await store.read({ from: 'events', where, orderBy, limit: 1 });
  return row?.position ?? 0;
}

/** Violations of policies that are gone are resolved, and waivers applied: nothing is evaluated. */
async function compareRules(scan: Scan, rules: Rules): Promise<void> {
  const asked = new Set(rules.policies.map(({ id }) => id));
  const { tenantId } = scan;
  const rows = await scan.deps.store.read({
    from: 'policy_violations',
    where: { tenant_id: tenantId, state: { in: ['open', 'waived'] } },
  });
  const known = rows.map(toKnown);
  const found = known.filter(({ policyId }) => asked.has(policyId));
  await writeChanges(scan, rules, rows, { known, found });
}

/** Asks about resources that events name. */
async function followEvents(scan: Scan, rules: Rules, state: ScanState) {
  const { deps, tenantId } = scan;
  const eventsMax = rowsPerPage(rules.policies);
  const events = await deps.store.read({
    from: 'events',
    where: { tenant_id: tenantId, position: { above: state.position } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: eventsMax,
  });
  for (const kind of RESOURCE_KINDS) {
    const ids = targetsOf(kind, events);
    if (ids.length === 0) continue;
    const rows = await readKind(deps, kind, { tenant_id: tenantId, id: { in: ids } });
    const asked = await askAboutResources(deps, kind, rows, rules.policies);
    await compareFound(scan, rules, asked, { resource_id: { in: ids } });
  }
  const position = events.at(-1)?.position ?? state.position;
  const hasMore = events.length === eventsMax;
  return { state: { ...state, position }, hasMore };
}

function targetsOf(kind: ResourceKind, events: readonly Tables['events'][]): readonly string[] {
  const prefix = `${RESOURCE_DEFINITIONS[kind].noun.prefix}_`;
  const targets = events.map(({ target }) => target).filter((id) => id.startsWith(prefix));
  return [...new Set(targets)];
}

/** Asks about the next page of the pass at work. */
async function continuePass(scan: Scan, rules: Rules, state: ScanState): Promise<ScanState> {
  const { deps, tenantId } = scan;
  const [pass] = state.passes;
  if (pass === undefined) return state;
  const { kind, after, policyIds } = pass;
  const where = { tenant_id: tenantId, id: { above: after } };
  const policies = rules.policies.filter(({ id }) => policyIds.has(id));
  const rowsMax = rowsPerPage(policies);
  const rows = await readKind(deps, kind, where, rowsMax);
  const asked = await askAboutResources(deps, kind, rows, policies);
  const last = rows.length < rowsMax ? undefined : rows.at(-1)?.id;
  const isSeen = (violation: KnownViolation): boolean =>
    policyIds.has(violation.policyId) && (last === undefined || violation.resourceId <= last);
  const of = { resource_kind: kind, resource_id: { above: after } };
  await compareFound(scan, rules, asked, of, isSeen);
  return endPage(state, last);
}

async function readKind(
  { store }: CapabilityDeps,
  kind: ResourceKind,
  where: object,
  limit?: number,
): Promise<readonly ResourceRow[]> {
  const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
  const query = { from, where: { ...KIND_WHERE[kind], ...where }, damaged: 'blank' } as const;
  return store.read(limit === undefined ? query : { ...query, limit });
}

/** Compares what was found about some resources with what is known of the same. */
async function compareFound(
  scan: Scan,
  rules: Rules,
  { found, unanswered }: AskedResources,
  about: object,
  isSeen: (known: KnownViolation) => boolean = () => true,
): Promise<void> {
  const { deps, tenantId } = scan;
  const where = { tenant_id: tenantId, ...about };
  const rows = await deps.store.read({ from: 'policy_violations', where });
  const known = rows
    .map(toKnown)
    .filter(isSeen)
    .filter(({ policyId, resourceId }) => !unanswered.has(pairOf(policyId, resourceId)));
  await writeChanges(scan, rules, rows, { known, found });
}

async function writeChanges(
  { deps, guard, tenantId }: Scan,
  { known: waivers }: Rules,
  rows: readonly PolicyViolationRow[],
  scan: Pick<Parameters<typeof planViolations>[0], 'known' | 'found'>,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const changes = planViolations({ ...scan, waivers, nowMs });
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (let at = 0; at < changes.length; at += CHANGES_PER_COMMIT_MAX) {
    const some = changes.slice(at, at + CHANGES_PER_COMMIT_MAX);
    const written = some.flatMap((change) => {
      const before = change.id === null ? undefined : byId.get(change.id);
      return toChanges(deps, { change, before, tenantId, nowMs });
    });
    const answer = await commitUnder(guard, deps, written);
    if (!answer.ok) throw new Error(answer.error.detail);
  }
}
