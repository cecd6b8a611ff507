/**
 * Asks the policies about every existing resource: would it be admitted unchanged today? One server
 * does it for all that share a store: when policies or waivers have changed, and from time to time.
 * Source of the idea: the audit of Open Policy Agent's Gatekeeper.
 */

import { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import { ViolationState } from '@novacron/contract/kinds/policy/policy-violation';
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import {
  type FoundViolation,
  type KnownViolation,
  planViolations,
  type ViolationChange,
} from '@novacron/engine/policy/plan-violations';
import type { Askable } from '../../../ports/policy-runtime.ts';
import type { Change } from '../../../ports/store.ts';
import type { PolicyViolationRow } from '../../../ports/tables/policy-violation-rows.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { PLATFORM_NAME } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import { readWaivers } from '../../policy/waivers/waivers.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { KIND_WHERE, RESOURCE_TABLES } from '../../rows/resource-tables.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { CapabilityDeps } from '../deps.ts';

/** How often changes of policies and waivers are looked for. */
const LOOK_MS = 15_000;

/** How often everything is checked even without such a change: resources have changed. */
const SCAN_MS = 300_000;

const ROWS_PER_PAGE = 200;

const CHANGES_PER_COMMIT_MAX = 200;

/** What the scan needs. */
export interface ScanParts {
  readonly deps: CapabilityDeps;
  readonly onEvents: () => void;
}

interface Scan extends ScanParts, Pick<ReconcilerBudget, 'guard'> {}

/** Checks existing resources against policies. */
export function violationScan(parts: ScanParts): Reconciler {
  const { deps } = parts;
  const done = new Map<string, { readonly of: string; readonly atMs: number }>();

  async function lookAt(scan: Scan, tenantId: string): Promise<void> {
    const nowMs = deps.clock.nowMs();
    const rules = await readRules(deps, tenantId, nowMs);
    const last = done.get(tenantId);
    if (last?.of === rules.fingerprint && nowMs - last.atMs < SCAN_MS) return;
    await scanTenant(scan, tenantId, rules);
    done.set(tenantId, { of: rules.fingerprint, atMs: nowMs });
  }

  return {
    name: 'violation-scan',
    summary: 'Checks existing resources against policies.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      for (const { id } of await deps.store.read({ from: 'tenants' })) {
        if (!mayContinue()) return undefined;
        await lookAt({ ...parts, guard }, id);
      }
      return undefined;
    },
  };
}

interface Rules {
  readonly policies: readonly Askable[];
  readonly waivers: Awaited<ReturnType<typeof readWaivers>>;
  /** A different value means that a scan is due. */
  readonly fingerprint: string;
}

async function readRules({ store, decisions }: CapabilityDeps, tenantId: string, nowMs: number) {
  const deciding = await readDeciding(store, tenantId, { nowMs, memory: decisions.memory });
  // The permissions of callers say nothing about existing resources.
  const policies = deciding.filter(({ type, fault }) => type !== 'access' && fault === undefined);
  const waivers = await readWaivers(store, { tenantId });
  const fingerprint = JSON.stringify([
    policies.map(({ id, name, version, mode, type, actions, selector }) => [
      id,
      name,
      version,
      mode,
      type,
      actions,
      selector,
    ]),
    waivers.map(({ id, expiresAtMs }) => [id, expiresAtMs > nowMs]),
  ]);
  return { policies, waivers, fingerprint };
}

async function scanTenant(
  { deps, guard, onEvents }: Scan,
  tenantId: string,
  { policies, waivers }: Rules,
): Promise<void> {
  const found: FoundViolation[] = [];
  if (policies.length > 0) {
    for (const kind of RESOURCE_KINDS)
      found.push(...(await askAboutKind(deps, tenantId, kind, policies)));
  }
  const nowMs = deps.clock.nowMs();
  const rows = await deps.store.read({
    from: 'policy_violations',
    where: { tenant_id: tenantId },
  });
  const changes = planViolations({ known: rows.map(toKnown), found, waivers, nowMs });
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (let at = 0; at < changes.length; at += CHANGES_PER_COMMIT_MAX) {
    const some = changes.slice(at, at + CHANGES_PER_COMMIT_MAX);
    const written = some.flatMap((change) => {
      const before = change.id === null ? undefined : byId.get(change.id);
      return toChanges(deps, { change, before, tenantId, nowMs });
    });
    const answer = await deps.store.commit([guard(), ...written]);
    if (!answer.ok) throw new Error(answer.error.detail);
  }
  if (changes.length > 0) onEvents();
}

