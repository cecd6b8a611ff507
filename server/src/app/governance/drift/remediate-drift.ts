/** Remediates drift: reverts it, adopts it, or ignores it for a while. */

import type { DriftRecord } from '@novacron/contract/drift/drift';
import {
  type Approval,
  REMEDIATED_MAX,
  type RemediationItem,
} from '@novacron/contract/drift/drift-remediation';
import { readDeadline } from '@novacron/contract/formats/read-moment';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { renderImport, renderResource } from '@novacron/engine/drift/render-hcl';
import { nameCause } from '@novacron/engine/drift/rules/group-by-cause';
import { operationsOf } from '../../access/identity/may-call.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { tryWrite } from '../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { adoptDrift, tryAdoption } from './adopt-drift.ts';
import { beginRevert } from './begin-revert.ts';
import { type Compared, compareResources } from './compare-resources.ts';
import { type DriftMarks, holds, readMarks } from './drift-suppressions.ts';
import { fieldsOf, prepareRevert } from './plan-revert.ts';
import { recordSuppression, trySuppression } from './suppress-drift.ts';

/** Dependencies of remediation. */
export type RemediationParts = BeginParts<CapabilityDeps>;

type Request = ParsedInputOf<'drift.remediate'>;

/** Validity of an approval, which applies to the drift observed now. Unit: ms. */
const APPROVAL_MS = 24 * 3_600_000;

/** Maximum time for which drift can be ignored. Unit: ms. */
const IGNORED_MS_MAX = 366 * 24 * 3_600_000;

/**
 * Remediates drift. Problems: `validation-failed` where the request contradicts itself. The problem
 * of one resource is reported with that resource.
 */
export async function remediateDrift(
  parts: RemediationParts,
  input: Request,
  context: CallContext,
): Promise<Result<{ readonly remediated: readonly RemediationItem[] }, Problem>> {
  const { deps } = parts;
  const wrong = checkRequest(input, deps.clock.nowMs());
  if (wrong !== undefined) return err(wrong);
  const found = await findDrifted(deps, input, context);
  if (!found.ok) return found;
  const marks = await readMarks(deps.store, context.principal.tenantId);
  const items: RemediationItem[] = [];
  for (const target of found.value) {
    items.push(
      await remediateOne(parts, { target, input, marks: marks.get(target.row.id) }, context),
    );
  }
  return ok({ remediated: items });
}

/** Approves the remediation of critical drift. Problems: `not-found`. */
export async function approveDrift(
  { deps }: RemediationParts,
  input: ParsedInputOf<'drift.approve'>,
  context: CallContext,
): Promise<Result<{ readonly approved: readonly Approval[] }, Problem>> {
  const found = await findDrifted(deps, input, context);
  if (!found.ok) return found;
  const marks = await readMarks(deps.store, context.principal.tenantId);
  const untilMs = deps.clock.nowMs() + APPROVAL_MS;
  for (const target of found.value) {
    const said = { by: context.principal.name, untilMs, reason: '' };
    const one = { target, marks: marks.get(target.row.id) };
    const done = await recordSuppression(deps, { ...one, name: 'approved', said }, context);
    if (!done.ok) return done;
  }
  const approved_until = toTimestamp(untilMs);
  return ok({
    approved: found.value.map(({ row }) => ({
      resource_id: row.id,
      approved_by: context.principal.name,
      approved_until,
    })),
  });
}

function checkRequest(
  { action, ids, cause, until, reason }: Request,
  nowMs: number,
): Problem | undefined {
  if ((ids === undefined) === (cause === undefined)) {
    return invalid('ids', 'Select the drift either by resource (ids) or by actor (cause).');
  }
  if (action !== 'ignore') {
    return until === undefined && reason === undefined
      ? undefined
      : invalid('until', 'until and reason are valid only with the action ignore.');
  }
  if (until === undefined || reason === undefined) {
    const target = ids === undefined ? `--cause ${cause}` : ids.join(' ');
    return invalid(
      'until',
      'The action ignore requires until, the end of the suppression, and a reason.',
      `Run: novacron drift ignore ${target} --until 7d --reason "planned work"`,
    );
  }
  const leftMs = (readDeadline(until, nowMs) ?? Number.NaN) - nowMs;
  return leftMs > 0 && leftMs <= IGNORED_MS_MAX
    ? undefined
    : invalid('until', `${until} is not within a year from now.`);
}

const REMEDY = 'Correct the request: novacron drift remediate --help shows examples.';

function invalid(field: string, detail: string, remedy = REMEDY): Problem {
  return problem('validation-failed', {
    detail,
    remedy,
    fields: [{ path: [field], message: detail }],
  });
}

