/** Remediates drift: reverts it, adopts it, or ignores it for a while. */

import { REMEDIATED_MAX, type RemediationItem } from '@novacron/contract/drift/drift-remediation';
import { readDeadline } from '@novacron/contract/formats/read-moment';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { renderImport, renderResource } from '@novacron/engine/drift/render-hcl';
import { nameCause } from '@novacron/engine/drift/rules/group-by-cause';
import type { ChangeSet } from '../../../ports/store.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { answerOperation } from '../../kernel/operations/answer-operation.ts';
import { tryWrite } from '../../kernel/write/admit-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { adoptDrift, tryAdoption } from './adopt-drift.ts';
import { beginRevert } from './begin-revert.ts';
import { type Compared, compareResources } from './compare-resources.ts';
import { needsApproval } from './drift-subject.ts';
import { fieldsOf, prepareRevert } from './plan-revert.ts';
import { requireDriftApproval } from './request-approval.ts';
import { recordSuppression, trySuppression } from './suppress-drift.ts';

/** Dependencies of remediation. */
export type RemediationParts = BeginParts<CapabilityDeps>;

type Request = ParsedInputOf<'drift.remediate'>;

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
  const items: RemediationItem[] = [];
  for (const target of found.value) {
    items.push(await remediateOne(parts, { target, input }, context));
  }
  return ok({ remediated: items });
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
}

async function remediateOne(
  parts: RemediationParts,
  one: One,
  context: CallContext,
): Promise<RemediationItem> {
  const item = describe(one);
  const { deps } = parts;
  const { input } = one;
  const isCritical = needsApproval(one.target.record, context.principal);
  if (input.dry_run || isCritical) {
    const refused = await tryAction(deps, one, context);
    if (refused !== undefined) {
      return { ...item, outcome: 'refused', problem: toProblemDocument(refused) };
    }
  }
  const approved = isCritical ? await findApproval(deps, one, context) : ok([]);
  if (!approved.ok) return { ...item, ...approved.error };
  if (input.dry_run) return { ...item, outcome: 'planned' };
  const done = await act(parts, { ...one, approved: approved.value }, context);
  if (!done.ok) return { ...item, outcome: 'refused', problem: toProblemDocument(done.error) };
  return { ...item, ...done.value };
}

/** @returns what uses the approval up; otherwise, what was requested */
async function findApproval(
  deps: CapabilityDeps,
  { target, input: { action, dry_run } }: One,
  context: CallContext,
): Promise<Result<ChangeSet, Pick<RemediationItem, 'outcome' | 'problem'>>> {
  if (action === 'ignore') {
    return err({ outcome: 'refused', problem: toProblemDocument(muted(target)) });
  }
  const needed = { target, action, mode: dry_run ? 'look' : 'request' } as const;
  const approved = await requireDriftApproval(deps, needed, context);
  if (approved.ok) return approved;
  const outcome = approved.error.code === 'forbidden' ? 'needs-approval' : 'refused';
  return err({ outcome, problem: toProblemDocument(approved.error) });
}

function muted({ row }: Compared): Problem {
  return problem('forbidden', {
    detail: `The drift of ${row.name} is critical, so your role may not mute it.`,
    remedy: 'Request a revert or an adoption, or ask an admin to mute it.',
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
      return trySuppression(deps, target, context);
    case 'revert':
      return (
        await tryWrite('drift.remediate', { id, name }, prepareRevert(deps, target), deps, context)
      )[0];
  }
}

async function act(
  parts: RemediationParts,
  { target, input, approved }: One & { readonly approved: ChangeSet },
  context: CallContext,
): Promise<Result<Pick<RemediationItem, 'outcome' | 'operation'>, Problem>> {
  const { deps, executor } = parts;
  const done = { outcome: 'done', operation: null } as const;
  switch (input.action) {
    case 'adopt': {
      const adopted = await adoptDrift({ deps, executor }, { target, approved }, context);
      if (!adopted.ok) return adopted;
      const operation = adopted.value;
      if (operation?.status !== 'running') return ok(done);
      return ok({ outcome: 'started', operation: await answerOperation(deps, operation) });
    }
    case 'ignore': {
      const untilMs = readDeadline(input.until ?? '', deps.clock.nowMs()) ?? deps.clock.nowMs();
      const said = { by: context.principal.name, untilMs, reason: input.reason ?? '' };
      const kept = await recordSuppression(deps, target, said, context);
      return kept.ok ? ok(done) : kept;
    }
    case 'revert': {
      const begun = await beginRevert(parts, { target, approved }, context);
      if (!begun.ok) return begun;
      const operation = begun.value;
      return ok({ outcome: 'started', operation: await answerOperation(deps, operation) });
    }
  }
}
