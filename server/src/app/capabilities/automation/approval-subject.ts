/** What people vote about: version, inputs and targets, as a record and as its digest. */
import { hash } from 'node:crypto';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { canonicalJson, isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { listTargets, type Target } from '@novacron/engine/automation/approval/list-targets';
import type { RunValues } from '@novacron/engine/automation/resolve/resolve-step';
import { itemStepName } from '@novacron/engine/workflow/rules/expand-steps';
import type { ApprovalRow } from '../../../ports/tables/automation/approval-rows.ts';
import type { ExecutionStepRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  ExecutionPlan,
  OperationDefinition,
  PinnedSecret,
} from '../../kernel/definitions/operation-definition.ts';
import type { TokenBond } from '../../kernel/definitions/token-bond.ts';
import { damagedRow } from '../../rows/damaged-row.ts';
import { parseList, parseStored } from '../../rows/parse-stored.ts';

/** What an approval stores of its question. */
export interface ApprovalSubject {
  readonly version: number;
  readonly approvers: readonly string[] | null;
  readonly excluded: readonly string[];
  readonly inputs: JsonObject;
  readonly targets: readonly Target[];
  /** Why it is not approved; absent until it has ended so. */
  readonly problem?: string;
}

/** A stored vote. */
export interface StoredVote {
  /** Principal, as it was; its rights are read again when the vote counts. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly person: string;
  readonly bond?: TokenBond;
  readonly vote: 'approve' | 'deny';
  readonly comment: string | null;
  readonly atMs: number;
}

/** The values that a run has, from the attempts that have succeeded. */
export function valuesOf(
  runId: string,
  definition: OperationDefinition,
  done: readonly ExecutionStepRow[],
): RunValues {
  const stored = new Map(
    inOrder(done).map(({ step, outputs_json }) => [step, parseOutputs(outputs_json)] as const),
  );
  const outputs = new Map(stored);
  for (const step of stepsOf(definition)) {
    if (step.for_each !== undefined && stored.has(step.id)) {
      outputs.set(step.id, outputsOfItems(step, stored));
    }
  }
  return { inputs: definition.execution?.inputs ?? {}, outputs, runId };
}

/** Attempts as they ended: the last one of a step counts. */
export function inOrder(done: readonly ExecutionStepRow[]): readonly ExecutionStepRow[] {
  return done.toSorted((left, right) => left.at_ms - right.at_ms);
}

function parseOutputs(json: string | null): JsonObject {
  return JSON.parse(json ?? '{}');
}

/** The items of a step that is repeated, as its row has them. */
export function itemsOf({ outputs_json }: Pick<ExecutionStepRow, 'outputs_json'>): readonly Json[] {
  const { items } = parseOutputs(outputs_json);
  return Array.isArray(items) ? items : [];
}

/** Each output as the list of those of the items; null for an item that has none. */
function outputsOfItems(
  { id, outputs = {} }: AutomationStep,
  stored: ReadonlyMap<string, JsonObject>,
): JsonObject {
  const { items } = stored.get(id) ?? {};
  const count = Array.isArray(items) ? items.length : 0;
  const indexes = Array.from({ length: count }, (_, index) => index);
  const lists = Object.keys(outputs).map((name): [string, Json] => [
    name,
    indexes.map((index) => stored.get(itemStepName(id, index))?.[name] ?? null),
  ]);
  return Object.fromEntries(lists);
}

/** The steps of an execution as its version has them. */
function stepsOf({ steps }: OperationDefinition): readonly AutomationStep[] {
  return steps.flatMap(({ action }) => (action.kind === 'automation' ? [action.step] : []));
}

/** What the steps behind an approval do, with its digest. */
export function questionOf(
  definition: OperationDefinition,
  { execution, step, values }: QuestionParts,
): { readonly targets: readonly Target[]; readonly digest: string } {
  const { workflowId, version, digest, inputs, secrets = [] } = execution;
  const targets = listTargets(stepsOf(definition), step, values).map((target) =>
    withVersions(target, secrets),
  );
  const asked = {
    workflow_id: workflowId,
    version,
    text: digest,
    inputs,
    step,
    targets,
    // Also those of what takes steps back; the id, since a name can become another secret's.
    ...(secrets.length === 0 ? {} : { secrets: secrets.map((each) => ({ ...each })) }),
  };
  return { targets, digest: hash('sha256', canonicalJson(asked), 'hex') };
}

/** People see which version of a secret a request gets. */
function withVersions(target: Target, pins: readonly PinnedSecret[]): Target {
  const { secrets } = target.action;
  if (!isRecord(secrets)) return target;
  const shown = Object.entries(secrets).map(([key, secret]): [string, Json] => {
    const pin = pins.find((each) => each.secret === secret);
    return [key, pin === undefined ? null : `${pin.name}@${pin.version}`];
  });
  return { ...target, action: { ...target.action, secrets: Object.fromEntries(shown) } };
}

interface QuestionParts {
  readonly execution: ExecutionPlan;
  readonly step: string;
  readonly values: RunValues;
}

/** Whether an approval is still about what its execution would do. */
export function isSameQuestion(
  { id, step, digest }: { readonly id: string; readonly step: string; readonly digest: string },
  definition: OperationDefinition,
  done: readonly Tables['execution_steps'][],
): boolean {
  const { execution } = definition;
  if (execution === undefined) return false;
  const values = valuesOf(id, definition, done);
  return questionOf(definition, { execution, step, values }).digest === digest;
}

/** @throws damagedRow */
export function subjectOf({ id, subject_json }: ApprovalRow): ApprovalSubject {
  const subject = parseStored<ApprovalSubject>(subject_json);
  if (subject === undefined) throw damagedRow(id, 'its subject cannot be decrypted');
  return subject;
}

/** @throws damagedRow */
export function votesOf({ id, votes_json }: ApprovalRow): readonly StoredVote[] {
  const votes = parseList<StoredVote>(votes_json);
  if (votes === undefined) throw damagedRow(id, 'its votes are not what NovaCron stores');
  return votes;
}
