/**
 * Previews a write: the same preparation and the same policies as the real one, without the commit.
 */

import type {
  AdmissionPreview,
  PreviewableOperation,
} from '@novacron/contract/admission/admission';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { VM_GROUP_FIELDS, VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { operations, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { MemberPreview } from '@novacron/contract/placement/placement-preview';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { type FieldTable, fillDefaults } from '@novacron/contract/schema/field';
import { kindOfOperation, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { mayCall } from '../../access/identity/may-call.ts';
import { fitsWithout } from '../../access/quota/tenant-quota.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { PolicySubject, WriteDecision } from '../../kernel/context/policy-question.ts';
import {
  type EarlierAnswer,
  findEarlierAnswer,
  requestOf,
} from '../../kernel/idempotency/idempotency.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import {
  type CheckedWrite,
  placeWrite,
  type WriteFields,
} from '../../kernel/write/checked-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { refuseLostNode } from '../../kernel/write/refuse-lost-node.ts';
import { type PlannedCost, previewBudget } from '../../placement/budgets/preview-budget.ts';
import {
  isPlacedByRun,
  previewPlacement,
  readShown,
} from '../../placement/previews/preview-placement.ts';
import { shownCost } from '../../placement/previews/shown-cost.ts';
import { readRefusedDecision } from '../../placement/previews/stored-preview.ts';
import { isPriceKnown, priceWrite } from '../../placement/prices/price-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainTakenValues } from '../../platform/value-intents/explain-taken-value.ts';
import { storeValueIntents } from '../../platform/value-intents/store-intents.ts';
import { recordPlannedWrite } from '../../policy/decide/decide-write.ts';
import type { Check, WriteScope } from '../../resources/scope.ts';
import { checkVmOfRun } from '../../resources/vm/create/check-vm-of-run.ts';
import { previewFailoverRoom } from '../../resources/vm/failover/preview-failover-room.ts';
import { previewStandby } from '../../resources/vm/standby/preview-standby.ts';
import { aboutTemplate } from '../../resources/vm-group/plan-members.ts';
import { refuseEnds } from '../../resources/vm-group/prepare-vm-group.ts';
import { previewMembers, readShownMembers } from '../../resources/vm-group/preview-members.ts';
import { readMembersOf } from '../../resources/vm-group/read-vm-groups.ts';
import type { FieldValues } from '../../rows/changed-fields.ts';
import { inheritFields } from '../../rows/inherit-fields.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import {
  deletionProtected,
  isTaken,
  isTakenByOther,
  toProblemList,
} from '../../rows/resource-problems.ts';
import { decideOpenMembers, hasOpenTemplate } from './decide-open-members.ts';
import { EMPTY_PREVIEW } from './empty-preview.ts';
import { findRisks } from './find-risks.ts';
import { knownFields } from './known-fields.ts';
import { previewStandbys } from './preview-standbys.ts';

/** A preview of a write of a resource. */
type PreviewInput = Omit<ParsedInputOf<'admission.preview'>, 'operation'> & {
  readonly operation: PreviewableOperation;
};

/** The previewed write; the schema of its operation parses its fields once. */
interface Asked extends PreviewInput {
  readonly read: ReturnType<(typeof operations)[PreviewableOperation]['input']['safeParse']>;
}

interface Attempt {
  readonly problems: readonly Problem[];
  readonly checked: WriteFields | CheckedWrite | undefined;
}

/** Answers what would happen now if the write were sent. */
export async function previewAdmission(
  deps: CapabilityDeps,
  asked: PreviewInput,
  context: CallContext,
): Promise<Result<AdmissionPreview, Problem>> {
  const name = asked.operation;
  const inherited = await readInherited(deps, asked, context);
  const fields = { ...asked.input, ...inherited };
  const read = operations[name].input.safeParse(fields, IN_WORDS);
  const input = { ...asked, input: fields, read };
  const earlier = await findEarlier(deps, input, context);
  if (earlier.ok && earlier.value.kind === 'found') {
    const shown = await showEarlier(deps, input, context);
    return ok({ ...EMPTY_PREVIEW, ...shown, inherited });
  }
  const missing = await findMissing(deps, input, context);
  if (missing !== undefined) return err(missing);
  const kind = kindOfOperation(name);
  const tried = explainTakenName(await tryToCheck(deps, input, context), earlier);
  const attempt = await withoutHolder(deps, { kind, asked, tried }, context);
  const before = await readBefore(deps, kind, input.input, context);
  const wanted = name.endsWith('.delete')
    ? null
    : (attempt.checked?.wanted ?? fillWanted(kind, before, input.input));
  const write: PolicySubject = {
    operation: name,
    resourceKind: kind,
    target: {
      id: typeof input.input.id === 'string' ? input.input.id : '',
      name: nameOf(input, before) || nameIn(attempt),
    },
    before,
    wanted: wanted === null ? null : knownFields(wanted, input.unknown),
    unknown: input.unknown,
    moment: 'preview',
  };
  const { decision, open, refused, placed } = await decide(
    deps,
    attempt,
    { asked, write },
    context,
  );
  const plan = placed?.ok === true ? placed.value : undefined;
  const preview = await previewPlacement(
    deps,
    {
      ...input,
      parsed: read.data,
      explain: (place) => previewStandby(place, { deps, context, nowMs: deps.clock.nowMs() }),
    },
    context,
    placed?.ok === false ? placed.error : refused,
  );
  const { decision: shown } = preview;
  const planned = plan?.wanted;
  const room =
    shown === null || planned == null || preview.problems.length > 0
      ? []
      : await previewFailoverRoom(deps, context, {
          wanted: planned,
          decision: shown,
          session: asked.session,
          moment: asked.moment === 'apply' ? 'apply' : 'plan',
        });
  const refusals = [...preview.problems, ...room];
  // What is taken may be what another resource of the plan gives up.
  const isPossible = refusals.every(isTaken) && asked.moment !== 'apply';
  if (isPossible && mayCall(context.principal, name)) await storeValueIntents(deps, context, input);
  const problems = await explainTakenValues(deps, context, input, refusals);
  const members = await previewGroup(deps, input, context, problems);
  const placement = plan?.placement ?? preview.decision;
  const node = placement?.target_node;
  const risky = { operation: name, input: asked.input, wanted, node, members };
  const isKnown = problems.length === 0 && read.success;
  const planning = { ...risky, wanted: planned, session: asked.session };
  // What is taken may be what the plan deletes first: its replacement has a price.
  const isPriced =
    read.success &&
    problems.every(isTakenByOther) &&
    isPriceKnown(deps, { kind, unknown: asked.unknown });
  const costs = isPriced
    ? await previewCosts(deps, {
        kind,
        id: write.target.id,
        name: write.target.name,
        isNew: before === null,
        tenantId: context.principal.tenantId,
        wanted: planned ?? wanted,
        node,
        placedPerHour: name === 'vm.create' ? placement?.cost_per_hour : undefined,
        session: asked.session,
        moment: asked.moment,
        replaces: holderIn(refusals),
      })
    : NO_COSTS;
  return ok({
    problems: [...problems, ...costs.problems].map((found) =>
      toProblemDocument(found, context.requestId),
    ),
    warnings: decision.warnings,
    deferred: deferredOf(decision, open),
    placement,
    placement_preview: preview.shown,
    member_previews: [...members],
    restarts: [...(plan?.restarts ?? [])],
    respelled: [...(plan?.respelled ?? [])],
    inherited,
    cost: costs.cost,
    // The preview contains the placement already.
    notices: [
      ...preview.notices,
      ...(name === 'vm.create' ? [] : (plan?.notices ?? [])),
      ...(isKnown ? await previewStandbys(deps, context, planning) : []),
      ...costs.notices,
    ],
    risks: isKnown ? await findRisks(deps, context, risky) : [],
  });
}

const NO_COSTS = { cost: null, problems: [], notices: [] } as const;

/** What a write costs, and what budgets say about it. */
async function previewCosts(deps: CapabilityDeps, planned: PlannedCost) {
  const priced = await priceWrite(deps, planned);
  if (priced === null) return NO_COSTS;
  const { run_per_hour, budget, ...more } = await previewBudget(deps, planned, priced.full);
  return { ...more, cost: { ...shownCost(deps, planned, priced.cost), run_per_hour, budget } };
}

/** The resource that the plan deletes before the write. */
function holderIn(refusals: readonly Problem[]): string | undefined {
  const id = refusals.find(isTakenByOther)?.data?.resource_id;
  return typeof id === 'string' ? id : undefined;
}

/** Asks the policies, then plans the write; it gets a node only where nothing refuses it. */
async function decide(
  deps: CapabilityDeps,
  { problems, checked }: Attempt,
  { asked, write }: { readonly asked: PreviewInput; readonly write: PolicySubject },
  context: CallContext,
) {
  const decision = await deps.verdicts.decide(context, write);
  if (asked.moment === 'plan') recordPlannedWrite(deps, context, write);
  const { operation, target, before, wanted, unknown } = write;
  const group = { operation, id: target.id, before, wanted, unknown };
  const open = await decideOpenMembers(deps, context, group);
  const refusedMember = open.find(({ problem }) => problem !== undefined)?.problem;
  const refused = [
    ...problems,
    ...toProblemList(decision.problem),
    ...toProblemList(refusedMember).map(aboutTemplate),
  ];
  // A write that needs no node is planned already, and a refused one has its notices, too.
  const mayPlace = refused.length === 0 || (checked !== undefined && !('place' in checked));
  const placed = mayPlace ? await tryToPlace(deps, asked.operation, checked) : undefined;
  return { decision, open, refused, placed };
}

/** The verdicts that wait for unknown values, one for each policy. */
function deferredOf(
  decision: WriteDecision,
  members: readonly WriteDecision[],
): WriteDecision['policies'][number][] {
  const verdicts = [decision, ...members].flatMap(({ policies }) => policies);
  const waiting = verdicts.filter((verdict) => verdict.outcome === 'deferred');
  return [...new Map(waiting.map((verdict) => [verdict.policy, verdict])).values()];
}

/** Result of an earlier preview of a create that has succeeded already. */
async function showEarlier(deps: CapabilityDeps, input: Asked, context: CallContext) {
  const shown = await readShown(deps, { ...input, parsed: input.read.data }, context);
  const group = groupOf(input);
  const members = group === undefined ? [] : await readShownMembers(deps, context, group.spec);
  return { placement_preview: shown, member_previews: [...members] };
}

/** The places of the members of a new group; a refused one shows what its plan has shown. */
async function previewGroup(
  deps: CapabilityDeps,
  input: Asked,
  context: CallContext,
  problems: readonly Problem[],
): Promise<readonly MemberPreview[]> {
  const group = groupOf(input);
  if (group === undefined) return [];
  const isRefused = problems.length > 0;
  const replaces = isRefused && input.moment === 'plan' && problems.every(isTakenByOther);
  if (!isRefused || replaces) return previewMembers(deps, context, { ...group, replaces });
  return readShownMembers(deps, context, group.spec, (row) =>
    readRefusedDecision(row, input.moment),
  );
}

/** The group whose members a run places: a new one, all values of which are known. */
function groupOf({ operation, unknown, session, read }: Asked) {
  if (operation !== 'vm_group.create' || session === undefined) return undefined;
  if (unknown.length > 0 || !read.success) return undefined;
  return { spec: VmGroupSpec.parse(fillDefaults(VM_GROUP_FIELDS, read.data)), session };
}

/** The resource's name after the write; empty while it is unknown. */
function nameOf({ input, unknown }: Asked, before: FieldValues | null): string {
  if (unknown.includes('name')) return '';
  const name = input.name ?? before?.name;
  return typeof name === 'string' ? name : '';
}

/** The name that the preparation of the write has found, such as that in a document. */
function nameIn({ checked }: Attempt): string {
  return checked?.target.name ?? '';
}

/** Fields that the input inherits from another resource; unknown values are left out. */
async function readInherited(
  { store }: CapabilityDeps,
  { operation, input, unknown }: PreviewInput,
  { principal: { tenantId } }: CallContext,
): Promise<AdmissionPreview['inherited']> {
  if (operation !== 'vm.create') return {};
  const [inherited = {}] = await inheritFields(store, { tenantId, inputs: [input] });
  return knownFields(inherited, unknown);
}

/** Returns the problem of a delete whose resource does not exist: there is nothing to preview. */
async function findMissing(
  { store }: CapabilityDeps,
  { operation, input: { id } }: Asked,
  { principal: { tenantId } }: CallContext,
): Promise<Problem | undefined> {
  if (!operation.endsWith('.delete') || typeof id !== 'string') return undefined;
  const kind = kindOfOperation(operation);
  const found = await findResource(store, kind, { tenantId, id });
  if (found.ok) return undefined;
  // A built-in template is of no tenant: it is there, and the preparation refuses its deletion.
  const builtIn = kind === 'template' ? await store.read({ from: 'templates', where: { id } }) : [];
  return builtIn.length > 0 ? undefined : found.error;
}

/**
 * Whether this create went through earlier, and its answer was lost; `name-taken` where another
 * run has it.
 */
async function findEarlier(
  deps: CapabilityDeps,
  { operation, read }: Asked,
  context: CallContext,
): Promise<Result<EarlierAnswer, Problem>> {
  if (!read.success) return ok({ kind: 'none' });
  return findEarlierAnswer(deps, context, requestOf(operation, read.data, context));
}

/** Names the other run that has the answer of this create, instead of the resource alone. */
function explainTakenName(attempt: Attempt, earlier: Result<unknown, Problem>): Attempt {
  if (earlier.ok || earlier.error.code !== 'name-taken') return attempt;
  const others = attempt.problems.filter(({ code }) => code !== 'name-taken');
  return { ...attempt, problems: [earlier.error, ...others] };
}

/**
 * Drops the problem of a quota that a plan frees by deleting the holder of the name first. Where
 * the plan does not delete it, the name is refused.
 */
async function withoutHolder(
  deps: CapabilityDeps,
  {
    kind,
    asked,
    tried,
  }: {
    readonly kind: ResourceKind;
    readonly asked: PreviewInput;
    readonly tried: Attempt;
  },
  context: CallContext,
): Promise<Attempt> {
  if (asked.moment !== 'plan' || !asked.operation.endsWith('.create')) return tried;
  const holderId = tried.problems.find(isTakenByOther)?.data?.resource_id;
  if (!tried.problems.some(({ code }) => code === 'quota-exceeded')) return tried;
  const desired = await readBefore(deps, kind, { id: holderId }, context);
  if (desired === null) return tried;
  const problems = tried.problems.filter(
    (found) => found.code !== 'quota-exceeded' || !fitsWithout(found, { kind, desired }),
  );
  return { ...tried, problems };
}

/**
 * Deletions are only prepared for a client that applies: in a plan, what uses a resource today may
 * be deleted before it. A protected resource is refused all the same: an update of this plan is too
 * late to change that. A write that lacks an unknown value is not prepared either.
 */
async function tryToCheck(
  deps: CapabilityDeps,
  input: Asked,
  context: CallContext,
): Promise<Attempt> {
  const name = input.operation;
  if (name.endsWith('.delete')) {
    const kind = kindOfOperation(name);
    const before = await readBefore(deps, kind, input.input, context);
    if (before?.deletion_protection === true) {
      return { problems: [deletionProtected(kind, String(before.name))], ...UNCHECKED };
    }
    const refused = await findRefusedMembers(deps, input, context);
    if (refused.length > 0 || input.moment !== 'apply') {
      return { problems: refused, ...UNCHECKED };
    }
  }
  const { read } = input;
  if (!read.success) {
    const issues = read.error.issues.filter(({ path }) => !isOpen(path, input.unknown));
    if (issues.length === 0) return { problems: [], checked: undefined };
    const error = new z.ZodError(issues);
    return { problems: [toValidationProblem(error, 'The configuration')], checked: undefined };
  }
  if (name.endsWith('.create') && lacksRequired(input)) {
    return { problems: [], checked: undefined };
  }
  const operationId = deps.ids.next('op');
  const nowMs = deps.clock.nowMs();
  const scope = { deps: asPreview(deps), context, operationId, nowMs, unknown: input.unknown };
  // The schema that parsed the input and the preparation are of the same row of the table.
  const check = deps.writes[name] as Check<unknown>;
  const hasOwnPlace = isPlacedByRun(input) && input.input.reservation_id === undefined;
  const checked = await (hasOwnPlace ? checkOnly : check)(read.data, scope);
  if (checked.ok)
    return {
      problems: [],
      checked: hasOpenTemplate(input.unknown) ? fieldsOf(checked.value) : checked.value,
    };
  return { problems: lastingOf(checked.error), checked: undefined };
}

/** What is asked about members is logged as asked by a preview. */
function asPreview(deps: CapabilityDeps): CapabilityDeps {
  const { verdicts } = deps;
  const decide: typeof verdicts.decide = (context, write) =>
    verdicts.decide(context, { ...write, moment: 'preview' });
  return { ...deps, verdicts: { ...verdicts, decide } };
}

/** A resource that is busy now will not be when the plan is applied. */
function lastingOf(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((found) => found.code !== 'conflict');
}

type Plan = Pick<PreparedWrite, 'wanted'> & Partial<PreparedWrite>;

/** Places a write that the policies allow; a VM that its run places is not placed here. */
async function tryToPlace(
  deps: CapabilityDeps,
  name: PreviewableOperation,
  checked: Attempt['checked'],
): Promise<Result<Plan | undefined, readonly Problem[]>> {
  if (checked === undefined || !('place' in checked || 'saga' in checked)) return ok(checked);
  const placed = await placeWrite(checked);
  if (!placed.ok) {
    const lasting = lastingOf(placed.error);
    return lasting.length === 0 ? ok(undefined) : err(lasting);
  }
  const lost = await refuseLostNode(deps, name, placed.value.saga);
  return lost === undefined ? placed : err([lost]);
}

const UNCHECKED = { checked: undefined } as const;

/** Deleting a group deletes its members: the policies are asked about each of them. */
async function findRefusedMembers(
  deps: CapabilityDeps,
  { operation, input: { id } }: Asked,
  context: CallContext,
): Promise<readonly Problem[]> {
  if (operation !== 'vm_group.delete' || typeof id !== 'string') return [];
  const { tenantId } = context.principal;
  const group = await findResource(deps.store, 'vm_group', { tenantId, id });
  if (!group.ok) return [];
  const { vms } = await readMembersOf(deps.store, id);
  return toProblemList(await refuseEnds(vms, { deps: asPreview(deps), context }));
}

/** A VM that is placed with the other VMs of its plan: the fleet is read once. */
async function checkOnly(
  input: unknown,
  scope: WriteScope,
): Promise<Result<WriteFields, readonly Problem[]>> {
  // Parsed by the schema of `vm.create`, which alone is placed by runs.
  return checkVmOfRun(input as ParsedInputOf<'vm.create'>, scope);
}

/** Whether an issue is about a value that is not known yet. */
function isOpen(path: readonly PropertyKey[], unknown: readonly string[]): boolean {
  const at = path.map(String).join('.');
  return unknown.some((each) => at === each || at.startsWith(`${each}.`));
}

/** A write without its place: not all that decides it is known. */
function fieldsOf({ resourceKind, target, before, wanted }: WriteFields): WriteFields {
  return { resourceKind, target, before, wanted };
}

/** Whether a required field is still unknown, including one that may be inherited. */
function lacksRequired({ operation, unknown }: PreviewInput): boolean {
  const { table } = RESOURCE_DEFINITIONS[kindOfOperation(operation)];
  const rows: FieldTable = table;
  return unknown.some((name) => rows[name]?.presence === 'required');
}

async function readBefore(
  deps: CapabilityDeps,
  kind: ResourceKind,
  input: Readonly<Record<string, unknown>>,
  context: CallContext,
): Promise<FieldValues | null> {
  if (typeof input.id !== 'string') return null;
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, kind, { tenantId, id: input.id });
  return found.ok ? configuredOf(found.value) : null;
}

function fillWanted(
  kind: ResourceKind,
  before: FieldValues | null,
  input: Readonly<Record<string, unknown>>,
): FieldValues {
  return fillDefaults(RESOURCE_DEFINITIONS[kind].table, { ...before, ...input });
}
