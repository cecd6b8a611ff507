/**
 * Evaluates the orchestration policies of all tenants from time to time and starts the actions that
 * are due. One server does it for all that share a store, under the lease of the reconcilers.
 */
import { createHash } from 'node:crypto';
import { parseDuration } from '@novacron/contract/formats/duration';
import { canonicalJson } from '@novacron/contract/json';
import { assert } from '@novacron/contract/result';
import type {
  PolicyTrace,
  RequestedAction,
} from '@novacron/engine/automation/orchestration/model/orchestration';
import { planOrchestration } from '@novacron/engine/automation/orchestration/plan-orchestration';
import {
  type FollowingAction,
  planTriggers,
  type TriggerState,
  urgencyOf,
} from '@novacron/engine/automation/orchestration/plan-triggers';
import { resizeGroup } from '@novacron/engine/automation/orchestration/resize-group';
import type { Change } from '../../../ports/store.ts';
import type { AlertRow } from '../../../ports/tables/incident-rows.ts';
import type { OrchestrationTriggerRow } from '../../../ports/tables/orchestration-rows.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import { findSteering, listFaults } from '../../placement/steering/load-placement-policies.ts';
import { withGroups } from '../../resources/vm-group/policies-of-groups.ts';
import type { SteeringPolicy } from '../../rows/stored-policies.ts';
import { alertKey, settleAlerts } from '../alerts/track-alerts.ts';
import type { DueAction } from './due-action.ts';
import { type ObservedResource, observeResources } from './observe-resources.ts';
import { type PolicyActionParts, runPolicyAction } from './run-policy-action.ts';

/** Interval between evaluations of policies. */
const LOOK_MS = 15_000;

/** The default cooldown of an action. */
const COOLDOWN_MS = 5 * 60_000;

/** Maximum number of actions a round; the others are due in the next one. */
const BEGUN_PER_ROUND_MAX = 50;

/** Dependencies of the round. */
export type RunParts = PolicyActionParts;

interface Round extends RunParts, Pick<ReconcilerBudget, 'guard'> {}

/** Starts the actions of orchestration policies. */
export function orchestrationRuns(parts: RunParts): Reconciler {
  const reported = new Set<string>();
  return {
    name: 'orchestration',
    summary: 'Runs the actions of orchestration policies.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const round = { ...parts, guard };
      const { rows, triggers, alerts } = await parts.deps.store.snapshot({
        alerts: {
          from: 'alerts',
          where: { state: { in: ['open', 'acknowledged', 'silenced'] } },
          damaged: 'blank',
        },
        rows: { from: 'orchestration_policies', where: { steers: 1 }, damaged: 'blank' },
        triggers: { from: 'orchestration_triggers' },
      });
      const policies = await findSteering(parts.deps, rows);
      await tellFaults(round, rows, reported);
      const failures: unknown[] = [];
      const tenants = new Set([...rows, ...triggers, ...alerts].map(({ tenant_id }) => tenant_id));
      for (const tenantId of tenants) {
        if (!mayContinue()) return undefined;
        const isOwn = (row: { readonly tenant_id: string }) => row.tenant_id === tenantId;
        const own = {
          tenantId,
          policies: policies.filter(({ row }) => isOwn(row)),
          triggers: triggers.filter(isOwn),
          alerts: alerts.filter(isOwn),
        };
        try {
          await runTenant(round, own);
        } catch (cause) {
          failures.push(cause);
          parts.deps.logger.warn(
            { cause, tenant: tenantId },
            'the policies of a tenant did not run',
          );
        }
      }
      // What fails for all tenants is repeated later; one tenant does not hold up the others.
      if (failures.length > 0 && failures.length === tenants.size) throw failures[0];
      return undefined;
    },
  };
}

/** Publishes an event for each policy that fails its integrity check, once a server start. */
async function tellFaults(
  { deps, guard }: Round,
  rows: readonly PolicyRow[],
  noted: Set<string>,
): Promise<void> {
  const faults = listFaults(deps, rows);
  for (const { id, name, tenant_id: tenantId } of rows) {
    const fault = faults.get(id);
    if (fault === undefined || noted.has(id)) continue;
    noted.add(id);
    const event = {
      tenantId,
      type: 'orchestration_policy.refused',
      source: 'policy',
      target: id,
      priority: 'critical' as const,
      data: { name, fault },
    };
    await commitUnder(guard, deps, [eventChange(deps, event)]);
  }
  for (const id of noted) if (!faults.has(id)) noted.delete(id);
}

