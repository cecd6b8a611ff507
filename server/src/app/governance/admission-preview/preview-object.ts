/**
 * Previews a write of an administrative object for a plan, or an action such as the deletion of a
 * node. Source of the idea: the dry run of the Kubernetes API server.
 */
import type {
  AdministrativeWrite,
  AdmissionPreview,
  PreviewableAction,
} from '@novacron/contract/admission/admission';
import { operations, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import type { PolicySubject } from '../../kernel/context/policy-question.ts';
import type { PreviewedWrite } from '../../kernel/write/take-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainTakenValues } from '../../platform/value-intents/explain-taken-value.ts';
import { storeValueIntents } from '../../platform/value-intents/store-intents.ts';
import { isTaken } from '../../rows/resource-problems.ts';
import { EMPTY_PREVIEW } from './empty-preview.ts';
import { knownFields } from './known-fields.ts';
import { refuseCaller } from './refuse-caller.ts';

/** The preview of one kind of write. */
export type ObjectPreview<Deps extends KernelDeps, Input> = (
  deps: Deps,
  input: Input,
  context: CallContext,
) => Promise<PreviewedWrite>;

type ObjectOperation = AdministrativeWrite | PreviewableAction;

/** The preview of each write. Composition fills it. */
export type ObjectPreviews<Deps extends KernelDeps> = {
  readonly [Name in ObjectOperation]: ObjectPreview<Deps, ParsedInputOf<Name>>;
};

type Asked = Omit<ParsedInputOf<'admission.preview'>, 'operation'> & {
  readonly operation: ObjectOperation;
};

/**
 * Answers what would happen now if the write were sent. The caller's rights are checked as for the
 * write itself. Of a write with unknown values, what is known is checked.
 */
export async function previewObject<Deps extends CapabilityDeps>(
  parts: { readonly deps: Deps; readonly previews: ObjectPreviews<Deps> },
  asked: Asked,
  context: CallContext,
): Promise<Result<AdmissionPreview, Problem>> {
  const { problems: refusals, warnings } = await findProblems(parts, asked, context);
  // What is taken may be what another object of the plan gives up.
  const isPossible = refusals.every(isTaken) && asked.moment !== 'apply';
  if (isPossible) await storeValueIntents(parts.deps, context, asked);
  const problems = await explainTakenValues(parts.deps, context, asked, refusals);
  return ok({
    ...EMPTY_PREVIEW,
    problems: problems.map((found) => toProblemDocument(found, context.requestId)),
    warnings: [...warnings],
  });
}

async function findProblems<Deps extends CapabilityDeps>(
  { deps, previews }: { readonly deps: Deps; readonly previews: ObjectPreviews<Deps> },
  { operation, input, unknown }: Asked,
  context: CallContext,
): Promise<PreviewedWrite> {
  const refusal = await refuseCaller(deps, operation, input, context);
  if (refusal !== undefined) return { problems: [refusal], warnings: [] };
  const read = operations[operation].input.safeParse(input, IN_WORDS);
  if (!read.success) {
    const issues = read.error.issues.filter(({ path }) => !unknown.includes(String(path[0])));
    if (issues.length === 0) return { problems: [], warnings: [] };
    const found = toValidationProblem(new z.ZodError(issues), 'The configuration');
    return { problems: [found], warnings: [] };
  }
  // The schema and the preview are of the same row of the table.
  return previews[operation](withUnknown(deps, unknown), read.data as never, context);
}

/** Has the policies asked about what is known: what is not is no value of the question. */
function withUnknown<Deps extends KernelDeps>(deps: Deps, unknown: readonly string[]): Deps {
  if (unknown.length === 0) return deps;
  const { verdicts } = deps;
  const known = (fields: PolicySubject['wanted']) =>
    fields === null ? null : knownFields(fields, unknown);
  return {
    ...deps,
    verdicts: {
      ...verdicts,
      decide: (context: CallContext, { wanted, ...write }: PolicySubject) =>
        verdicts.decide(context, { ...write, wanted: known(wanted), unknown }),
    },
  };
}
