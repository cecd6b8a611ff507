/** Previews a planned change on the server and reports the result as diagnostics of the plan. */
import {
  type AdmissionPreview,
  type AdmissionRisk,
  type AdmissionWarning,
  PreviewableOperation,
} from '@novacron/contract/admission/admission';
import { VmId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { fromProblemDocument, type Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import type { KnownInput } from '../../fields/field-values.ts';
import type { PlanContext } from '../../framework/context.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { endSentence } from '../../framework/diagnostics/end-sentence.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Attributes } from '../../framework/schema/attribute.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { Session } from '../../rpc/session.ts';
import { explainDeletion } from '../problems/explain-deletion.ts';
import { explainNameConflict, isHeld } from '../problems/explain-name-conflict.ts';
import { reportProblem } from '../problems/report-problem.ts';
import { deferToPlannedPeer, mayDefer } from './planned-peers.ts';
import { recordEnd } from './reject-kept-references.ts';
import { warnIncomplete } from './warn-deletion.ts';
import { warnKeptName } from './warn-kept-name.ts';

/** A change to be previewed. */
export interface PlannedWrite {
  readonly operation: string;
  /** Id of the resource; undefined for a create. */
  readonly id: string | undefined;
  readonly values: KnownInput;
  /** Kind of the planned change; a replacement is an update whose operation is a delete. */
  readonly change: PlanChange<Schema>['kind'];
  /** Label shown to the user: `novacron_vm web-01`. */
  readonly label: string;
  readonly attributes: Attributes;
}

/**
 * Previews one write; every finding becomes a diagnostic.
 * @returns the server's answer; undefined if the call failed
 */
export async function previewPlan(
  session: Session,
  planned: PlannedWrite,
  context: Pick<PlanContext<Session>, 'diagnostics' | 'signal' | 'moment'>,
): Promise<AdmissionPreview | undefined> {
  const { diagnostics, signal } = context;
  const doing = `${verbOf(session, planned)} ${planned.label}`;
  const operation = PreviewableOperation.parse(planned.operation);
  const { unknown } = planned.values;
  const input = {
    ...planned.values.input,
    ...(planned.id === undefined ? {} : { id: planned.id }),
  };
  // The answer of a create that is already in the state must not be reused for this one.
  await session.keys.settle();
  const run = dependsOnRun(session, planned, context.moment)
    ? { session: session.runId, ...tentative(session, { operation, input }) }
    : {};
  const asked = { operation, input, unknown, ...run, moment: context.moment };
  const answer = await askForPreview(session, asked, signal);
  const options = { attributes: planned.attributes, doing };
  if (!answer.ok) {
    // What is gone already needs no deletion: apply finds the same, and Terraform forgets it.
    if (operation.endsWith('.delete') && answer.error.code === 'not-found') return undefined;
    reportProblem(diagnostics, answer.error, options);
    return undefined;
  }
  const problems = answer.value.problems.map(fromProblemDocument);
  // A create is made while its apply-time plan has just been answered: nothing is freed in between.
  const mayPass = context.moment === 'plan' || !operation.endsWith('.create');
  const passing = problems.filter(
    (each) => isGivenUp(each) || (mayPass && mayPassDuringApply(session, each, planned)),
  );
  if (operation.endsWith('.create')) {
    const kept = passing.filter((each) => !isGivenUp(each) && !isOfMember(each, operation));
    reportKept({ client: session, diagnostics }, kept, { ...options, label: planned.label });
  }
  for (const found of problems) {
    if (passing.includes(found)) continue;
    if (await deferToApply({ ...context, client: session }, found, planned, options)) continue;
    const asking = { operation, input, unknown, doing };
    if (await deferToPlannedPeer(session, found, asking, context)) continue;
    const otherwise = found.code === 'no-capacity' ? ruleOfPlace(planned) : undefined;
    const reported = withOrder(
      await explain(session, found, { id: planned.id, signal }),
      context.moment,
    );
    reportProblem(diagnostics, reported, { ...options, otherwise });
  }
  for (const warning of answer.value.warnings) {
    reportWarning(diagnostics, warning, options);
  }
  for (const verdict of answer.value.deferred) {
    const unknown = verdict.unknown_fields.join(', ');
    diagnostics.warning({
      summary: `Policy ${JSON.stringify(verdict.policy)} is evaluated at apply: ${doing}`,
      detail:
        `Its decision depends on values that are not known yet: ${unknown}. ` +
        'If it denies the change, the apply fails at this resource.',
    });
  }
  reportNotices(diagnostics, answer.value.notices, { ...options, operation });
  reportRisks(diagnostics, answer.value.risks, options);
  return answer.value;
}

/** Returns the verb of a write: the create of a replacement has its own plan. */
function verbOf(
  { replacing, ending }: Pick<Session, 'replacing' | 'ending'>,
  { operation, label }: PlannedWrite,
): string {
  const verb = String(operation.split('.')[1]);
  const isReplacement = [...replacing].some((id) => ending.get(id) === label);
  return verb === 'create' && isReplacement ? 'replace' : verb;
}

/** Fields whose changes may give up, or take, a name or an address. */
const UNIQUE_FIELDS = [
  'name',
  'ip_address',
  'network_id',
  'min_size',
  'max_size',
  'desired_size',
] as const;

/** Whether the preview of a write depends on the other previews of its run. */
function dependsOnRun(
  session: Session,
  { operation, change, id, values }: PlannedWrite,
  moment: PlanContext<Session>['moment'],
): boolean {
  // The placement of VMs depends on the other VMs of this run.
  if (operation === 'vm.create' || operation === 'vm_group.create') return true;
  // Nothing is renamed where everything is deleted.
  if (session.isDestroyRun) return false;
  if (operation.endsWith('.create')) return moment === 'plan';
  // An apply reads nothing and previews no destroy: its previews do not replace those of the plan.
  const isOfPlan = change === 'delete' || (id !== undefined && session.held.has(id));
  if (!isOfPlan) return false;
  return operation.endsWith('.delete') || UNIQUE_FIELDS.some((name) => name in values.input);
}

/** Marks a VM that may have no node while it is planned. */
function tentative(
  session: Session,
  asked: Parameters<typeof mayDefer>[1],
): Pick<InputOf<'admission.preview'>, 'tentative'> {
  return mayDefer(session, asked) ? { tentative: true } : {};
}

/** Whether the plan makes the holder of a value give it up when the write is sent. */
function isGivenUp({ data }: Problem): boolean {
  return data?.given_up === true;
}

/** Asks again after the lease of an interrupted run, whose create an apply would continue. */
export async function askForPreview(
  session: Session,
  asked: InputOf<'admission.preview'>,
  signal: AbortSignal,
): Promise<Result<AdmissionPreview, Problem>> {
  for (;;) {
    const answer = await session.client.call('admission.preview', asked, { signal });
    const problems = answer.ok ? answer.value.problems.map(fromProblemDocument) : [];
    const held = problems.find(({ data }) => data?.unconfirmed === 'held');
    // A resource of this state gives the name up during the apply.
    if (held === undefined || session.inState.has(String(held.data?.resource_id))) return answer;
    if (!(await session.awaitLease(held, signal))) return answer;
  }
}

async function explain(
  session: Session,
  found: Problem,
  { id, signal }: { readonly id: string | undefined; readonly signal: AbortSignal },
): Promise<Problem> {
  if (id === undefined) return explainNameConflict(found, 'create', session);
  const explained = await explainDeletion(found, { id, session, signal });
  return explainNameConflict(explained, 'update', session);
}

/** What a refusal depends on that the same configuration may change, and in which order. */
const CHANGED_FIRST: { readonly [Code in Problem['code']]?: string } = {
  'quota-exceeded': 'raises the quota, apply its `novacron_tenant` first',
  'budget-exceeded': 'raises the budget, apply its `novacron_budget` first',
  'policy-denied': 'changes the policy or its waivers, apply that first',
};

/** A check sees the present: what the same plan changes has to be applied first. */
function withOrder(found: Problem, moment: PlanContext<Session>['moment']): Problem {
  const change = CHANGED_FIRST[found.code];
  if (change === undefined || moment !== 'plan') return found;
  const order = `If this configuration ${change}, with \`-target\` and its address.`;
  return { ...found, remedy: `${found.remedy}\n\n${order}` };
}

/** Attributes whose rules can leave a VM without a node although there is capacity. */
function ruleOfPlace({ values }: PlannedWrite): string | undefined {
  const rules = ['placement', 'anti_affinity', 'requirements'];
  const [rule, ...more] = rules.filter((name) => (values.input[name] ?? null) !== null);
  return more.length === 0 ? rule : undefined;
}

/** Reports a policy warning with its rule, at the attribute that it names. */
export function reportWarning(
  diagnostics: Diagnostics,
  { policy, version, rule_path: rule, message, path }: AdmissionWarning,
  { doing, attributes }: { readonly doing: string; readonly attributes: Attributes },
): void {
  const summary = `Policy ${JSON.stringify(policy)} warns: ${doing}`;
  const source = version === undefined ? '' : `\n\nPolicy version ${version}, rule ${rule}.`;
  // Terraform shows the line of a top-level attribute only.
  const place = path === undefined || path.length < 2 ? '' : `${path.join('.')}: `;
  const detail = `${place}${message}${source}`;
  const name = String(path?.[0]);
  diagnostics.warning({ summary, detail, ...(name in attributes ? { path: [name] } : {}) });
}

/** Subject of the notices on a write. */
interface NoticeSubject {
  readonly summary: string;
  /** The attribute that they concern; absent: the whole resource. */
  readonly attribute?: string;
}

/** Only the create of a VM compares its node with the one that an earlier plan has shown. */
function subjectOf(operation: string, attributes: object): NoticeSubject {
  if (operation === 'vm.create') {
    return { summary: 'Placement differs from the plan', attribute: 'placement' };
  }
  if ('document' in attributes) {
    return { summary: 'Conflict with another policy', attribute: 'document' };
  }
  return { summary: 'Effect on VMs' };
}

/**
 * Reports NovaCron's own notices on a write: about placement, a policy, or the VMs that it affects.
 */
export function reportNotices(
  diagnostics: Diagnostics,
  notices: readonly string[],
  {
    doing,
    attributes,
    operation,
  }: { readonly doing: string; readonly attributes: object; readonly operation: string },
): void {
  const { summary, attribute } = subjectOf(operation, attributes);
  const path = attribute === undefined ? {} : { path: [attribute] };
  for (const detail of notices) {
    diagnostics.warning({ summary: `${summary}: ${doing}`, detail, ...path });
  }
}

/** Reports the risks that NovaCron sees in a write, each at the attribute that it comes from. */
function reportRisks(
  diagnostics: Diagnostics,
  risks: readonly AdmissionRisk[],
  { doing, attributes }: { readonly doing: string; readonly attributes: Attributes },
): void {
  for (const { summary, message, path } of risks) {
    const name = String(path?.[0]);
    const at = name in attributes ? { path: [name] } : {};
    diagnostics.warning({ summary: `${summary}: ${doing}`, detail: message, ...at });
  }
}

/** Reports what a create takes over from a resource that the plan seems to replace. */
function reportKept(
  context: { readonly client: Session; readonly diagnostics: Diagnostics },
  kept: readonly Problem[],
  options: { readonly doing: string; readonly attributes: Attributes; readonly label: string },
): void {
  warnKeptName(context.diagnostics, { ...options, ...toKept(kept) });
  for (const { code, data } of kept) {
    const state = context.client.incomplete.get(String(data?.resource_id));
    if (code !== 'name-taken' || state === undefined) continue;
    warnIncomplete(context, { label: options.label, state });
  }
  const replaced = kept.filter(({ data }) => data?.holder !== 'leaving');
  for (const id of new Set(replaced.map(({ data }) => String(data?.resource_id)))) {
    recordEnd(context, { id, label: options.label });
  }
}

/** Returns the holder, and whether a create takes over its name or CIDR. */
function toKept(found: readonly Problem[]) {
  const isKept = (code: Problem['code']) => found.some((each) => each.code === code);
  return {
    holder: String(found[0]?.data?.resource_id),
    kept: { name: isKept('name-taken'), cidr: isKept('network-overlap') },
  };
}

/**
 * Whether a name, address or address range that a resource of this state has may be free when the
 * write runs. For a create, most likely that resource is being replaced (`-replace`, tainted).
 */
function mayPassDuringApply(
  session: Session,
  found: Problem,
  { operation, label }: PlannedWrite,
): boolean {
  if (!isHeld(found)) return false;
  const holder = String(found.data?.resource_id);
  const groupId = groupOf(found);
  // The name of a member changes with its group.
  if (groupId !== undefined) return session.inState.has(groupId);
  if (!session.inState.has(holder)) return false;
  if (isOfMember(found, operation)) {
    session.neededNames.set(holder, label);
    return !session.keepingName.has(holder);
  }
  if (operation.endsWith('.create')) session.replacing.add(holder);
  return true;
}

/** Warns of a create that takes a name or an address of a resource that no state has shown yet. */
function warnTaken(
  diagnostics: Diagnostics,
  found: Problem,
  { attributes, doing }: { readonly attributes: Attributes; readonly doing: string },
): void {
  const unplanned = found.data?.holder === 'leaving' ? '' : ` ${endSentence(found.remedy)}`;
  const remedy =
    'If that is another resource of this configuration, which this plan renames or moves, there ' +
    `is nothing to do. Otherwise the apply is refused.${unplanned}`;
  reportProblem(diagnostics, { ...found, remedy }, { attributes, doing, severity: 'warning' });
}

/** The VM group that the holder of a name is a member of; undefined where it is not. */
function groupOf({ data }: Problem): string | undefined {
  return typeof data?.group_id === 'string' ? data.group_id : undefined;
}

/** Whether a member of a VM group needs the name of a VM that is not a member. */
function isOfMember(found: Problem, operation: string): boolean {
  if (groupOf(found) !== undefined) return false;
  return operation.startsWith('vm_group.') && VmId.safeParse(found.data?.resource_id).success;
}

/**
 * Leaves a refusal to the apply where only that can say whether what a write takes is free by then.
 * A create warns: only the state can say whether another resource of it gives the value up.
 * @returns whether it is left
 */
async function deferToApply(
  context: Pick<PlanContext<Session>, 'diagnostics' | 'signal' | 'moment'> & {
    readonly client: Session;
  },
  found: Problem,
  planned: PlannedWrite,
  options: Parameters<typeof warnTaken>[2],
): Promise<boolean> {
  const { client, diagnostics, signal, moment } = context;
  if (found.code !== 'name-taken' && found.code !== 'address-taken') return false;
  if (isOfMember(found, planned.operation)) return false;
  // The update follows at once. Meanwhile the holder may be changed or deleted by the same apply.
  if (moment === 'apply') return planned.id !== undefined;
  // Where this run has read no resource, its state is likely new or lost.
  if (planned.id === undefined && client.held.size === 0) return false;
  const isLeft = await isOfDeployment(client, found, signal);
  if (isLeft && planned.id === undefined) warnTaken(diagnostics, found, options);
  return isLeft;
}

/**
 * Whether a name or an address is that of a resource which this deployment has applied. Terraform
 * may plan it later than the write that takes it; if the plan leaves it to the holder, the apply
 * refuses.
 */
async function isOfDeployment(
  session: Session,
  found: Problem,
  signal: AbortSignal,
): Promise<boolean> {
  const id = groupOf(found) ?? found.data?.resource_id;
  if (typeof id !== 'string') return false;
  const baseline = await session.client.call('drift_baseline.get', { id }, { signal });
  return baseline.ok && baseline.value.deployment === session.deployment;
}
