/**
 * Prepares a correction: a write whose undo restores the field, and a step that judges the subject
 * again. What becomes of it is written to the finding.
 */
import type { FindingCorrection } from '@novacron/contract/compliance/compliance-correction';
import { ComplianceFindingId, OperationId } from '@novacron/contract/ids';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { operationRow } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type {
  CorrectedSubject,
  CorrectionPlan,
} from '@novacron/engine/compliance/model/correction';
import { planCorrection } from '@novacron/engine/compliance/plan-correction';
import { renderResource } from '@novacron/engine/drift/render-hcl';
import type { Change } from '../../../../ports/store.ts';
import type { ComplianceFindingRow } from '../../../../ports/tables/policy/compliance-rows.ts';
import { forbiddenCall, mayCall } from '../../../access/identity/may-call.ts';
import { actorKindOf, type CallContext } from '../../../kernel/context/call-context.ts';
import type { CallStepAction } from '../../../kernel/definitions/operation-definition.ts';
import { findResource } from '../../../kernel/resource-rows/find-resource.ts';
import { tryWrite } from '../../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { parseInput, prepareOf } from '../../../platform/step-write.ts';
import type { Prepare } from '../../../resources/scope.ts';
import { configuredOf } from '../../../rows/observed/grown-size.ts';
import { OWN_PRINCIPALS } from '../../../rows/own-principals.ts';
import { replan } from '../../../rows/resource-problems.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import { readNote } from '../finding-rows.ts';
import { readSubject, type SubjectParts } from './read-subject.ts';

/** Maximum time that a step waits for a resource that is being changed. */
const BUSY_MS_MAX = 2 * 3_600_000;

/** A correction that can be made now. */
export interface PlannedCorrection {
  readonly finding: ComplianceFindingRow;
  readonly kind: CorrectedSubject['kind'];
  readonly plan: CorrectionPlan;
  /** The change of the Terraform configuration; empty if Terraform does not manage it. */
  readonly hcl: readonly string[];
}

/** Plans the correction of an open finding. Problems: `validation-failed`. */
export async function planFinding(
  parts: SubjectParts,
  finding: ComplianceFindingRow,
): Promise<Result<PlannedCorrection, Problem>> {
  const { id, state, check_id: check, subject_name: name } = finding;
  if (state !== 'open') return err(uncorrected(id, `The finding ${id} is ${state}.`));
  const last = readNote(finding);
  if (last?.state === 'started') {
    const begun = `${last.operation_id} is correcting ${name} already.`;
    return err(uncorrected(id, begun, `Wait for it: novacron operation wait ${last.operation_id}`));
  }
  const found = await readSubject(parts, finding);
  if (found?.passes(check)) {
    return err(uncorrected(id, `${name} passes ${check}: the next scan resolves the finding.`));
  }
  const plan = found && planCorrection(check, found.subject, found.related);
  if (found === undefined || plan === undefined) {
    return err(
      uncorrected(id, `No correction of ${check} is known for ${finding.subject_kind} ${name}.`),
    );
  }
  const { kind } = found.subject;
  const hcl = await proposeHcl(parts.deps, { finding, kind, plan });
  return ok({ finding, kind, plan, hcl });
}

function uncorrected(
  id: string,
  detail: string,
  remedy = `Read what is wrong, and change the resource: novacron compliance finding show ${id}`,
): Problem {
  return problem('validation-failed', {
    detail,
    remedy,
    fields: [{ path: ['id'], message: 'cannot be corrected' }],
  });
}

/** What Terraform has applied stays its own: a write beside it would be drift. */
async function proposeHcl(
  { store }: CapabilityDeps,
  { finding, kind, plan }: Omit<PlannedCorrection, 'hcl'>,
): Promise<readonly string[]> {
  const { subject_id: id, tenant_id, subject_name: name } = finding;
  const where = { id, tenant_id };
  const [baseline] = await store.read({ from: 'baselines', where, damaged: 'blank' });
  if (baseline === undefined) return [];
  const { field, is } = plan;
  return renderResource(RESOURCE_DEFINITIONS[kind], name, {
    fields: [field],
    current: { [field]: is },
  });
}

