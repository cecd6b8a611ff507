/** Plans the operation that brings a drifted resource back to what was applied. */
import type { DriftRecord } from '@novacron/contract/drift';
import type { JsonObject } from '@novacron/contract/json';
import type { Problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { TERRAFORM_KINDS } from '@novacron/contract/terraform-kinds';
import type { ResourceRow } from '../../ports/tables.ts';
import type { CallContext } from '../application.ts';
import { decideWrite } from '../decide-write.ts';
import type { InstanceDeps } from '../deps.ts';
import { handOf } from '../hand-of.ts';
import type {
  CallStepAction,
  OperationStepDefinition,
} from '../operations/operation-definition.ts';
import { desiredOf } from '../resources/answer-resource.ts';
import type { Prepare, PreparedWrite } from '../write.ts';
import { parseInput, prepareOf } from './call-write.ts';

/** What is reverted. */
export interface RevertAsk {
  readonly record: DriftRecord;
  readonly row: ResourceRow;
  /** What was applied. */
  readonly applied: JsonObject;
}

/** A resource that is being changed is waited for this long. */
const BUSY_MS_MAX = 600_000;

/**
 * Prepares it: the write that reverts, whose undo brings back what was, and a look whether the
 * drift is gone.
 */
export function prepareRevert(
  deps: InstanceDeps,
  ask: RevertAsk,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, scope) => {
    const { record, row } = ask;
    const writes = planWrites(ask, scope.context);
    const problems = await tryWrites(deps, writes, scope);
    if (problems.length > 0) return err(problems);
    const desired = desiredOf(row);
    const prepared: PreparedWrite = {
      resourceKind: record.resource_kind,
      target: { id: row.id, name: row.name },
      // The writes of its steps are what changes anything, and what the audit log blames.
      before: desired,
      wanted: desired,
      changes: [],
      steps: stepsOf(writes, verification(ask, scope.context)),
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
  readonly undo: CallStepAction;
}

/** Names of the fields that a drift is about, without what is inside of them. */
export function fieldsOf(record: DriftRecord): readonly string[] {
  return [...new Set(record.fields.map(({ field }) => field.split(/[.[]/)[0] ?? field))];
}

function planWrites({ record, row, applied }: RevertAsk, context: CallContext): readonly Write[] {
  const desired = desiredOf(row);
  const table = TERRAFORM_KINDS[record.resource_kind].table;
  const make = (operation: string, input: JsonObject): CallStepAction => ({
    ...actionOf(row, context),
    // Kinds and verbs of the table: `vm.update`, `vm.start`.
    operation: operation as CallStepAction['operation'],
    input: { ...input, id: row.id },
  });
  const wantedOf = (from: JsonObject) => (field: string) => [
    field,
    from[field] ?? table[field]?.default ?? null,
  ];
  const named = fieldsOf(record);
  // What the node does and nobody asked for is mended by asking again.
  const isPower =
    named.includes('power_state') && desired.power_state === (applied.power_state ?? 'running');
  const fields = named.filter((field) => !(isPower && field === 'power_state'));
  const update = `${record.resource_kind}.update`;
  const [start, stop] = [make('vm.start', {}), make('vm.stop', { force: 'no' })];
  const isStart = desired.power_state !== 'stopped';
  return [
    ...(fields.length === 0
      ? []
      : [
          {
            action: make(update, Object.fromEntries(fields.map(wantedOf(applied)))),
            undo: unblamed(make(update, Object.fromEntries(fields.map(wantedOf(desired))))),
          },
        ]),
    ...(isPower ? [isStart ? { action: start, undo: stop } : { action: stop, undo: start }] : []),
  ];
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
  const operation = `${record.resource_kind}.update` as CallStepAction['operation'];
  return { ...actionOf(row, context), operation, input: null };
}

/** What cannot be done, or may not, is refused now, not by a step. */
async function tryWrites(
  deps: InstanceDeps,
  writes: readonly Write[],
  scope: Parameters<Prepare<Readonly<Record<string, unknown>>>>[1],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { action } of writes) {
    const { operation } = action;
    const tried = await prepareOf(deps, operation)(
      parseInput(operation, action.input ?? {}),
      scope,
    );
    if (!tried.ok) {
      problems.push(...tried.error);
      continue;
    }
    const decided = await decideWrite(deps, scope.context, {
      ...{ operation, resourceKind: tried.value.resourceKind, target: tried.value.target },
      ...{ before: tried.value.before, wanted: tried.value.wanted, unknown: [] },
    });
    if (decided.problem !== undefined) problems.push(decided.problem);
  }
  return problems;
}

function stepsOf(
  writes: readonly Write[],
  verify: CallStepAction,
): readonly OperationStepDefinition[] {
  const patience = { kind: 'time', durationMs: BUSY_MS_MAX } as const;
  const names = writes.map((_, at) => `revert-${at + 1}`);
  return [
    ...writes.map(({ action, undo }, at) => ({
      ...{ name: `revert-${at + 1}`, after: names.slice(0, at), action, undo, patience },
    })),
    { name: 'verify', after: names, action: verify, undo: null },
  ];
}
