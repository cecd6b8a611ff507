/**
 * Performs a step that asks people, or that a person does: the first attempt stores the question,
 * and each later one looks what has become of it. Between them nothing of the step is in memory.
 */
import { type AutomationStep, approvalMsOf } from '@novacron/contract/automation/definition';
import { applicationOfWorkflow } from '@novacron/contract/gitops/application';
import { isRecord } from '@novacron/contract/json';
import { assert, ok, type Result } from '@novacron/contract/result';
import { explainTargets } from '@novacron/engine/automation/workflows/approval/explain-targets';
import {
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import {
  type ApprovalChange,
  endApproval,
  insertApproval,
  newApproval,
  stillAsked,
} from '../../access/approvals/approval-changes.ts';
import { type StoredVote, subjectOf } from '../../access/approvals/stored-approval.ts';
import { expired, useApproval, voided } from '../../access/approvals/use-approval.ts';
import type {
  ExecutionPlan,
  StepOutcome,
  WaitingStep,
} from '../../kernel/definitions/operation-definition.ts';
import { ownershipGuard } from '../../kernel/operations/commit-progress.ts';
import { stepEvent } from '../../kernel/operations/step-events.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityStepParts } from '../../platform/deps.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { authorOf } from '../../resources/workflow/author-of.ts';
import { announceApproval } from './announce-approval.ts';
import { digestNow } from './execution-subject.ts';
import { isManual } from './is-manual.ts';
import { questionOf } from './tasks/approval-subject.ts';
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
  const [row] = await store.read({ from: 'approvals', where: { question: id } });
  if (row === undefined) return signal.aborted ? GIVEN_UP : ask(run);
  switch (row.status) {
    case 'pending':
      if (signal.aborted)
        return end(run, row, voided(row, 'its execution has failed, or was cancelled'));
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
  const fields = subjectFieldsOf(row);
  const isSync = fields.subject_kind === 'gitops_sync';
  const approval = newApproval(deps, {
    tenant_id: tenantId,
    ...fields,
    operation_id: row.id,
    question: id,
    kind,
    required: step.approval?.required ?? 1,
    message: message.value,
    details: { workflow_id: execution.workflowId, step: step.id },
    subject: {
      approvers: step.approval?.approvers ?? null,
      excluded,
      // Of a sync, people read the changes of its plan, and not the commands of its steps.
      effects: isSync ? linesOf(message.value) : explainTargets(targets),
      shown: { version, inputs, targets: targets.map((target) => ({ ...target })) },
    },
    digest,
    created_by: row.created_by,
    validMs: approvalMsOf(step),
  });
  const announced = await announceApproval(deps, step, approval);
  if (!announced.ok) return failed(announced.error);
  const done = await commitChanges(deps, [
    ownershipGuard(row),
    ...insertApproval(deps, approval),
    stepEvent(deps, row, { step: step.id, what: 'waiting' }),
    ...announced.value,
  ]);
  if (!done.ok) return failed(done.error.detail, 'retry');
  return waiting(approval);
}

function subjectFieldsOf({ id: subject_id, target_name: name }: Tables['operations']) {
  const application = applicationOfWorkflow(name);
  return application === undefined
    ? { subject_kind: 'execution' as const, subject_id, subject_name: name }
    : { subject_kind: 'gitops_sync' as const, subject_id, subject_name: application };
}

function linesOf(text: string | null): readonly string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
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

async function use(run: ApprovalRun, row: ApprovalRow): Promise<ApprovalOutcome> {
  const { deps } = run.parts;
  const used = await useApproval(deps, { digestNow: (of) => digestNow(deps, of) }, row);
  return used.kind === 'counts' ? approvedBy(used.votes) : end(run, row, used.change);
}

function approvedBy(votes: readonly StoredVote[]): ApprovalOutcome {
  const by = votes.map(({ name }) => name);
  return { kind: 'approved', by, note: votes.at(-1)?.comment ?? null };
}

/** Stores what has become of the approval, and says what that means for the step. */
async function end(
  run: ApprovalRun,
  row: ApprovalRow,
  change: ApprovalChange,
): Promise<ApprovalOutcome> {
  const { deps } = run.parts;
  const { changed, changes } = endApproval(deps, row, change);
  const { status, problem } = change;
  const done = await commitChanges(deps, [ownershipGuard(run.row), ...changes]);
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
