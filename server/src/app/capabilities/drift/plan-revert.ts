/** Plans the operation that brings a drifted resource back to what was applied. */
import type { DriftRecord } from '@novacron/contract/drift';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { TERRAFORM_KINDS } from '@novacron/contract/terraform-kinds';
import { labelOf } from '@novacron/engine/drift/render-hcl';
import type { ResourceRow } from '../../../ports/tables.ts';
import type { PreparedWrite } from '../../kernel/admission/prepared-write.ts';
import { handOf } from '../../kernel/context/actor-kind.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { OfInstance } from '../../kernel/context/deps.ts';
import type {
  CallStepAction,
  OperationStepDefinition,
} from '../../kernel/operations/operation-definition.ts';
import type { Prepare } from '../../resources/scope.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { pickFields } from '../../rows/observed-machine.ts';
import { fieldsToReplace } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { parseInput, prepareOf } from './remediation-step.ts';

/** What is reverted. */
export interface RevertAsk {
  readonly record: DriftRecord;
  readonly row: ResourceRow;
  /** What was applied. */
  readonly applied: JsonObject;
  /** What is. */
  readonly current: JsonObject;
}

/** A resource that is being changed is waited for this long. */
const BUSY_MS_MAX = 600_000;

/**
 * Prepares it: the write that reverts, whose undo brings back what was, and a look whether the
 * drift is gone.
 */
export function prepareRevert(
  deps: OfInstance<CapabilityDeps>,
  ask: RevertAsk,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, scope) => {
    const { record, row } = ask;
    const replaced = checkReplacement(ask);
    if (replaced !== undefined) return err([replaced]);
    const write = planWrite(ask, scope.context);
    const problems = await tryWrite(deps, write.action, scope);
    if (problems.length > 0) return err(problems);
    const desired = desiredOf(row);
    const prepared: PreparedWrite = {
      resourceKind: record.resource_kind,
      target: { id: row.id, name: row.name },
      // The writes of its steps are what changes anything, and what the audit log blames.
      before: desired,
      wanted: desired,
      changes: [],
      steps: stepsOf(write, verification(ask, scope.context)),
      onSuccess: [],
      onFailure: [],
      onStuck: [],
      placement: null,
    };
    return ok(prepared);
  };
}

interface Write {
  readonly action: CallStepAction;
  /** Absent where there is nothing to bring back: what a node did by itself nobody wanted. */
  readonly undo: CallStepAction | null;
}

/** Names of the fields that a drift is about, without what is inside of them. */
export function fieldsOf(record: DriftRecord): readonly string[] {
  return [...new Set(record.fields.map(({ field }) => field.split(/[.[]/)[0] ?? field))];
}

function planWrite({ record, row, applied, current }: RevertAsk, context: CallContext): Write {
  const desired = desiredOf(row);
  const table = TERRAFORM_KINDS[record.resource_kind].table;
  const make = (from: JsonObject, fields: readonly string[]): CallStepAction => ({
    ...actionOf(row, context),
    operation: updateOf(record),
    input: {
      ...Object.fromEntries(
        fields.map((field) => [field, from[field] ?? table[field]?.default ?? null]),
      ),
      id: row.id,
    },
  });
  const named = fieldsOf(record);
  const said = named.filter((field) => equalJson(desired[field] ?? null, current[field] ?? null));
  return {
    action: make(applied, named),
    undo: said.length === 0 ? null : unblamed(make(desired, said)),
  };
}

/**
 * What cannot go back in place goes back by a new resource, and what is on this one is lost with
 * it. That is Terraform's to do: it knows what depends on the resource, and shows it in a plan.
 */
function checkReplacement({ record, row, applied, current }: RevertAsk): Problem | undefined {
  const { resource_kind: kind } = record;
  const { table, type } = TERRAFORM_KINDS[kind];
  const wanted = Object.fromEntries(
    fieldsOf(record).map((name) => [name, applied[name] ?? table[name]?.default ?? null]),
  );
  const replaced = fieldsToReplace(
    table,
    changedFields(pickFields(current, Object.keys(wanted)), wanted),
  );
  if (replaced.length === 0) return undefined;
  const names = replaced.map(({ name }) => name).join(', ');
  const isLoss = replaced.some(({ effect }) => effect === 'data-loss');
  const loss = isLoss ? ', and what is on this one is lost' : '';
  const noun = kind.replaceAll('_', ' ');
  return problem('validation-failed', {
    detail: `To bring ${names} of ${row.name} back takes a new ${noun}${loss}.`,
    remedy:
      `See what that does: terraform plan -replace=${type}.${labelOf(row.name)} (its address in ` +
      `the configuration of deployment ${record.deployment}), then apply it; or keep what is: ` +
      `novacron drift remediate ${row.id} --action adopt --yes.`,
    fields: replaced.map(({ name }) => ({ path: [name], message: `takes a new ${noun}` })),
    data: { resource_id: row.id },
  });
}

/** Every kind that drifts has it. */
function updateOf({ resource_kind: kind }: DriftRecord): CallStepAction['operation'] {
  return `${kind}.update` as CallStepAction['operation'];
}

/** What a revert takes back is as it was: nobody's own doing, and drift again. */
function unblamed(action: CallStepAction): CallStepAction {
  return { ...action, by: { ...action.by, kind: 'platform' } };
}

function actionOf(
  row: ResourceRow,
  context: CallContext,
): Omit<CallStepAction, 'operation' | 'input'> {
  const { id, name, role, tenantId } = context.principal;
  const by = { id, name, role, kind: handOf(context), client: context.client };
  return { kind: 'call-write', resourceId: row.id, tenantId, by };
}

function verification({ record, row }: RevertAsk, context: CallContext): CallStepAction {
  return { ...actionOf(row, context), operation: updateOf(record), input: null };
}

/** What cannot be done, or may not, is refused now, not by a step. */
async function tryWrite(
  deps: OfInstance<CapabilityDeps>,
  { operation, input }: CallStepAction,
  scope: Parameters<Prepare<Readonly<Record<string, unknown>>>>[1],
): Promise<readonly Problem[]> {
  const tried = await prepareOf(deps, operation)(parseInput(operation, input ?? {}), scope);
  if (!tried.ok) return tried.error;
  const { resourceKind, target, before, wanted } = tried.value;
  const asked = { operation, resourceKind, target, before, wanted, unknown: [] };
  const decided = await deps.verdicts.decide(scope.context, asked);
  return decided.problem === undefined ? [] : [decided.problem];
}

function stepsOf(write: Write, verify: CallStepAction): readonly OperationStepDefinition[] {
  const patience = { kind: 'time', durationMs: BUSY_MS_MAX } as const;
  return [
    { name: 'revert', after: [], ...write, patience },
    { name: 'verify', after: ['revert'], action: verify, undo: null },
  ];
}
