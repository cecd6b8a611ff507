/**
 * Previews a write of an administrative object: everything but its commit. Source of the idea: the
 * dry run of the Kubernetes API server.
 */
import type {
  AdministrativeWrite,
  AdmissionPreview,
  AdmissionWarning,
} from '@novacron/contract/admission/admission';
import { operations, type ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import {
  type Problem,
  toProblemDocument,
  toValidationProblem,
} from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { AccessDeps } from '../../access/deps.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { explainTakenValues } from '../../platform/value-intents/explain-taken-value.ts';
import { storeValueIntents } from '../../platform/value-intents/store-intents.ts';
import { isTaken } from '../../rows/resource-problems.ts';
import { EMPTY_PREVIEW } from './empty-preview.ts';
import { refuseCaller } from './refuse-caller.ts';

/** Tries a write; returns all its problems. */
export type DryRun<Deps extends KernelDeps, Input> = (
  deps: Deps,
  input: Input,
  context: CallContext,
) => Promise<readonly Problem[]>;

/** The dry run of each write. Composition fills it. */
export type DryRuns<Deps extends KernelDeps> = {
  readonly [Name in AdministrativeWrite]: DryRun<Deps, ParsedInputOf<Name>>;
};

/**
 * Answers what would happen now if the write were sent. The caller's rights are checked as for the
 * write itself. A write with unknown values is not previewed.
 */
export async function previewAdministrativeWrite<Deps extends CapabilityDeps>(
  parts: { readonly deps: Deps; readonly dryRuns: DryRuns<Deps> },
  asked: Omit<ParsedInputOf<'admission.preview'>, 'operation'> & {
    readonly operation: AdministrativeWrite;
  },
  context: CallContext,
): Promise<Result<AdmissionPreview, Problem>> {
  const warnings: AdmissionWarning[] = [];
  const refusals = await findProblems(parts, asked, context, warnings);
  // What is taken may be what another object of the plan gives up.
  const isPossible = refusals.every(isTaken) && asked.moment !== 'apply';
  if (isPossible) await storeValueIntents(parts.deps, context, asked);
  const problems = await explainTakenValues(parts.deps, context, asked, refusals);
  return ok({
    ...EMPTY_PREVIEW,
    problems: problems.map((found) => toProblemDocument(found, context.requestId)),
    warnings,
  });
}

async function findProblems<Deps extends AccessDeps>(
  { deps, dryRuns }: { readonly deps: Deps; readonly dryRuns: DryRuns<Deps> },
  { operation, input, unknown }: Parameters<typeof previewAdministrativeWrite>[1],
  context: CallContext,
  warnings: AdmissionWarning[],
): Promise<readonly Problem[]> {
  const refusal = await refuseCaller(deps, operation, input, context);
  if (refusal !== undefined) return [refusal];
  if (unknown.length > 0) return [];
  const read = operations[operation].input.safeParse(input, IN_WORDS);
  if (!read.success) return [toValidationProblem(read.error, 'The configuration')];
  // The schema and the dry run are of the same row of the table.
  return dryRuns[operation](asPreview(deps, warnings), read.data as never, context);
}

/** The policies are asked on behalf of a preview. */
function asPreview<Deps extends KernelDeps>(deps: Deps, warnings: AdmissionWarning[]): Deps {
  return {
    ...deps,
    verdicts: {
      decide: async (context, write) => {
        const decision = await deps.verdicts.decide(context, { ...write, moment: 'preview' });
        warnings.push(...decision.warnings);
        return decision;
      },
    },
  };
}
