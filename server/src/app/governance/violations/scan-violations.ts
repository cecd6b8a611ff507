/**
 * Asks the policies about existing resources: would each be admitted unchanged today? What did not
 * change is not asked again (see `scan-state.ts`).
 */

import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { WaiverInQuestion } from '@novacron/engine/policy/model/waiver';
import { type KnownViolation, planViolations } from '@novacron/engine/policy/plan-violations';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { PolicyViolationRow } from '../../../ports/tables/policy/policy-violation-rows.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import { readWaivers } from '../../policy/waivers/waivers.ts';
import { KIND_WHERE, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { type Judge, retainKeys, type TenantScan } from '../scan/judge.ts';
import type { PolicyVerdicts } from '../scan/policy-verdicts.ts';
import { type AskedResources, askAboutResources, pairOf } from './ask-about-resources.ts';
import { beginScan, continueScan, endPage, type ScanState } from './scan-state.ts';
import { toChanges, toKnown } from './violation-rows.ts';

/**
 * Interval between reads of a tenant's policies without an event of the tenant: policies of the
 * platform change without an event, and versions take effect at a set time. Reading decrypts every
 * text.
 */
const RULES_MS = 60_000;

/**
 * Resources of a page times the policies that are asked about them. A page is asked about as a
 * whole: a tenant whose budget it exceeds waits before the next one.
 */
const PAIRS_PER_PAGE = 2_000;

const ROWS_PER_PAGE_MAX = 50;

const CHANGES_PER_COMMIT_MAX = 200;

interface Scan extends TenantScan {
  readonly deps: CapabilityDeps;
  readonly verdicts: PolicyVerdicts;
}

/** Asks policies about existing resources. @param verdicts - where those that count as checks go */
export function violationJudge(deps: CapabilityDeps, verdicts: PolicyVerdicts): Judge {
  const states = new Map<string, ScanState>();
  const looked = new Map<string, Looked>();

  /** Looks what has changed for a tenant, apart from its resources. */
  async function look(of: TenantScan): Promise<void> {
    const { tenantId } = of;
    const before = states.get(tenantId);
    const nowMs = deps.clock.nowMs();
    const mark = await readMark(deps, of);
    const last = looked.get(tenantId);
    const isRecent = last !== undefined && nowMs - last.atMs < RULES_MS;
    if (isRecent && last.mark === mark && before !== undefined) return;
    const rules = await readRules(deps, tenantId);
    looked.set(tenantId, { rules, mark, atMs: nowMs });
    const due = before === undefined ? beginScan(rules, nowMs) : continueScan(before, rules, nowMs);
    const isNewRule = before === undefined || due.passes !== before.passes;
    if (isNewRule || due.policies.size !== before.policies.size || due.waivers !== rules.waivers) {
      await compareRules({ ...of, deps, verdicts }, rules);
    }
    states.set(tenantId, { ...due, waivers: rules.waivers });
  }

  return {
    look,
    changesMax: (tenantId) => rowsPerPage(looked.get(tenantId)?.rules.policies ?? []),
    judgeChanged: async (of, ids) => {
      const rules = looked.get(of.tenantId)?.rules;
      if (rules !== undefined) await askAboutChanged({ ...of, deps, verdicts }, rules, ids);
    },
    judgePage: async (of) => {
      const { tenantId } = of;
      const state = states.get(tenantId);
      const rules = looked.get(tenantId)?.rules;
      if (state === undefined || rules === undefined) return false;
      const next = await continuePass({ ...of, deps, verdicts }, rules, state);
      states.set(tenantId, next);
      const isMore = next.passes.length > 0;
      if (!isMore) verdicts.complete(tenantId);
      return isMore;
    },
    retain: (tenantIds) => {
      verdicts.retain(tenantIds);
      retainKeys(states, tenantIds);
      retainKeys(looked, tenantIds);
    },
  };
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
async function readMark(
  { store, clock }: CapabilityDeps,
  { tenantId, mark }: TenantScan,
): Promise<string> {
  const waivers = await readWaivers(store, { tenantId });
  return `${mark} ${describeWaivers(waivers, clock.nowMs())}`;
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

/** Violations of policies that are gone are resolved, and waivers applied: nothing is evaluated. */
async function compareRules(scan: Scan, rules: Rules): Promise<void> {
  const asked = new Set(rules.policies.map(({ id }) => id));
  const { tenantId } = scan;
  scan.verdicts.retainPolicies(tenantId, asked);
  const rows = await scan.deps.store.read({
    from: 'policy_violations',
    where: { tenant_id: tenantId, state: { in: ['open', 'waived'] } },
  });
  const known = rows.map(toKnown);
  const found = known.filter(({ policyId }) => asked.has(policyId));
  await writeChanges(scan, rules, rows, { known, found });
}

/** Asks about resources that changed. */
async function askAboutChanged(
  scan: Scan,
  rules: Rules,
  targets: ReadonlySet<string>,
): Promise<void> {
  const { deps, tenantId } = scan;
  for (const kind of RESOURCE_KINDS) {
    const prefix = `${RESOURCE_DEFINITIONS[kind].noun.prefix}_`;
    const ids = [...targets].filter((id) => id.startsWith(prefix));
    if (ids.length === 0) continue;
    const rows = await readKind(deps, kind, { tenant_id: tenantId, id: { in: ids } });
    const asked = await askAboutResources(deps, kind, rows, rules.policies);
    const policyIds = new Set(rules.policies.map(({ id }) => id));
    scan.verdicts.add(tenantId, { resourceIds: ids, policyIds, results: asked.results });
    await compareFound(scan, rules, asked, { resource_id: { in: ids } });
  }
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
  const resourceIds = rows.map(({ id }) => id);
  scan.verdicts.add(tenantId, { resourceIds, policyIds, results: asked.results });
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