/** The drifted resources that a request selects. */
async function findDrifted(
  { store }: CapabilityDeps,
  {
    ids,
    cause,
  }: { readonly ids?: readonly string[] | undefined; readonly cause?: string | undefined },
  { principal }: CallContext,
): Promise<Result<readonly Compared[], Problem>> {
  const found = await compareResources(store, {
    tenantId: principal.tenantId,
    ...(ids === undefined ? {} : { ids }),
  });
  const meant = found.drifted.filter(
    ({ record }) => cause === undefined || nameCause(record.causes) === cause,
  );
  const missing = (ids ?? []).find((id) => !meant.some(({ row }) => row.id === id));
  if (missing !== undefined || meant.length === 0) {
    return err(
      problem('not-found', {
        detail: `${missing ?? `Changes by ${cause}`} did not cause drift.`,
        remedy: 'List drifted resources: novacron drift report.',
        fields: [{ path: [cause === undefined ? 'ids' : 'cause'], message: 'has not drifted' }],
      }),
    );
  }
  return ok(meant.slice(0, REMEDIATED_MAX));
}

interface One {
  readonly target: Compared;
  readonly input: Request;
  readonly marks: DriftMarks | undefined;
}

async function remediateOne(
  parts: RemediationParts,
  one: One,
  context: CallContext,
): Promise<RemediationItem> {
  const item = describe(one);
  const { input, target, marks } = one;
  if (needsApproval(target.record, marks, { context, nowMs: parts.deps.clock.nowMs() })) {
    return { ...item, outcome: 'needs-approval', problem: toProblemDocument(unapproved(target)) };
  }
  if (input.dry_run) {
    const refused = await tryAction(parts.deps, one, context);
    if (refused === undefined) return { ...item, outcome: 'planned' };
    return { ...item, outcome: 'refused', problem: toProblemDocument(refused) };
  }
  const done = await act(parts, one, context);
  if (!done.ok) return { ...item, outcome: 'refused', problem: toProblemDocument(done.error) };
  return { ...item, ...done.value };
}

/** Critical drift is remediated by callers who may approve it, or with their approval. */
function needsApproval(
  record: DriftRecord,
  marks: DriftMarks | undefined,
  by: { readonly context: CallContext; readonly nowMs: number },
): boolean {
  if (record.severity !== 'critical') return false;
  const mayApprove = operationsOf(by.context.principal).has('drift.approve');
  return !mayApprove && !holds(marks?.approved, record, by.nowMs);
}

function unapproved({ row }: Compared): Problem {
  return problem('forbidden', {
    detail: `The drift of ${row.name} is critical, so its remediation must be approved first.`,
    remedy: `Ask an admin to run: novacron drift approve ${row.id}; then try again within a day.`,
    data: { resource_id: row.id },
  });
}

function describe({ target, input }: One): RemediationItem {
  const { record, row, current } = target;
  const kind = RESOURCE_DEFINITIONS[record.resource_kind];
  return {
    resource_kind: record.resource_kind,
    resource_id: row.id,
    resource_name: row.name,
    severity: record.severity,
    action: input.action,
    outcome: 'done',
    fields: record.fields,
    hcl: renderResource(kind, row.name, { fields: fieldsOf(record), current }),
    import: renderImport(kind, row.name, row.id),
    operation: null,
    problem: null,
  };
}

/** The problem that a remediation would answer now; undefined where it would be carried out. */
async function tryAction(
  deps: CapabilityDeps,
  { target, input: { action } }: One,
  context: CallContext,
): Promise<Problem | undefined> {
  const { id, name } = target.row;
  switch (action) {
    case 'adopt':
      return tryAdoption(deps, target, context);
    case 'ignore':
      return trySuppression(deps, { target, name: 'ignored' }, context);
    case 'revert':
      return (
        await tryWrite('drift.remediate', { id, name }, prepareRevert(deps, target), deps, context)
      )[0];
  }
}

async function act(
  parts: RemediationParts,
  { target, input, marks }: One,
  context: CallContext,
): Promise<Result<Pick<RemediationItem, 'outcome' | 'operation'>, Problem>> {
  const { deps, executor } = parts;
  const done = { outcome: 'done', operation: null } as const;
  switch (input.action) {
    case 'adopt': {
      const adopted = await adoptDrift({ deps, executor }, target, context);
      if (!adopted.ok) return adopted;
      const operation = adopted.value;
      if (operation?.status !== 'running') return ok(done);
      return ok({ outcome: 'started', operation: await answerOperation(deps, operation) });
    }
    case 'ignore': {
      const untilMs = readDeadline(input.until ?? '', deps.clock.nowMs()) ?? deps.clock.nowMs();
      const said = { by: context.principal.name, untilMs, reason: input.reason ?? '' };
      const kept = await recordSuppression(deps, { target, marks, name: 'ignored', said }, context);
      return kept.ok ? ok(done) : kept;
    }
    case 'revert': {
      const begun = await beginRevert(parts, target, context);
      if (!begun.ok) return begun;
      const operation = begun.value;
      return ok({ outcome: 'started', operation: await answerOperation(deps, operation) });
    }
  }
}