interface TenantPolicies {
  readonly tenantId: string;
  readonly policies: readonly SteeringPolicy[];
  readonly triggers: readonly OrchestrationTriggerRow[];
  /** Those that are not over. */
  readonly alerts: readonly AlertRow[];
}

interface PendingAction {
  readonly following: FollowingAction;
  readonly due: Omit<DueAction, 'begun' | 'refused' | 'tenantId'>;
}

async function runTenant(
  parts: Round,
  { tenantId, policies, triggers, alerts }: TenantPolicies,
): Promise<void> {
  const { deps, guard } = parts;
  const nowMs = deps.clock.nowMs();
  const resources = policies.length === 0 ? [] : await observeResources(deps, tenantId);
  const followers = findPendingActions(policies, resources, nowMs);
  const plan = planTriggers(
    {
      following: [...followers.values()].map(({ following }) => following),
      known: triggers.map(toState),
    },
    { nowMs },
  );
  const put = (state: TriggerState): Change => ({
    kind: 'put',
    into: 'orchestration_triggers',
    row: toRow(tenantId, state),
  });
  const noted = [
    ...plan.changed.map(put),
    ...plan.forget.map((id): Change => ({ kind: 'drop', from: 'orchestration_triggers', id })),
  ];
  await commitUnder(guard, deps, noted);
  for (const settled of settleAlerts(deps, alerts, alertKeys(followers))) {
    // What a person changes at the same time is looked at in the next round.
    await commitUnder(guard, deps, settled);
  }
  for (const state of plan.fire.slice(0, BEGUN_PER_ROUND_MAX)) {
    const follower = followers.get(state.key);
    if (follower === undefined) continue;
    await runPolicyAction(parts, {
      ...follower.due,
      tenantId,
      begun: [guard(), put({ ...state, refusals: 0 })],
      refused: [guard(), put({ ...state, refusals: state.refusals + 1 })],
    });
  }
}

/** The policies and resources for which a rule asks for an alert now. */
function alertKeys(followers: ReadonlyMap<string, PendingAction>): ReadonlySet<string> {
  const alerting = [...followers.values()].filter(({ due }) => due.asked.action.type === 'alert');
  return new Set(alerting.map(({ due }) => alertKey(due.policy.id, due.resource.id)));
}

/** The due actions of policies for resources, by key. Placement policies apply at placement. */
function findPendingActions(
  steering: readonly SteeringPolicy[],
  resources: readonly ObservedResource[],
  nowMs: number,
): ReadonlyMap<string, PendingAction> {
  const policies = steering.map(({ policy }) => withGroups(policy));
  const byName = new Map(steering.map((one) => [one.row.name, one]));
  const facts = resources.map((resource) => resource.facts);
  const plan = planOrchestration({ policies, resources: facts }, { nowMs });
  const found = plan.resources.flatMap(({ actions, policies: traces }, at) => {
    const resource = resources[at];
    return resource === undefined
      ? []
      : followersOf(resource, actions).map((one) => ({
          ...one,
          because: whyOf(traces, one.due.asked),
        }));
  });
  const evacuated = findEvacuated(found);
  return new Map(
    found.map(({ due: begun, pace, delayMs, because }) => {
      const { asked, resource } = begun;
      const due = { ...begun, ...evacuated(asked) };
      const by = byName.get(asked.policy);
      assert(by !== undefined, 'every action belongs to a policy of the tenant');
      const key = keyOf(by.row.id, asked, resource.id);
      const cooldownMs = cooldownOf(by, asked.rule);
      return [
        key,
        {
          following: { key, pace, delayMs, cooldownMs, urgency: urgencyOf(asked.action) },
          due: { ...due, policy: by.row, because },
        },
      ];
    }),
  );
}

