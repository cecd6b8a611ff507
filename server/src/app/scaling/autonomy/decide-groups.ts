/**
 * Has a trained model scale VM groups whose own rules only recommend, and move their members, in
 * tenants with the feature `autonomy`. Decisions are recorded; where the tenant says so, they are
 * carried out.
 */
import { hash } from 'node:crypto';
import type {
  AutonomySettings,
  DecisionStatus,
} from '@novacron/contract/autonomy/autonomous-decision';
import { type OperationId, VmGroupId } from '@novacron/contract/ids';
import { ok } from '@novacron/contract/result';
import type {
  ActionName,
  ActionRecords,
  Constraints,
  Decision,
} from '@novacron/engine/autonomy/model/decision';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import { writeModel } from '@novacron/engine/autonomy/model-file';
import {
  type DecisionQuestion,
  type OpenedModel,
  openModel,
  planDecision,
  usualState,
} from '@novacron/engine/autonomy/plan-decision';
import { planStanding } from '@novacron/engine/autonomy/plan-standing';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { AutonomousDecisionRow } from '../../../ports/tables/autonomy-rows.ts';
import { featuresOf } from '../../access/tenants/tenant-access.ts';
import {
  type MemberMoves,
  planMemberMoves,
  prepareMemberMoves,
} from '../../fleet/optimizer/move-members.ts';
import { beginWrite } from '../../kernel/arbitration/begin-write.ts';
import type { BeginParts, Begun } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readPages } from '../../kernel/lists/read-pages.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { reserveAlso } from '../../kernel/write/checked-write.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import {
  prepareVmGroupResize,
  type ResizeInput,
} from '../../resources/vm-group/prepare-vm-group-change.ts';
import { scalingEventChange } from '../../resources/vm-group/scaling-events.ts';
import { startMembers } from '../../resources/vm-group/start-members.ts';
import type { ReadForecast } from '../groups/forecast-load.ts';
import { type ObservedGroup, observeGroups } from '../groups/observe-groups.ts';
import { autonomySettings } from './autonomy-settings.ts';
import { decisionOf, type StoredDecision, storeDecision } from './decision-rows.ts';
import { requireDecisionApproval } from './decision-subject.ts';
import { noteStanding } from './note-standing.ts';
import { type Limiting, limitDecision, type ObservedState, observeState } from './observe-state.ts';
import { priceImpact } from './price-impact.ts';
import { readRecord } from './read-record.ts';
import { settleDecisions } from './settle-decisions.ts';

/** Interval between decisions; the model was trained with it. Unit: ms. */
const DECIDE_MS = 300_000;

/** Digits of the checksum of a model. */
const CHECKSUM_LENGTH = 12;

/** Why a model that is not proven is not followed. */
const UNPROVEN =
  'The model was not better than the simple rule beyond chance: its decisions are only recorded.';

/** Page size: requests are served between pages. */
const GROUPS_PER_PAGE = 100;

type Parts = BeginParts<CapabilityDeps>;

/** What decides, and what it decides from. */
interface Means extends Pick<Limiting, 'isFleetImproved'> {
  /** A trained one. */
  readonly model: DecisionModel;
  readonly readForecast: ReadForecast;
}

/** Decides about groups. */
export function autonomousDecisions(
  parts: Parts,
  { model, readForecast, isFleetImproved }: Means,
): Reconciler {
  const opened = openModel(model);
  const { isProven } = model;
  const checksum = hash(
    'sha256',
    writeModel(model, (part) => hash('sha256', part, 'hex')),
    'hex',
  ).slice(0, CHECKSUM_LENGTH);
  return {
    name: 'autonomous-decisions',
    summary: 'Has a trained model decide about VM groups that only get recommendations.',
    everyMs: DECIDE_MS,
    lease: 'reconcilers',
    run: async (budget) => {
      await settleDecisions(parts.deps, budget);
      const tenants = await parts.deps.store.read({ from: 'tenants', damaged: 'blank' });
      for (const tenant of tenants) {
        if (!featuresOf(tenant).autonomy || !budget.mayContinue()) continue;
        const learned = await learn(
          parts.deps,
          { tenantId: tenant.id, checksum, isProven },
          budget,
        );
        const own = { opened, checksum, readForecast, isFleetImproved, budget };
        const round = { ...parts, ...own, ...learned };
        await decideAll(round, tenant.id);
      }
      return undefined;
    },
  };
}

