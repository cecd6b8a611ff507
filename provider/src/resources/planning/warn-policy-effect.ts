/**
 * Warns of what a new or changed policy or document newly refuses or allows that exists: the server
 * previews the draft, and the plan shows the names. A plan does not wait for long previews, nor
 * does it fail by one.
 */
import { PolicyUpdate } from '@novacron/contract/kinds/policy/policy';
import type { PolicyPreviewChange } from '@novacron/contract/kinds/policy/policy-preview';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { PlanContext } from '../../framework/context.ts';
import type { Session } from '../../rpc/session.ts';
import type { PlannedWrite } from './preview-plan.ts';

/** Resources that are named. */
const NAMED_MAX = 5;

/** A policy that is not stored yet can be previewed as a file only. */
const ADVICE =
  'To see all of them, with open plans and past decisions, save the rule in a file and run: ' +
  'novacron policy preview FILE.rego';

/** Fields that say what a policy refuses. */
const DECIDING_FIELDS = [
  'rule',
  'type',
  'enforcement_mode',
  'enabled',
  'selector',
  'scope',
  'actions',
] as const;

/** A policy in a plan. */
export interface PlannedPolicy extends Pick<PlannedWrite, 'operation' | 'id' | 'values' | 'label'> {
  /** Whether it is enabled after the change. */
  readonly enabled: unknown;
}

/** Parts of a plan that the warning uses. */
export interface EffectContext
  extends Pick<PlanContext<Session>, 'diagnostics' | 'signal' | 'moment'> {
  readonly client: Pick<Session, 'client' | 'policyPreviewTime' | 'plannedDocuments'>;
}

/** Changes found before the preview ended or timed out. */
interface FoundEffects {
  readonly changes: readonly PolicyPreviewChange[];
  /** Reason for missing changes; undefined if the preview is complete. */
  readonly cutBy: string | undefined;
}

const OUT_OF_TIME = 'The preview took longer than a plan waits for it.';

/** Problems that say nothing of whether the server previews policies for this caller. */
const TEMPORARY: ReadonlySet<string> = new Set(['rate-limited', 'deadline-exceeded']);

/**
 * Warns of existing resources that a policy would newly refuse or allow. Nothing is asked about a
 * policy that decides as before, is disabled or has values that are not known yet, nor during the
 * apply.
 */
export async function warnPolicyEffect(
  context: EffectContext,
  planned: PlannedPolicy,
): Promise<void> {
  const { operation, values, enabled, label } = planned;
  const documents = [...context.client.plannedDocuments.values()];
  if (context.moment === 'apply' || enabled !== true || values.unknown.length > 0) return;
  if (operation !== 'policy.create' && operation !== 'policy.update') return;
  if (!DECIDING_FIELDS.some((name) => name in values.input)) return;
  const { idempotency_key: _key, ...input } = values.input;
  const draft = PolicyUpdate.safeParse(input);
  if (!draft.success) return;
  const { id } = planned;
  const asked = {
    ...(id === undefined ? {} : { id }),
    draft: draft.data,
    ...(documents.length === 0 ? {} : { data: documents }),
  };
  const found = await previewEffects(context, asked);
  const paths = documents.map(({ path }) => `data.${path}`).join(', ');
  const basis = paths === '' ? '' : `It is judged with ${paths} as this plan changes it. `;
  if (found === undefined) return;
  report(context, found, { label, path: 'rule', by: 'By this policy', advice: basis + ADVICE });
}

/** A data document in a plan. */
export interface PlannedDocument {
  readonly path: string;
  readonly document: string;
}

/**
 * Warns of existing resources that policies would newly refuse or allow with another document.
 * Policies of the same plan that are planned later are judged with it, too; the stored policies
 * are what it is judged by.
 */
