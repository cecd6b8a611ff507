/** Plans the operation that reverts a drifted resource to its baseline. */

import type { DriftRecord } from '@novacron/contract/drift/drift';
import { toHclLabel } from '@novacron/contract/formats/format-hcl';
import { equalJson, type JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { findGrowth } from '@novacron/contract/schema/cannot-return';
import { wordsOf } from '@novacron/contract/schema/kind-in-words';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { actorKindOf, type CallContext } from '../../kernel/context/call-context.ts';
import type {
  CallStepAction,
  OperationStepDefinition,
} from '../../kernel/definitions/operation-definition.ts';
import { tryWrite } from '../../kernel/write/admit-write.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { parseInput, prepareOf } from '../../platform/step-write.ts';
import type { Prepare } from '../../resources/scope.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';
import { pickFields, SENT_FIELDS } from '../../rows/observed-machine.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { fieldsToReplace } from '../../rows/resource-problems.ts';

/** The drift to revert. */
export interface RevertAsk {
  readonly record: DriftRecord;
  readonly row: ResourceRow;
  /** The baseline. */
  readonly applied: JsonObject;
  /** The observed fields. */
  readonly current: JsonObject;
}

/**
 * Maximum time that a step waits: for a resource that is being changed, and for the other members
 * of a VM's group, which are reverted one after another.
 */
const BUSY_MS_MAX = 2 * 3_600_000;

/**
 * Prepares the revert: a write whose undo restores the observed fields, and a check that the drift
 * is gone.
 */
export function prepareRevert(
  deps: CapabilityDeps,
  ask: RevertAsk,
): Prepare<Readonly<Record<string, unknown>>> {
  return async (_input, scope) => {
    const { record, row } = ask;
    const replaced = checkReplacement(ask);
    if (replaced !== undefined) return err([replaced]);
    const write = planWrite(ask, scope.context);
    const { operation, input } = write.action;
    const asked = parseInput(operation, input ?? {});
    const { context } = scope;
    // A revert that cannot or may not be done is refused now, not by a step.
    const [refused] = await tryWrite(operation, asked, prepareOf(deps, operation), deps, context);
    if (refused !== undefined) return err([refused]);
    const desired = configuredOf(row);
    const prepared: PreparedWrite = {
      resourceKind: record.resource_kind,
      target: { id: row.id, name: row.name },
      // Only the child operations change anything, and the audit log blames those.
      before: desired,
      wanted: desired,
      placement: null,
      saga: {
        reserve: [],
        steps: stepsOf(write, verification(ask, scope.context)),
        finalize: [],
        rollback: [],
        release: [],
      },
    };
    return ok(prepared);
  };
}

interface Write {
  readonly action: CallStepAction;
  /** Absent where there is nothing to restore: a change that a node made by itself. */
  readonly undo: CallStepAction | null;
}

/** Names of the top-level fields that a drift is about. */
export function fieldsOf(record: DriftRecord): readonly string[] {
  return [...new Set(record.fields.map(({ field }) => field.split(/[.[]/)[0] ?? field))];
}

/** The applied values of the drifted fields. What no request can have, any change corrects. */
export function appliedValues({
  record,
  applied,
}: Pick<RevertAsk, 'record' | 'applied'>): JsonObject {
  const { table } = RESOURCE_DEFINITIONS[record.resource_kind];
  const named = fieldsOf(record).filter((field) => table[field]?.presence !== 'computed');
  return valuesOf(record, applied, named);
}

function valuesOf(
  { resource_kind: kind }: DriftRecord,
  from: JsonObject,
  fields: readonly string[],
): JsonObject {
  const { table } = RESOURCE_DEFINITIONS[kind];
  return Object.fromEntries(
    fields.map((field) => [field, from[field] ?? table[field]?.default ?? null]),
  );
}

function planWrite({ record, row, applied, current }: RevertAsk, context: CallContext): Write {
  const desired = configuredOf(row);
  const isOwn = context.principal.name === OWN_PRINCIPALS.driftRemediator;
  // People who revert drift do not wait for the restart window of a VM.
  const restart = record.resource_kind === 'vm' && !isOwn ? { restart: 'allowed' } : {};
  const make = (values: JsonObject): CallStepAction => ({
    ...actionOf(row, context),
    operation: updateOf(record),
    input: { ...values, id: row.id, ...restart },
  });
  const values = appliedValues({ record, applied });
  const said = Object.keys(values).filter((field) =>
    equalJson(desired[field] ?? null, current[field] ?? null),
  );
  return {
    action: make(values),
    undo: said.length === 0 ? null : withPlatformActor(make(valuesOf(record, desired, said))),
  };
}

/**
 * A field that cannot change in place needs a new resource, and the data of this one is lost. That
 * is left to Terraform, which knows what depends on the resource and shows it in a plan.
 */
function checkReplacement(ask: RevertAsk): Problem | undefined {
  const { record, row } = ask;
  const replaced = replacedFields(ask);
  if (replaced.length === 0) return undefined;
  const { resource_kind: kind } = record;
  const { type } = RESOURCE_DEFINITIONS[kind];
  const names = replaced.map(({ name }) => name).join(', ');
  const isLoss = replaced.some(({ effect }) => effect === 'data-loss');
  const loss = isLoss ? ' and destroys its data' : '';
  const noun = wordsOf(kind);
  return problem('validation-failed', {
    detail: `Reverting ${names} of ${row.name} requires a new ${noun}${loss}.`,
    remedy:
      `Review the replacement: terraform plan -replace=${type}.${toHclLabel(row.name)} (its ` +
      `address in the configuration of deployment ${record.deployment}), then apply it; or ` +
      `adopt the change: novacron drift remediate ${row.id} --action adopt --yes.`,
    fields: replaced.map(({ name }) => ({ path: [name], message: `requires a new ${noun}` })),
    data: { resource_id: row.id },
  });
}

/** The drifted fields that cannot return to their applied values in place. */
export function replacedFields({
  record,
  row,
  applied,
  current,
}: RevertAsk): ReturnType<typeof fieldsToReplace> {
  const wanted = valuesOf(record, applied, fieldsOf(record));
  const desired = configuredOf(row);
  // What only the node has otherwise is corrected by any change.
  const isSent = ([name, value]: readonly [string, unknown]) =>
    SENT_FIELDS.some((each) => each === name) && equalJson(desired[name] ?? null, value ?? null);
  const asked = Object.fromEntries(Object.entries(wanted).filter((each) => !isSent(each)));
  const { table } = RESOURCE_DEFINITIONS[record.resource_kind];
  const now = pickFields(current, Object.keys(asked));
  // The members of a group have what its template says: a smaller disk is a new one of each.
  const ofMembers = findGrowth(table, asked, now).filter((path) => !(path in asked));
  return [
    ...fieldsToReplace(table, changedFields(now, asked)),
    ...ofMembers.map((name) => ({ name, effect: 'data-loss' })),
  ];
}

/** Every kind that drifts has an update. */
function updateOf({ resource_kind: kind }: DriftRecord): CallStepAction['operation'] {
  return `${kind}.update` as const;
}

/** A revert that is undone restores the drift as it was, without an actor of its own. */
function withPlatformActor(action: CallStepAction): CallStepAction {
  return { ...action, by: { ...action.by, kind: 'platform' } };
}

function actionOf(
  row: ResourceRow,
  context: CallContext,
): Omit<CallStepAction, 'operation' | 'input'> {
  const { id, name, role, tenantId } = context.principal;
  const by = { id, name, role, kind: actorKindOf(context), client: context.client };
  return { kind: 'call-write', resourceId: row.id, tenantId, by };
}

function verification({ record, row }: RevertAsk, context: CallContext): CallStepAction {
  return { ...actionOf(row, context), operation: updateOf(record), input: null };
}

function stepsOf(write: Write, verify: CallStepAction): readonly OperationStepDefinition[] {
  const patience = { kind: 'time', durationMs: BUSY_MS_MAX } as const;
  return [
    { name: 'revert', after: [], ...write, patience },
    { name: 'verify', after: ['revert'], action: verify, undo: null },
  ];
}