/** A tenant, and the model that decides in it. */
interface Learner extends Pick<DecisionModel, 'isProven'> {
  readonly tenantId: string;
  /** Of the model. */
  readonly checksum: string;
}

/** Reads the settings of a tenant, and what came of earlier decisions. */
async function learn(
  deps: CapabilityDeps,
  { tenantId, checksum, isProven }: Learner,
  budget: ReconcilerBudget,
): Promise<Pick<Round, 'settings' | 'records'>> {
  const nowMs = deps.clock.nowMs();
  const { records, ...record } = await readRecord(deps, { tenantId, model: checksum, nowMs });
  const stopped = isProven ? (planStanding(record) ?? null) : UNPROVEN;
  await noteStanding(deps, { tenantId, stopped }, budget);
  return { settings: { ...(await autonomySettings.read(deps, tenantId)), stopped }, records };
}

interface Round extends Parts, Pick<Limiting, 'isFleetImproved'> {
  readonly opened: OpenedModel;
  /** Of the model. */
  readonly checksum: string;
  readonly readForecast: ReadForecast;
  readonly budget: ReconcilerBudget;
  readonly settings: AutonomySettings;
  /** What came of earlier decisions of the tenant. */
  readonly records: ActionRecords;
}

async function decideAll(round: Round, tenantId: string): Promise<void> {
  const { deps, readForecast, budget } = round;
  const { mayContinue } = budget;
  const read = (after: string) =>
    deps.store.read({
      from: 'vm_groups',
      where: { tenant_id: tenantId, id: { above: after } },
      limit: GROUPS_PER_PAGE,
      damaged: 'blank',
    });
  for await (const rows of readPages({ length: GROUPS_PER_PAGE, read, mayContinue })) {
    for (const observed of await observeGroups(deps, rows, readForecast)) {
      if (!mayContinue()) return;
      if (observed.scaling.mode === 'recommend') await decide(round, observed);
    }
  }
}

async function decide(round: Round, observed: ObservedGroup): Promise<void> {
  const { deps, opened, readForecast, settings, records } = round;
  const usual = usualState(opened.model);
  const found = await observeState(deps, observed, { usual, readForecast });
  if (found === undefined) return;
  const constraints = await limitDecision(deps, observed, { ...round, nodes: found.nodes });
  const question = { state: found.state, constraints, records };
  const decided = await choose(round, observed, question);
  if (!decided.ok) {
    deps.logger.warn({ group: observed.row.id }, decided.error.detail);
    return;
  }
  const decision = decided.value;
  const sizeTo = observed.group.size + decision.expectedImpact.vms;
  const last = await findLast(deps, observed.row.id);
  const [rules] = planScaling({ groups: [observed.group] }, { nowMs: deps.clock.nowMs() });
  const sizeRules = rules?.to ?? observed.group.size;
  const made = {
    observed,
    found,
    decision,
    sizeTo,
    sizeRules,
    model: round.checksum,
    last,
    constraints,
  };
  const { moves } = decision.expectedImpact;
  const isChange = sizeTo !== observed.group.size || moves > 0;
  if (isChange && ['apply', 'approval'].includes(decision.execution)) {
    return carryOut(round, made);
  }
  await note(round, made, { status: 'shadow', detail: settings.stopped });
}

