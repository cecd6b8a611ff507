/** Corrects findings: shows the change, proposes it, asks people, or makes it. */
import type { ComplianceCorrection } from '@novacron/contract/compliance/compliance-correction';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { beginWrite } from '../../../kernel/arbitration/begin-write.ts';
import type { BeginParts } from '../../../kernel/arbitration/platform-write.ts';
import { waitingProblem } from '../../../kernel/arbitration/waiting-problem.ts';
import type { CallContext } from '../../../kernel/context/call-context.ts';
import { answerOperation } from '../../../kernel/operations/answer-operation.ts';
import { admitWrite, tryWrite } from '../../../kernel/write/admit-write.ts';
import { reserveAlso } from '../../../kernel/write/checked-write.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { OWN_PRINCIPALS } from '../../../rows/own-principals.ts';
import { notFound } from '../../../rows/resource-problems.ts';
import { requireCorrectionApproval } from './finding-subject.ts';
import {
  describeCorrection,
  type PlannedCorrection,
  planFinding,
  prepareCorrection,
} from './prepare-correction.ts';
import type { SubjectParts } from './read-subject.ts';

/** Dependencies of corrections. */
export type CorrectionParts = SubjectParts & BeginParts<CapabilityDeps>;

const NAME = 'compliance_finding.correct';

type Answer = Result<{ readonly resource: ComplianceCorrection }, Problem>;

/** Corrects a finding. Problems: `not-found`, `validation-failed` if it has no correction. */
export async function correctFinding(
  parts: CorrectionParts,
  { id, dry_run: isDry }: ParsedInputOf<typeof NAME>,
  context: CallContext,
): Promise<Answer> {
  const { deps } = parts;
  const where = { id, tenant_id: context.principal.tenantId };
  const [finding] = await deps.store.read({ from: 'compliance_findings', where });
  if (finding === undefined) return err(notFound('compliance finding', id));
  const found = await planFinding(parts, finding);
  if (!found.ok) return found;
  const planned = found.value;
  const shown = { ...describeCorrection(planned), operation: null, problem: null };
  if (planned.hcl.length > 0) return ok({ resource: { ...shown, outcome: 'proposed' } });
  const may = await mayCorrect(parts, { planned, isDry }, context);
  if (!may.ok) return ok({ resource: { ...shown, ...may.error } });
  if (isDry) return ok({ resource: { ...shown, outcome: 'planned' } });
  const begun = await beginCorrection(parts, { planned, approved: may.value }, context);
  if (!begun.ok) return ok({ resource: { ...shown, ...refusal(begun.error) } });
  const operation = await answerOperation(deps, begun.value);
  return ok({ resource: { ...shown, outcome: 'started', operation } });
}

type Refusal = Pick<ComplianceCorrection, 'outcome' | 'problem'>;

/**
 * Checks whether a correction may begin: policies first, so that votes are not in vain.
 * @returns what uses its approval up
 */
async function mayCorrect(
  parts: CorrectionParts,
  { planned, isDry }: { readonly planned: PlannedCorrection; readonly isDry: boolean },
  context: CallContext,
): Promise<Result<ChangeSet, Refusal>> {
  const problem = await tryCorrection(parts.deps, planned, context);
  if (problem !== undefined) return err(refusal(problem));
  if (planned.plan.class === 'auto') return ok([]);
  const mode = isDry ? 'look' : 'request';
  const approved = await requireCorrectionApproval(parts, { planned, mode }, context);
  if (approved.ok) return approved;
  const missing = approved.error;
  return err(
    missing.code === 'forbidden'
      ? { outcome: 'needs-approval', problem: toProblemDocument(missing) }
      : refusal(missing),
  );
}

function refusal(problem: Problem) {
  return { outcome: 'refused', problem: toProblemDocument(problem) } as const;
}

/** The problem that a correction would answer now; undefined if it would begin. */
export async function tryCorrection(
  deps: CapabilityDeps,
  planned: PlannedCorrection,
  context: CallContext,
): Promise<Problem | undefined> {
  const input = inputOf(planned);
  return (await tryWrite(NAME, input, prepareCorrection(deps, planned), deps, context))[0];
}

/** Begins it. Of those that are automatic, all that is more urgent comes first. */
export async function beginCorrection(
  parts: CorrectionParts,
  {
    planned,
    approved = [],
  }: { readonly planned: PlannedCorrection; readonly approved?: ChangeSet },
  context: CallContext,
): Promise<Result<Tables['operations'], Problem>> {
  const { deps, executor } = parts;
  const input = inputOf(planned);
  const prepare = reserveAlso(prepareCorrection(deps, planned), approved);
  if (context.principal.name !== OWN_PRINCIPALS.complianceCorrector) {
    const admitted = await admitWrite(NAME, input, prepare, deps, context);
    if (!admitted.ok) return admitted;
    const { operation } = admitted.value;
    if (operation.status === 'running') executor.start(operation);
    return ok(operation);
  }
  const begun = await beginWrite(parts, {
    who: 'compliance-corrections',
    class: 'maintenance',
    target: { kind: 'other', row: input },
    name: NAME,
    input,
    prepare,
    context,
  });
  if (begun.kind === 'started') return ok(begun.operation);
  if (begun.kind === 'refused') return err(begun.problem);
  return err(waitingProblem(`The correction of ${input.name}`, begun));
}

function inputOf({ finding: { subject_id: id, subject_name: name } }: PlannedCorrection) {
  return { id, name };
}