/** A correction as answers show it, apart from what becomes of it. */
export function describeCorrection({ finding, kind, plan, hcl }: PlannedCorrection) {
  return {
    finding_id: ComplianceFindingId.parse(finding.id),
    check: finding.check_id,
    subject_kind: kind,
    subject_id: finding.subject_id,
    subject_name: finding.subject_name,
    class: plan.class,
    field: plan.field,
    was: plan.was,
    is: plan.is,
    hcl: [...hcl],
  };
}

/** The change in a line. */
export function explainChange({ finding, kind, plan }: PlannedCorrection): string {
  const { field, was, is } = plan;
  const change = `${JSON.stringify(was)} to ${JSON.stringify(is)}`;
  return `${field} of ${kind} ${finding.subject_name}: ${change}`;
}

/** Writes what became of a correction to its finding, unless another one has begun. */
export function noteChange(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  planned: PlannedCorrection,
  note: Pick<FindingCorrection, 'state' | 'by'> & { readonly operationId?: string },
): Change {
  const { finding, hcl } = planned;
  const stored: FindingCorrection = {
    state: note.state,
    at: toTimestamp(clock.nowMs()),
    by: note.by,
    change: explainChange(planned),
    operation_id: note.operationId === undefined ? null : OperationId.parse(note.operationId),
    hcl: [...hcl],
  };
  return {
    kind: 'update',
    table: 'compliance_findings',
    id: finding.id,
    set: { correction_json: JSON.stringify(stored) },
    otherwise: replan('The finding'),
  };
}

/** Prepares it. A write that cannot or may not be made is refused now, not by a step. */
export function prepareCorrection(
  deps: CapabilityDeps,
  planned: PlannedCorrection,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, { context, operationId }) => {
    const { finding, kind, plan } = planned;
    const { principal } = context;
    if (!mayCall(principal, plan.operation)) {
      const needed = operationRow(plan.operation).role;
      return err([forbiddenCall(plan.operation, needed, principal)]);
    }
    const { subject_id: id, tenant_id: tenantId } = finding;
    const found = await findResource(deps.store, kind, { id, tenantId });
    if (!found.ok) return err([found.error]);
    const make = (
      input: CallStepAction['input'],
      replaces?: CallStepAction['replaces'],
    ): CallStepAction => ({
      kind: 'call-write',
      resourceId: id,
      tenantId,
      operation: plan.operation,
      input,
      findingId: finding.id,
      ...(replaces && { replaces }),
      by: authorOf(context),
    });
    const asked = parseInput(plan.operation, { id, [plan.field]: plan.is });
    const prepare = prepareOf(deps, plan.operation);
    const [refused] = await tryWrite(plan.operation, asked, prepare, deps, context);
    if (refused !== undefined) return err([refused]);
    const desired = configuredOf(found.value);
    const { field, was, is } = plan;
    const { name: by } = principal;
    const note = (state: FindingCorrection['state']) =>
      noteChange(deps, planned, { state, by, operationId });
    return ok({
      resourceKind: kind,
      target: { id, name: finding.subject_name },
      // Only the child operations change anything, and the audit log blames those.
      before: desired,
      wanted: desired,
      placement: null,
      saga: {
        reserve: [startOf(note('started'), finding)],
        steps: [
          {
            name: 'correct',
            after: [],
            action: make({ id, [field]: is }, { field, value: was }),
            undo: make({ id, [field]: was }, { field, value: is, undoes: 'correct' }),
            patience: { kind: 'time', durationMs: BUSY_MS_MAX },
          },
          { name: 'verify', after: ['correct'], action: make(null), undo: null },
        ],
        finalize: [note('corrected'), ...countOf(deps, finding, by)],
        rollback: [note('undone')],
        release: [note('failed')],
      },
    });
  };
}

/** Two corrections of one finding do not begin. */
function startOf(note: Change, { correction_json }: ComplianceFindingRow): Change {
  return note.kind === 'update' && note.table === 'compliance_findings'
    ? { ...note, expect: { state: 'open', correction_json } }
    : note;
}

function countOf(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  { id }: ComplianceFindingRow,
  by: string,
): readonly Change[] {
  if (by !== OWN_PRINCIPALS.complianceCorrector) return [];
  return [
    {
      kind: 'update',
      table: 'compliance_findings',
      id,
      set: { auto_corrected_at_ms: clock.nowMs() },
      otherwise: replan('The finding'),
    },
  ];
}

function authorOf(context: CallContext): CallStepAction['by'] {
  const { id, name, role } = context.principal;
  return { id, name, role, kind: actorKindOf(context), client: context.client };
}