/** Chooses; where that is to move members, again with the number that the optimizer would move. */
async function choose(
  { deps, opened }: Round,
  observed: ObservedGroup,
  question: DecisionQuestion,
): Promise<ReturnType<typeof planDecision>> {
  const context = platformContext(deps, observed.row.tenant_id, 'autoscaler');
  const planned = new Set<ActionName>();
  let { constraints } = question;
  for (;;) {
    const time = deps.telemetry.startTimer('decision_latency_seconds');
    const decided = planDecision(opened, { ...question, constraints });
    time({});
    const preferred = decided.ok ? decided.value.preferred : 'wait';
    if (!isMove(preferred) || planned.has(preferred)) return decided;
    planned.add(preferred);
    const asked = movesOf(observed, preferred, constraints.movesMax);
    const plan = await planMemberMoves(asked, { deps, context });
    const moves = { ...constraints.moves, [preferred]: plan?.moves.length ?? 0 };
    constraints = { ...constraints, moves };
  }
}

function isMove(action: ActionName): action is 'migrate' | 'rebalance' {
  return action === 'migrate' || action === 'rebalance';
}

function movesOf(
  { row, group }: ObservedGroup,
  action: 'migrate' | 'rebalance',
  movesMax: number,
): MemberMoves {
  const goal = action === 'migrate' ? 'consolidate' : 'rebalance';
  const members = new Set<string>(group.members.map(({ id }) => id));
  return { group: { id: row.id, name: row.name }, members, goal, movesMax };
}

/** A decision about a group. */
interface Made {
  readonly observed: ObservedGroup;
  readonly found: ObservedState;
  readonly decision: Decision;
  readonly sizeTo: number;
  /** The size that the group's own rules recommend. */
  readonly sizeRules: number;
  /** Checksum of the model. */
  readonly model: string;
  readonly constraints: Constraints;
  /** The latest record about the group. */
  readonly last: AutonomousDecisionRow | undefined;
}

async function findLast({ store }: CapabilityDeps, groupId: string) {
  const [last] = await store.read({
    from: 'autonomous_decisions',
    where: { group_id: groupId },
    orderBy: { column: 'id', direction: 'desc' },
    limit: 1,
  });
  return last;
}

/** Records what is not carried out now: the same decision once. */
async function note(round: Round, made: Made, noted: Noted): Promise<void> {
  const { deps, budget } = round;
  const { observed, decision, sizeTo, sizeRules, last } = made;
  const before = last && decisionOf(last);
  const isSame =
    last?.action === decision.action &&
    last.status === noted.status &&
    last.preferred === decision.preferred &&
    last.model === made.model &&
    before?.size_to === sizeTo &&
    before.size_preferred === observed.group.size + decision.vmsPreferred &&
    before.size_rules === sizeRules;
  if (isSame) return;
  await commitUnder(budget.guard, deps, recordOf(deps, made, noted));
}

/** Resizes the group, or moves members; the decision is committed with the operation. */
async function carryOut(round: Round, made: Made): Promise<void> {
  const { deps, executor } = round;
  const { observed, sizeTo, decision } = made;
  const context = platformContext(deps, observed.row.tenant_id, 'autoscaler');
  const { action, expectedImpact, execution } = decision;
  const from = observed.group.size;
  const change = { group: observed.row, action, from, to: sizeTo, moves: expectedImpact.moves };
  const approval =
    execution === 'approval' ? await requireDecisionApproval(deps, change, context) : ok([]);
  if (!approval.ok) {
    return note(round, made, { status: 'waiting', detail: approval.error.detail });
  }
  const approved = approval.value;
  const begun = isMove(action)
    ? await beginMoves(round, made, { action, approved, context })
    : await beginResize(round, made, { approved, context });
  if (begun.kind === 'started') return startMembers(deps, executor, begun.operation);
  if (begun.kind !== 'refused') return;
  return note(round, made, { status: 'refused', detail: begun.problem.detail });
}

/** Who carries a decision out, and under which approval. */
interface Permission {
  /** Uses the approval up; nothing if it needs none. */
  readonly approved: ChangeSet;
  readonly context: CallContext;
}