/** The nodes that each rule evacuates, as an action has them; nothing for other actions. */
function findEvacuated(found: readonly Found[]) {
  const byRule = new Map<string, Set<string>>();
  for (const { due } of found) {
    const { asked, resource } = due;
    if (!isEvacuation(asked) || resource.node === undefined) continue;
    const nodes = byRule.get(ruleOf(asked)) ?? new Set();
    byRule.set(ruleOf(asked), nodes.add(resource.node));
  }
  return (asked: RequestedAction): Pick<DueAction, 'evacuated'> =>
    isEvacuation(asked) ? { evacuated: [...(byRule.get(ruleOf(asked)) ?? [])].sort() } : {};
}

function isEvacuation({ action }: RequestedAction): boolean {
  return action.type === 'migrate' && action.parameters.goal === 'evacuate';
}

function ruleOf({ policy, rule }: RequestedAction): string {
  return `${policy}\n${rule}`;
}

interface Found {
  readonly due: Omit<PendingAction['due'], 'policy' | 'because'>;
  readonly pace: FollowingAction['pace'];
  readonly delayMs: number;
}

/** Actions for any kind of resource, one each. */
const REPORTED: readonly RequestedAction['action']['type'][] = ['alert', 'webhook', 'custom'];

function followersOf(resource: ObservedResource, actions: readonly RequestedAction[]): Found[] {
  const once = { pace: 'once', delayMs: 0 } as const;
  if (resource.sizes !== undefined) {
    const isOwn = resource.isScaledByRules === true;
    const resizing = isOwn ? undefined : resizeGroup(actions, resource.sizes);
    const noted = actions.filter(({ action }) => REPORTED.includes(action.type));
    const { by: asked, size, delayMs } = resizing ?? { by: undefined, size: 0, delayMs: 0 };
    return [
      ...(asked === undefined
        ? []
        : [{ due: { asked, resource, size }, pace: 'again', delayMs } as const]),
      ...noted.map((each) => ({ due: { asked: each, resource }, ...once })),
    ];
  }
  return actions
    .filter(({ action }) => isForVm(action, resource))
    .map((asked) => ({ due: { asked, resource }, ...once }));
}

function isForVm(
  { type, parameters }: RequestedAction['action'],
  { zone, node }: ObservedResource,
) {
  if (type === 'migrate') {
    // The VM is where the policy wants it.
    return parameters.zone === undefined
      ? parameters.node !== node || node === undefined
      : parameters.zone !== zone;
  }
  return type === 'restart' || REPORTED.includes(type);
}

/** Explains in words why the rule of an action holds. */
function whyOf(
  traces: readonly PolicyTrace[],
  { policy, rule }: RequestedAction,
): readonly string[] {
  const rules = traces.find((trace) => trace.policy === policy)?.rules ?? [];
  return rules.find((trace) => trace.rule === rule)?.conditions.map(({ why }) => why) ?? [];
}

/** Names an action of a policy on a resource; another action of the same rule has another name. */
function keyOf(policyId: string, { rule, action }: RequestedAction, resourceId: string): string {
  // A scale action keeps its name even where part of it lost against another policy.
  const what = action.type === 'scale' ? action.type : canonicalJson(action as never);
  const hash = createHash('sha256').update(`${rule}\n${what}`).digest('hex').slice(0, 32);
  return `${policyId}/${resourceId}/${hash}`;
}

function cooldownOf({ policy }: SteeringPolicy, name: string): number {
  const rule = policy.spec.rules.find((each) => each.name === name);
  return rule?.cooldown === undefined ? COOLDOWN_MS : (parseDuration(rule.cooldown) ?? COOLDOWN_MS);
}

function toState(row: OrchestrationTriggerRow): TriggerState {
  const { id, held_since_ms, fired_at_ms, refusals } = row;
  return {
    key: id,
    heldSinceMs: held_since_ms,
    firedAtMs: fired_at_ms,
    refusals: refusals ?? 0,
  };
}

function toRow(tenantId: string, state: TriggerState): OrchestrationTriggerRow {
  const { key, heldSinceMs, firedAtMs, refusals } = state;
  return {
    id: key,
    tenant_id: tenantId,
    held_since_ms: heldSinceMs,
    fired_at_ms: firedAtMs,
    refusals,
  };
}
