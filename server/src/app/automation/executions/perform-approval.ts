/**
 * Performs a step that asks people, or that a person does: the first attempt stores the question,
 * and each later one looks what has become of it. Between them nothing of the step is in memory.
 */
import { approvalMsOf } from '@novacron/contract/automation/approval';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { TenantId } from '@novacron/contract/ids';
import { isRecord } from '@novacron/contract/json';
import { assert, ok, type Result } from '@novacron/contract/result';
import { countVotes } from '@novacron/engine/automation/workflows/approval/count-votes';
import {
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { ApprovalRow } from '../../../ports/tables/automation/approval-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findCurrentPrincipal } from '../../access/identity/find-current-principal.ts';
import { mayCall } from '../../access/identity/may-call.ts';
import type {
  ExecutionPlan,
  StepOutcome,
  WaitingStep,
} from '../../kernel/definitions/operation-definition.ts';
import { ownershipGuard } from '../../kernel/operations/commit-progress.ts';
import { stepEvent } from '../../kernel/operations/step-events.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { authorOf } from '../../resources/workflow/author-of.ts';
import { replan } from '../../rows/resource-problems.ts';
import { announceApproval } from './announce-approval.ts';
import {
  type ApprovalChange,
  approvalEvent,
  changedApproval,
  stillAsked,
  updateApproval,
} from './approval-changes.ts';
import { isManual } from './is-manual.ts';
import {
  type ApprovalSubject,
  isSameQuestion,
  questionOf,
  type StoredVote,
  subjectOf,
  votesOf,
} from './tasks/approval-subject.ts';
import { GIVEN_UP } from './tasks/await-task.ts';

/** An attempt at a step that asks people. */
export interface ApprovalRun {
  readonly parts: CapabilityStepParts;
  /** Names the attempt. */
  readonly id: string;
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  readonly values: RunValues;
  readonly signal: AbortSignal;
}

/** Outcome of an approval, and its approver. */
export type ApprovalOutcome =
  | {
      readonly kind: 'approved';
      readonly by: readonly string[];
      /** Note of the last approver. */
      readonly note: string | null;
    }
  | StepOutcome
  | WaitingStep;

/** Asks, or looks how the answer is. */
export async function performApproval(run: ApprovalRun): Promise<ApprovalOutcome> {
  const { parts, id, signal } = run;
  const { store, clock } = parts.deps;
  const [row] = await store.read({ from: 'approvals', where: { attempt: id } });
  if (row === undefined) return signal.aborted ? GIVEN_UP : ask(run);
  switch (row.status) {
    case 'pending':
      if (signal.aborted)
        return end(run, row, voided('its execution has failed, or was cancelled', row));
      if (row.expires_at_ms <= clock.nowMs()) return end(run, row, expired(row));
      return waiting(row);
    case 'approved':
      return use(run, row);
    default:
      return failed(
        (row.kind === 'check' ? subjectOf(row).problem : undefined) ??
          `its approval ${row.id} is ${row.status}`,
      );
  }
}

async function ask(run: ApprovalRun): Promise<ApprovalOutcome> {
  const { parts, id, execution, row, step, values } = run;
  const { deps } = parts;
  const kind = isManual(step) ? 'check' : 'approval';
  const message = messageOf(step, values);
  if (!message.ok) return failed(message.error);
  const definition = deps.definitions.read(row);
  const { tenant_id: tenantId } = row;
  const about = { execution, step: step.id, values, tenantId };
  const { targets, digest, called } = await questionOf(deps, definition, about);
  const { version, inputs } = execution;
  const authors = await Promise.all(called.map((each) => authorOf(deps, each)));
  // Who does what a step says is often who has started it: nothing is decided then.
  const excluded =
    kind === 'check' ? [] : [...new Set([...(execution.excluded ?? []), ...authors])];
  const approvers = step.approval?.approvers ?? null;
  const subject: ApprovalSubject = { version, approvers, excluded, inputs, targets };
  const nowMs = deps.clock.nowMs();
  const approval: ApprovalRow = {
    id: deps.ids.next('apr'),
    tenant_id: row.tenant_id,
    execution_id: row.id,
    attempt: id,
    step: step.id,
    workflow_id: execution.workflowId,
    workflow: row.target_name,
    kind,
    status: 'pending',
    required: step.approval?.required ?? 1,
    message: message.value,
    subject_json: JSON.stringify(subject),
    digest,
    votes_json: '[]',
    revision: 1,
    created_at_ms: nowMs,
    created_by: row.created_by,
    expires_at_ms: nowMs + approvalMsOf(step),
    ended_at_ms: null,
  };
  const announced = await announceApproval(deps, step, approval);
  if (!announced.ok) return failed(announced.error);
  const done = await commitChanges(deps, [
    ownershipGuard(row),
    { kind: 'insert', into: 'approvals', row: approval, otherwise: replan(`The attempt ${id}`) },
    approvalEvent(deps, approval, 'requested'),
    stepEvent(deps, row, { step: step.id, what: 'waiting' }),
    ...announced.value,
  ]);
  if (!done.ok) return failed(done.error.detail, 'retry');
  return waiting(approval);
}

/** Returns the message for people. Problems: a reference without a value. */
function messageOf(step: AutomationStep, values: RunValues): Result<string | null, string> {
  const [field, key] = isManual(step) ? (['wait', 'manual'] as const) : ASKED;
  const resolved = resolveStep(step, field, values);
  if (!resolved.ok) return resolved;
  const asked = isRecord(resolved.value) ? resolved.value[field] : undefined;
  const message = isRecord(asked) ? asked[key] : undefined;
  return ok(typeof message === 'string' ? message : null);
}

const ASKED = ['approval', 'message'] as const;

function waiting(row: ApprovalRow): WaitingStep {
  return { kind: 'waiting', untilMs: row.expires_at_ms, still: stillAsked(row) };
}

/** An approval counts if it is about what happens now, and its voters may still approve. */
async function use(run: ApprovalRun, row: ApprovalRow): Promise<ApprovalOutcome> {
  const { store } = run.parts.deps;
  const done = await store.read({
    from: 'execution_steps',
    where: { execution_id: run.row.id, result: 'succeeded' },
  });
  if (!(await isSameQuestion(run.parts.deps, row, run.row, done))) {
    return end(run, row, voided('the approved subject has changed', row));
  }
  const votes = votesOf(row);
  const valid = await validVotes(run.parts.deps, row, votes);
  if (valid.length === votes.length) {
    return approvedBy(valid);
  }
  // A voter has lost the right: the others have to be enough, or people are asked again.
  const status = countVotes(valid, row.required);
  return end(run, row, { status, votes: valid });
}

function approvedBy(votes: readonly StoredVote[]): ApprovalOutcome {
  const by = votes.map(({ name }) => name);
  return { kind: 'approved', by, note: votes.at(-1)?.comment ?? null };
}

async function validVotes(
  deps: CapabilityDeps,
  { tenant_id }: ApprovalRow,
  votes: readonly StoredVote[],
): Promise<readonly StoredVote[]> {
  const tenantId = TenantId.parse(tenant_id);
  const checked = await Promise.all(
    votes.map(async (vote) => {
      const found = await findCurrentPrincipal(deps, { ...vote, tenantId });
      return found.ok && mayCall(found.value, 'approval.approve') ? [vote] : [];
    }),
  );
  return checked.flat();
}

function voided(problem: string, row: ApprovalRow): ApprovalChange {
  return { status: 'voided', votes: votesOf(row), problem };
}

function expired(row: ApprovalRow): ApprovalChange {
  const votes = votesOf(row);
  const problem =
    row.kind === 'check'
      ? 'it was not confirmed in time'
      : `not enough people approved in time: ${votes.length} of ${row.required}`;
  return { status: 'expired', votes, problem };
}

/** Stores what has become of the approval, and says what that means for the step. */
async function end(
  run: ApprovalRun,
  row: ApprovalRow,
  change: ApprovalChange,
): Promise<ApprovalOutcome> {
  const { deps } = run.parts;
  const changed = changedApproval(deps, row, change);
  const { status, problem } = change;
  const done = await commitChanges(deps, [
    ownershipGuard(run.row),
    updateApproval(row, changed),
    ...(status === 'pending' ? [] : [approvalEvent(deps, changed, status)]),
  ]);
  // Another vote came first: what it has decided is read again.
  if (!done.ok)
    return done.error.data?.replan ? performApproval(run) : failed(done.error.detail, 'retry');
  switch (status) {
    case 'pending':
      return waiting(changed);
    case 'approved':
      return approvedBy(change.votes);
    default:
      assert(problem !== undefined, 'what is not approved has a reason');
      return failed(problem);
  }
}