async function askAboutKind(
  deps: CapabilityDeps,
  tenantId: string,
  kind: ResourceKind,
  policies: readonly Askable[],
): Promise<readonly FoundViolation[]> {
  const found: FoundViolation[] = [];
  for (let after = ''; ; ) {
    const from: (typeof RESOURCE_TABLES)[ResourceKind] = RESOURCE_TABLES[kind];
    const where = { ...KIND_WHERE[kind], tenant_id: tenantId, id: { above: after } };
    const rows: readonly ResourceRow[] = await deps.store.read({
      from,
      where,
      limit: ROWS_PER_PAGE,
    });
    for (const row of rows) found.push(...(await askAbout(deps, kind, row, policies)));
    if (rows.length < ROWS_PER_PAGE) return found;
    after = rows.at(-1)?.id ?? '';
  }
}

async function askAbout(
  deps: CapabilityDeps,
  kind: ResourceKind,
  row: ResourceRow,
  policies: readonly Askable[],
): Promise<readonly FoundViolation[]> {
  const fields = desiredOf(row);
  const { question, ask } = planPolicyQuestions({
    operation: `${kind}.update`,
    principal: 'person',
    subject: { userId: PLATFORM_NAME, role: 'admin', tenant: row.tenant_id },
    resource: { type: kind, id: row.id, name: row.name, fields },
    before: fields,
    context: {
      client: 'platform',
      deployment: 'default',
      request_id: '',
      time: toTimestamp(deps.clock.nowMs()),
    },
    unknownFields: [],
    policies,
  });
  const found: FoundViolation[] = [];
  for (const policy of ask) {
    const evaluate = () => deps.policies.evaluate(policy.ruleText, question);
    const { answer } = await deps.decisions.cache.answer(policy, question, evaluate);
    const { policies: verdicts } = planAdmission({
      question,
      answered: [{ policy, answer }],
      deferred: [],
    });
    for (const { outcome, reasons } of verdicts) {
      if (outcome !== 'deny') continue;
      found.push({
        policyId: policy.id,
        policyName: policy.name,
        policyVersion: policy.version,
        mode: policy.mode,
        resourceKind: kind,
        resourceId: row.id,
        resourceName: row.name,
        reasons,
      });
    }
  }
  return found;
}

function toKnown(row: PolicyViolationRow): KnownViolation {
  return {
    id: row.id,
    state: ViolationState.parse(row.state),
    policyId: row.policy_id,
    policyName: row.policy_name,
    policyVersion: row.policy_version,
    mode: EnforcementMode.parse(row.mode),
    resourceKind: row.resource_kind,
    resourceId: row.resource_id,
    resourceName: row.resource_name,
    reasons: JSON.parse(row.reasons_json),
    waiverId: row.waiver_id,
  };
}

function toChanges(
  deps: CapabilityDeps,
  given: {
    readonly change: ViolationChange;
    readonly before: PolicyViolationRow | undefined;
    readonly tenantId: string;
    readonly nowMs: number;
  },
): readonly Change[] {
  const { change, before, tenantId, nowMs } = given;
  const { kind, violation, state, waiverId } = change;
  const row: PolicyViolationRow = {
    id: before?.id ?? deps.ids.next('pvio'),
    tenant_id: tenantId,
    state,
    policy_id: violation.policyId,
    policy_name: violation.policyName,
    policy_version: violation.policyVersion,
    mode: violation.mode,
    resource_kind: violation.resourceKind,
    resource_id: violation.resourceId,
    resource_name: violation.resourceName,
    reasons_json: JSON.stringify(violation.reasons),
    waiver_id: waiverId,
    opened_at_ms: kind === 'opens' || before === undefined ? nowMs : before.opened_at_ms,
    changed_at_ms: nowMs,
    resolved_at_ms: state === 'resolved' ? nowMs : null,
  };
  return [
    { kind: 'put', into: 'policy_violations', row },
    eventChange(deps, {
      tenantId,
      type: `policy_violation.${kind === 'resolves' ? 'resolved' : state}`,
      source: PLATFORM_NAME,
      target: row.id,
      priority: 'normal',
      data: { policy: row.policy_name, kind: row.resource_kind, name: row.resource_name },
    }),
  ];
}
