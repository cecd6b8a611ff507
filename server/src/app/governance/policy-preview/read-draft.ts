/** Reads the draft of a policy, and the policies that it is compared with. */
import { hash } from 'node:crypto';
import { POLICY_FIELDS, PolicyCreate, PolicySpec } from '@novacron/contract/kinds/policy/policy';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { judgedBy } from '@novacron/contract/policy-input/judged-input';
import { type Problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { PolicyDraft } from '@novacron/engine/policy/model/preview';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { findOwnTenant, refusePolicyScope } from '../../access/tenants/tenant-access.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { mergeFields } from '../../kernel/resource-rows/new-row.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { attachDocuments } from '../../policy/data/tenant-documents.ts';
import { type Trial, toAskable } from '../../policy/decide/try-policy.ts';
import { compileDraft } from '../../policy/memory/preview-memory.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { versionOf } from '../../rows/policy-versions.ts';
import { readDraftDocuments } from './read-data-draft.ts';

type PreviewInput = ParsedInputOf<'policy.preview'>;

/** A draft that can be judged. */
export interface ReadDraft {
  readonly trial: Trial;
  readonly draft: PolicyDraft<Askable>;
  /** The other policies that decide for the tenant today. */
  readonly others: readonly Askable[];
  /** Names of policies that refuse everything, because they were changed outside of the server. */
  readonly faulty: readonly string[];
}

/** Defaults for a draft of a new policy without a name. */
const UNNAMED = { name: 'draft', type: 'resource' } as const;

/**
 * Reads a draft. Problems: `not-found` for its policy; `forbidden` for a scope that its tenant may
 * not write; `validation-failed`; `rule-invalid`.
 */
export async function readDraft(
  deps: CapabilityDeps,
  input: PreviewInput,
  { principal }: CallContext,
): Promise<Result<ReadDraft, Problem>> {
  const { tenantId } = principal;
  const wanted = await readSpec(deps, input, tenantId);
  if (!wanted.ok) return wanted;
  const own = await findOwnTenant(deps.store, principal);
  const outside = refusePolicyScope(own, wanted.value.spec.scope);
  if (outside !== undefined) return err(outside);
  const { spec, id, version, isAccepted } = wanted.value;
  const judged = judgedBy(spec);
  const text = { tenantId, judged, rule: spec.rule };
  const compiled = await compileDraft(deps.decisions.previews, text, () =>
    deps.policies.compile(spec.rule, { tenantId, judged, isAccepted }),
  );
  if (!compiled.ok) return compiled;
  const trial: Trial = { spec, compiled: compiled.value, id, version };
  const nowMs = deps.clock.nowMs();
  const { memory } = deps.decisions;
  const deciding = await readDeciding(deps.store, tenantId, { nowMs, memory });
  const sound = deciding.filter(({ fault }) => fault === undefined);
  const before = sound.find((policy) => policy.id === id);
  const documents = await readDraftDocuments(deps, tenantId, input.data ?? []);
  if (!documents.ok) return documents;
  const after = spec.enabled
    ? attachDocuments(askableOf(trial, { tenantId, before }), documents.value)
    : undefined;
  return ok({
    trial,
    draft: { before, after },
    others: sound.filter((policy) => policy.id !== id),
    faulty: deciding.flatMap(({ fault, name }) => (fault === undefined ? [] : [name])),
  });
}

type DraftSpec = Pick<Trial, 'spec' | 'id' | 'version'> & {
  /** Whether the text is stored already. */
  readonly isAccepted: boolean;
};

/** The fields of the draft; a policy that is disabled today is judged as if it were enabled. */
async function readSpec(
  deps: CapabilityDeps,
  { id, draft }: PreviewInput,
  tenantId: string,
): Promise<Result<DraftSpec, Problem>> {
  const { enabled } = draft;
  const switched = { enabled: enabled ?? true };
  if (id === undefined) {
    const parsed = PolicyCreate.safeParse({ ...UNNAMED, ...draft, ...switched });
    if (!parsed.success) return err(toValidationProblem(parsed.error, 'The draft'));
    const spec = PolicySpec.parse(fillDefaults(POLICY_FIELDS, parsed.data));
    return ok({
      spec,
      id: null,
      version: 1,
      isAccepted: false,
    });
  }
  const found = await findResource(deps.store, 'policy', { tenantId, id });
  if (!found.ok) return found;
  const before = desiredAs(found.value, PolicySpec);
  const spec = PolicySpec.parse(mergeFields(before, { ...draft, ...switched }, POLICY_FIELDS));
  const stored = versionOf(found.value);
  return spec.rule === before.rule
    ? ok({ spec, id, version: stored, isAccepted: true })
    : ok({
        spec,
        id,
        version: stored + 1,
        isAccepted: false,
      });
}

/**
 * The draft as a policy. Its answers are remembered by its text, which another draft of the same
 * policy does not share; those of an unchanged text are the ones of the policy.
 */
function askableOf(
  trial: Trial,
  { tenantId, before }: { readonly tenantId: string; readonly before: Askable | undefined },
): Askable {
  const { spec, compiled } = trial;
  const isSameText = before?.ruleText === spec.rule;
  return {
    ...toAskable(trial, tenantId),
    id: isSameText ? before.id : `draft-${hash('sha256', spec.rule)}`,
    ruleText: spec.rule,
    volatileBuiltins: compiled.volatileBuiltins,
    dataReferences: compiled.dataReferences,
  };
}
