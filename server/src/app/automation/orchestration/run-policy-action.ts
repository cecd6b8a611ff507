/**
 * Runs one action of an orchestration policy. The start is committed together with the action's
 * operation, so a server that is killed in between neither loses an action nor repeats it.
 */

import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { type OperationName, operations } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { assert, err, ok } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import { checkTenantAccess } from '../../access/tenants/tenant-access.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Purpose } from '../../kernel/arbitration/platform-write.ts';
import { auditRefusal } from '../../kernel/audit/audit.ts';
import { beginRequest, type CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import { concatSagas } from '../../kernel/operations/saga.ts';
import { extendPlan } from '../../kernel/write/checked-write.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { operationsOfAction } from '../../resources/orchestration-policy/action-operations.ts';
import { CUSTOM_OPERATIONS } from '../../resources/orchestration-policy/custom-operations.ts';
import type { Check } from '../../resources/scope.ts';
import { keepFailoverRoom } from '../../resources/vm/failover/keep-failover-room.ts';
import { prepareVmMigrate } from '../../resources/vm/migrate/prepare-vm-migrate.ts';
import { prepareVmRestart } from '../../resources/vm/power/prepare-vm-power.ts';
import { prepareVmGroupResize } from '../../resources/vm-group/prepare-vm-group-change.ts';
import { scalingEventChange } from '../../resources/vm-group/scaling-events.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import { desiredIfReadable } from '../../rows/answer-resource.ts';
import { isOff } from '../../rows/observed-machine.ts';
import { derivedName } from '../../rows/own-principals.ts';
import { PRIORITIES, trackAlert } from '../alerts/track-alerts.ts';
import { beginWebhook } from './begin-webhook.ts';
import type { Admission, DueAction } from './due-action.ts';

/** Dependencies of running an action. */
export type PolicyActionParts = BeginParts<CapabilityDeps>;

/**
 * Starts the action. A refusal is published as an event `orchestration.refused`, and while the rule
 * holds the action is tried again after its cooldown, then after twice that time, and so on.
 */
export async function runPolicyAction(parts: PolicyActionParts, due: DueAction): Promise<void> {
  const { deps, executor } = parts;
  const admitted = await begin(parts, due);
  if (!admitted.ok) {
    const { detail } = admitted.error;
    await commitChanges(deps, [...due.refused, eventOf(deps, due, { verb: 'refused', detail })]);
    return;
  }
  const operation = admitted.value;
  if (operation === 'waits' || operation?.status !== 'running') return;
  executor.start(operation);
  if (operation.target_kind === 'vm_group') await startMembers(deps, executor, operation);
}

function begin(parts: PolicyActionParts, due: DueAction): Promise<Admission> {
  const { deps } = parts;
  const { resource, asked } = due;
  const { type, parameters } = asked.action;
  const { id } = resource;
  switch (type) {
    case 'alert':
      return alert(deps, due, parameters);
    case 'scale': {
      const input = { id, size: due.size };
      return admit(parts, due, { name: 'vm_group.scale', input, prepare: prepareVmGroupResize });
    }
    case 'migrate': {
      const { zone, node, goal } = parameters;
      const packed = goal === 'consolidate' ? ({ strategy: 'pack' } as const) : {};
      const wish = { zone, ...packed, excludeNodes: due.evacuated };
      const prepare: typeof prepareVmMigrate = keepFailoverRoom((input, scope) =>
        prepareVmMigrate({ ...input, wish, purpose: 'policy' }, scope),
      );
      return admit(parts, due, { name: 'vm.migrate', input: { id, node }, prepare });
    }
    case 'restart': {
      const prepare = prepareVmRestart(parameters.mode === 'force' ? 'forces' : 'asks');
      return admit(parts, due, { name: 'vm.start', input: { id }, prepare });
    }
    case 'custom':
      return custom(parts, due, parameters);
    case 'webhook':
      return beginWebhook(deps, due, { parameters, context: callerOf(deps, due) });
    default:
      return Promise.resolve(ok(undefined));
  }
}

/** A person changes an alert less often than this in the time of a commit. */
const ALERT_ATTEMPTS_MAX = 3;

async function alert(
  deps: CapabilityDeps,
  due: DueAction,
  { severity, message }: (OrchestrationAction & { readonly type: 'alert' })['parameters'],
): Promise<Admission> {
  const { asked, policy, resource, because, tenantId } = due;
  const { id, sizes, facts } = resource;
  for (let attempt = 1; ; attempt += 1) {
    const tracked = await trackAlert(deps, {
      source: 'policy',
      events: 'published',
      tenantId,
      policy,
      rule: asked.rule,
      target: { kind: sizes === undefined ? 'vm' : 'vm_group', id, name: facts.name },
      severity,
      message,
      because,
    });
    const event = eventOf(deps, due, { verb: 'alert', severity, message, alert_id: tracked.id });
    const events = tracked.isAnnounced ? [event] : [];
    const done = await commitChanges(deps, [...due.begun, ...tracked.changes, ...events]);
    if (done.ok) return ok(undefined);
    // A person has acknowledged or silenced it meanwhile.
    if (attempt === ALERT_ATTEMPTS_MAX) return done;
  }
}

function custom(
  parts: PolicyActionParts,
  due: DueAction,
  { operation, input }: (OrchestrationAction & { readonly type: 'custom' })['parameters'],
): Promise<Admission> {
  const name = CUSTOM_OPERATIONS.find((each) => each === operation);
  if (name === undefined) return Promise.resolve(ok(undefined));
  const hasId = Object.hasOwn(operations[name].input.shape, 'id');
  const whole = hasId ? { id: due.resource.id, ...input } : input;
  return admit(parts, due, { name, input: whole, prepare: parts.deps.writes[name] });
}

async function admit(
  parts: PolicyActionParts,
  due: DueAction,
  wanted: {
    readonly name: OperationName;
    readonly input: Readonly<Record<string, unknown>>;
    readonly prepare: Check<never>;
  },
): Promise<Admission> {
  const { deps } = parts;
  const parsed = operations[wanted.name].input.safeParse(wanted.input, IN_WORDS);
  if (!parsed.success) {
    return err(toValidationProblem(parsed.error, `The input of ${wanted.name}`));
  }
  const context = callerOf(deps, due);
  const barred = await refuseStarted(deps, context, due);
  if (barred !== undefined) return err(barred);
  // The schema of the row has just made it, and the row's own function takes it.
  const prepare = wanted.prepare as Check<Record<string, unknown>>;
  const withTrigger: Check<Record<string, unknown>> = async (input, scope) => {
    const recorded = due.size === undefined ? [] : [scalingEvent(deps, due, scope.operationId)];
    return extendPlan(await prepare(input, scope), (write) => {
      const saga = concatSagas(write.saga, { reserve: [...due.begun, ...recorded] });
      return { ...write, saga };
    });
  };
  const begun = await beginWrite(parts, {
    ...(await purposeOf(deps, due)),
    name: wanted.name,
    input: { ...parsed.data },
    prepare: withTrigger,
    context,
  });
  if (begun.kind === 'started') return ok(begun.operation);
  return begun.kind === 'refused' ? err(begun.problem) : ok('waits');
}

/** Returns the arbiter's view of an action. */
async function purposeOf(deps: CapabilityDeps, { asked, resource }: DueAction): Promise<Purpose> {
  const { type, parameters } = asked.action;
  const { id, facts } = resource;
  const common = { who: `orchestration/${asked.policy}`, class: CLASSES[type] ?? 'maintenance' };
  const packs = type === 'migrate' && parameters.goal === 'consolidate';
  const own = packs ? { ...common, class: 'consolidation' as const } : common;
  const [row] = await deps.store.read({ from: 'vms', where: { id }, damaged: 'blank' });
  if (row === undefined)
    return { ...own, target: { kind: 'other', row: { id, name: facts.name } } };
  const stops = type === 'restart' && !isOff(row);
  const priority = Number(desiredIfReadable(row).priority ?? VM_FIELDS.priority.default);
  return { ...own, target: { kind: 'vm', row, effect: stops ? 'stops' : 'none', priority } };
}

/** Urgency class of each type of action; types that are not listed are maintenance. */
const CLASSES: Readonly<Record<string, Purpose['class']>> = { scale: 'scaling' };

/** Refuses what the tenant may not call itself, such as a feature that was switched off since. */
async function refuseStarted(
  deps: CapabilityDeps,
  context: CallContext,
  { asked, resource }: DueAction,
): Promise<Problem | undefined> {
  for (const name of operationsOfAction(asked.action)) {
    const access = await checkTenantAccess(deps, name, undefined, context.principal);
    if (access.ok) continue;
    const target = { id: resource.id, name: resource.facts.name };
    await auditRefusal(deps, context, name, target, access.error);
    return access.error;
  }
  return undefined;
}

function scalingEvent(deps: CapabilityDeps, due: DueAction, operationId: string): Change {
  const { tenantId, asked, resource, size, because } = due;
  return scalingEventChange(deps, {
    tenantId,
    groupId: resource.id,
    trigger: 'policy',
    policy: asked.policy,
    rule: asked.rule,
    from: resource.sizes?.size ?? null,
    to: size ?? null,
    operationId,
    reason: because.join('; '),
    limitedBy: [],
    metrics: resource.facts.metrics,
    prediction: null,
    outcome: 'running',
  });
}

function eventOf(
  deps: CapabilityDeps,
  { tenantId, asked, resource }: DueAction,
  {
    verb,
    ...data
  }: {
    readonly verb: 'alert' | 'refused';
    readonly severity?: keyof typeof PRIORITIES;
    readonly message?: string;
    readonly detail?: string;
    readonly alert_id?: string;
  },
): Change {
  const { policy, rule, action } = asked;
  return eventChange(deps, {
    tenantId,
    type: `orchestration.${verb}`,
    source: 'policy',
    target: resource.id,
    priority: PRIORITIES[data.severity ?? 'warning'],
    data: { ...data, policy, rule, action: action.type, name: resource.facts.name },
  });
}

/**
 * NovaCron as the caller, for the author of the policy: it may start this action and has the
 * author's role.
 */
function callerOf(deps: CapabilityDeps, { tenantId, asked, policy }: DueAction): CallContext {
  const { principal, client, requestId } = platformCaller(deps, tenantId, 'policy');
  const name = derivedName('orchestration', asked.policy);
  const { author_role: role } = policy;
  assert(role !== null, 'an orchestration policy has the role of its author');
  const operations = new Set(operationsOfAction(asked.action));
  const author = { role, operations, onBehalfOf: policy.updated_by };
  return {
    principal: { ...principal, id: name, name, ...author },
    requestId,
    client,
    deployment: 'default',
    signal: new AbortController().signal,
    request: beginRequest(),
  };
}
