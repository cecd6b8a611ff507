/**
 * Warns of what a new or changed policy refuses that exists: the server previews the draft, and the
 * plan shows the names. A plan does not wait for long previews, nor does it fail by one.
 */
import { PolicyUpdate } from '@novacron/contract/kinds/policy/policy';
import type { PolicyPreviewChange } from '@novacron/contract/kinds/policy/policy-preview';
import type { PlanContext } from '../../framework/context.ts';
import type { Session } from '../../rpc/session.ts';
import type { PlannedWrite } from './preview-plan.ts';

/** Resources that are named. */
const NAMED_MAX = 5;

const NEXT_CHANGE = 'They stay as they are, and their next change is refused.';

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

/** What the warning needs of a plan. */
export interface EffectContext
  extends Pick<PlanContext<Session>, 'diagnostics' | 'signal' | 'moment'> {
  readonly client: Pick<Session, 'client' | 'policyPreviewTime'>;
}

/** What was found until the end of the preview, or of its time. */
interface FoundEffects {
  readonly refused: readonly PolicyPreviewChange[];
  readonly isWhole: boolean;
}

/**
 * Warns of existing resources that a policy would newly refuse. Nothing is asked about a policy
 * that decides as before, is disabled or has values that are not known yet, nor during the apply.
 */
export async function warnPolicyEffect(
  context: EffectContext,
  planned: PlannedPolicy,
): Promise<void> {
  const { operation, values, enabled, label } = planned;
  if (context.moment === 'apply' || enabled !== true || values.unknown.length > 0) return;
  if (operation !== 'policy.create' && operation !== 'policy.update') return;
  if (!DECIDING_FIELDS.some((name) => name in values.input)) return;
  const found = await previewEffects(context, planned);
  if (found === undefined) return;
  const { refused, isWhole } = found;
  const advice = 'novacron policy preview shows all of them, with open plans and past decisions.';
  if (refused.length > 0) {
    const count = `${isWhole ? '' : 'at least '}${refused.length}`;
    const noun = refused.length === 1 && isWhole ? 'resource' : 'resources';
    context.diagnostics.warning({
      summary: `Would refuse ${count} existing ${noun}: ${label}`,
      detail: `${describe(refused)} ${NEXT_CHANGE} ${advice}`,
      path: ['rule'],
    });
  } else if (!isWhole) {
    context.diagnostics.warning({
      summary: `Effect on existing resources not known: ${label}`,
      detail: `The preview took longer than a plan waits for it. ${advice}`,
      path: ['rule'],
    });
  }
}

/** @returns undefined where the server does not preview policies, or not for this caller */
async function previewEffects(
  { client: session, signal }: EffectContext,
  { id, values }: PlannedPolicy,
): Promise<FoundEffects | undefined> {
  const { idempotency_key: _key, ...input } = values.input;
  const draft = PolicyUpdate.safeParse(input);
  if (!draft.success) return undefined;
  const outOfTime = session.policyPreviewTime();
  const either = AbortSignal.any([signal, outOfTime]);
  const asked = {
    ...(id === undefined ? {} : { id }),
    draft: draft.data,
    sources: ['resources' as const],
  };
  const refused: PolicyPreviewChange[] = [];
  let turn: { readonly position?: string } = {};
  for (;;) {
    const part = await session.client.call(
      'policy.preview',
      { ...asked, ...turn },
      { signal: either, retryMsMax: 0 },
    );
    if (!part.ok) return outOfTime.aborted ? { refused, isWhole: false } : undefined;
    refused.push(...part.value.changes.filter(({ effect }) => effect === 'newly_refused'));
    if (part.value.next_position === null) return { refused, isWhole: true };
    turn = { position: part.value.next_position };
  }
}

/** Names the first resources and why the policy refuses them. */
function describe(refused: readonly PolicyPreviewChange[]): string {
  const named = refused.slice(0, NAMED_MAX).map(({ resource_kind, resource_name, messages }) => {
    return `${resource_kind} ${resource_name} (${messages[0] ?? 'refused'})`;
  });
  const more = refused.length - named.length;
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`;
}