function beginResize(round: Round, made: Made, { approved, context }: Permission): Promise<Begun> {
  const { deps, budget } = round;
  const { observed, sizeTo, decision } = made;
  const { id, name, tenant_id: tenantId } = observed.row;
  const prepare: Check<ResizeInput> = async (input, scope) => {
    const { operationId } = scope;
    const event = scalingEventChange(deps, {
      tenantId,
      groupId: id,
      trigger: 'autonomous',
      policy: null,
      rule: null,
      from: observed.group.size,
      to: sizeTo,
      operationId,
      reason: decision.reasoning.join(' '),
      limitedBy: [],
      metrics: { ...made.found.state },
      prediction: null,
      outcome: 'running',
    });
    const record = recordOf(deps, made, { status: 'running', operationId });
    const reserve = [event, ...record, ...approved];
    return reserveAlso(prepareVmGroupResize, reserve)(input, scope);
  };
  return beginWrite(round, {
    who: 'autonomous-decisions',
    class: 'scaling',
    target: { kind: 'other', row: { id, name } },
    name: 'vm_group.scale',
    input: { id: VmGroupId.parse(id), size: sizeTo },
    prepare,
    context,
    guard: budget.guard,
  });
}

function beginMoves(
  round: Round,
  made: Made,
  { action, approved, context }: Permission & { readonly action: 'migrate' | 'rebalance' },
): Promise<Begun> {
  const { deps, budget } = round;
  const { observed, decision } = made;
  const { id, name } = observed.row;
  const moves = movesOf(observed, action, decision.expectedImpact.moves);
  return beginWrite(round, {
    who: 'autonomous-decisions',
    class: 'consolidation',
    target: { kind: 'other', row: { id, name } },
    name: `optimizer.${moves.goal}`,
    input: { moves_max: moves.movesMax },
    prepare: prepareMemberMoves(moves, ({ operationId }) => ({
      reserve: [...recordOf(deps, made, { status: 'running', operationId }), ...approved],
    })),
    context,
    guard: budget.guard,
  });
}

/** What became of a decision. */
interface Noted {
  readonly status: DecisionStatus;
  readonly operationId?: OperationId | null;
  readonly detail?: string | null;
}

/** The record; a decision that waited for an approval is superseded by it. */
function recordOf(
  deps: CapabilityDeps,
  { observed, found, decision, sizeTo, sizeRules, model, last, constraints }: Made,
  { status, operationId = null, detail = null }: Noted,
): readonly Change[] {
  const stored: StoredDecision = {
    group: observed.row.name,
    size_from: observed.group.size,
    size_to: sizeTo,
    size_preferred: observed.group.size + decision.vmsPreferred,
    size_rules: sizeRules,
    detail,
    confidence: decision.confidence,
    expected_impact: priceImpact(deps, observed, decision),
    reasoning: [...decision.reasoning],
    influences: decision.influences.map((each) => ({ ...each })),
    state: { ...found.state },
    absent: [...found.absent],
    forbidden: decision.shield.forbidden.map((each) => ({ ...each })),
    limits: limitsOf(constraints),
    operation_id: operationId,
  };
  const row: AutonomousDecisionRow = {
    id: deps.ids.next('adec'),
    tenant_id: observed.row.tenant_id,
    group_id: observed.row.id,
    action: decision.action,
    preferred: decision.preferred,
    status,
    model,
    decision_json: storeDecision(stored),
    outcome_json: null,
    override_json: null,
    verdict: null,
    preferred_verdict: null,
    is_overridden: 0,
    advantage: 0,
    at_ms: deps.clock.nowMs(),
  };
  const record: Change = { kind: 'put', into: 'autonomous_decisions', row };
  if (last?.status !== 'waiting') return [record];
  const set = { status: 'superseded' } as const;
  return [record, { kind: 'patch', table: 'autonomous_decisions', id: last.id, set }];
}

function limitsOf({ sizeMin, sizeMax, minConfidence }: Constraints): StoredDecision['limits'] {
  return { size_min: sizeMin, size_max: sizeMax, min_confidence: minConfidence };
}