export async function warnDocumentEffect(
  context: EffectContext,
  { label, ...document }: PlannedDocument & { readonly label: string },
): Promise<void> {
  if (context.moment === 'apply') return;
  context.client.plannedDocuments.set(document.path, document);
  const found = await previewEffects(context, { data: [document] });
  if (found === undefined) return;
  const advice =
    'It is judged by the policies that are stored now, not by what this plan makes of them. To ' +
    'see all, with open plans and past decisions, save the document in a file and run: ' +
    `novacron policy preview --data ${document.path}=FILE.json`;
  report(context, found, { label, path: 'document', by: 'With this document', advice });
}

/** Attribute path of the warnings, and their text besides the resources. */
interface Wording {
  readonly label: string;
  readonly path: 'rule' | 'document';
  readonly by: string;
  readonly advice: string;
}

function report(
  context: EffectContext,
  { changes, cutBy }: FoundEffects,
  { label, path, by, advice }: Wording,
): void {
  const warn = (summary: string, detail: string): void =>
    context.diagnostics.warning({ summary: `${summary}: ${label}`, detail, path: [path] });
  const refused = changes.filter(({ effect }) => effect === 'newly_refused');
  const allowed = changes.filter(({ effect }) => effect === 'newly_allowed');
  const today = path === 'rule' ? 'By the policy as it is' : 'With the document as it is';
  const atLeast = cutBy === undefined ? '' : 'at least ';
  if (refused.length > 0) {
    const left =
      refused.length === 1
        ? 'It is left as it is, but its next change will be refused.'
        : 'They are left as they are, but their next change will be refused.';
    warn(
      `Would refuse changes to ${atLeast}${countOf(refused)}`,
      `${by}, ${verbOf(refused)} not allowed:\n${listOf(refused)}\n${left} ${advice}`,
    );
  }
  if (allowed.length > 0) {
    warn(
      `Would allow changes to ${atLeast}${countOf(allowed)}, which are refused today`,
      `${today}, ${verbOf(allowed)} not allowed:\n${listOf(allowed)}\n${advice}`,
    );
  }
  if (refused.length + allowed.length === 0 && cutBy !== undefined) {
    warn('Effect on existing resources not known', `${cutBy} ${advice}`);
  }
}

/** @returns undefined where the server does not preview policies, or not for this caller */
async function previewEffects(
  { client: session, signal }: EffectContext,
  drafts: Omit<InputOf<'policy.preview'>, 'sources' | 'position'>,
): Promise<FoundEffects | undefined> {
  const outOfTime = session.policyPreviewTime();
  const either = AbortSignal.any([signal, outOfTime]);
  const asked = { ...drafts, sources: ['resources' as const] };
  const changes: PolicyPreviewChange[] = [];
  let turn: { readonly position?: string } = {};
  for (;;) {
    const part = await session.client.call(
      'policy.preview',
      { ...asked, ...turn },
      { signal: either, retryMsMax: 0 },
    );
    if (!part.ok) {
      const { code, detail } = part.error;
      if (outOfTime.aborted) return { changes, cutBy: OUT_OF_TIME };
      return TEMPORARY.has(code) ? { changes, cutBy: detail } : undefined;
    }
    changes.push(...part.value.changes);
    if (part.value.next_position === null) return { changes, cutBy: undefined };
    turn = { position: part.value.next_position };
  }
}

function countOf({ length }: readonly PolicyPreviewChange[]): string {
  return `${length} existing ${length === 1 ? 'resource' : 'resources'}`;
}

function verbOf({ length }: readonly PolicyPreviewChange[]): string {
  return length === 1 ? 'this resource is' : 'these resources are';
}

/** The first resources in order of their names, a line each: Terraform leaves such lines alone. */
function listOf(changes: readonly PolicyPreviewChange[]): string {
  const lines = changes
    .map(({ resource_kind, resource_name, policy, messages }) => {
      const who = policy === undefined ? '' : `${policy}: `;
      return `  ${resource_kind} ${resource_name}: ${who}${messages[0] ?? 'refused'}`;
    })
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
  const more = lines.length - NAMED_MAX;
  return [...lines.slice(0, NAMED_MAX), ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}
