/** Plans a change of an administrative object: replacements, duplicates, the server's preview. */
import { AdministrativeWrite } from '@novacron/contract/admission/admission';
import { fromProblemDocument, type Problem } from '@novacron/contract/problem/problem';
import type { FieldTable } from '@novacron/contract/schema/field';
import {
  assignedFields,
  changedInput,
  knownInput,
  knownValues,
  preserveOrder,
  preserveSpelling,
  unchangedValues,
  type Values,
  valuesOf,
} from '../fields/field-values.ts';
import type { PlanContext } from '../framework/context.ts';
import type { Resource } from '../framework/resource.ts';
import type { Schema } from '../framework/schema/schema.ts';
import {
  findPossibleReplacements,
  findReplacements,
} from '../resources/planning/find-replacements.ts';
import { askForPreview, reportWarning } from '../resources/planning/preview-plan.ts';
import { rejectDuplicateCreate } from '../resources/planning/reject-duplicates.ts';
import {
  rejectLateReplacement,
  warnPossibleReplacements,
} from '../resources/planning/warn-disruption.ts';
import { rejectUnseen } from '../resources/problems/reject-other-tenant.ts';
import { reportProblem } from '../resources/problems/report-problem.ts';
import { createIdempotencyKey } from '../rpc/create-idempotency-key.ts';
import type { Session } from '../rpc/session.ts';
import {
  type AdministrativeTarget,
  rememberRevision,
  toCreateInput,
  toUpdateInput,
  withHint,
} from './administrative-types.ts';

type Context = PlanContext<Session>;

/** Creates the plan handler of a type. */
export function administrativePlanning(
  target: AdministrativeTarget,
): NonNullable<Resource<Schema, Session>['modifyPlan']> {
  return async (change, context) => {
    const { client: session, diagnostics } = context;
    if (session.isDestroyRun && change.kind !== 'delete') return undefined;
    if (change.kind !== 'create' && !(await recordPrior(target, change.prior, context))) {
      return undefined;
    }
    if (change.kind === 'no-op') return undefined;
    if (change.kind === 'delete') {
      await planDelete(target, change.prior, context);
      return undefined;
    }
    if (change.kind === 'create') {
      const plan: Values = { ...change.plan, ...namedIn(target, change.plan) };
      const label = target.labelOf(plan);
      const { type, table } = target.info;
      const planned = { type, label, change: { ...change, plan }, operation: 'x.create' };
      if (!rejectDuplicateCreate(context, planned)) return undefined;
      await preview(target, createOf(target, withoutChosen(table, plan, change.config), session), {
        label,
        context,
      });
      await target.info.warnEffect?.(context, { label, values: plan });
      return { plan };
    }
    const { table } = target.info;
    const { prior } = change;
    const form = spellingsOf(table, prior, change.plan);
    const plan: Values = { ...change.plan, ...form, ...assignedIn(table, prior, change.config) };
    const label = target.labelOf(plan);
    const replacements = findReplacements(table, { prior, plan, replacing: session.replacing });
    if (replacements.length > 0 && context.moment === 'apply') {
      rejectLateReplacement(diagnostics, { label, replacements });
      return undefined;
    }
    if (replacements.length > 0) {
      session.replacing.add(String(prior.id));
      await planDelete(target, prior, context);
    } else {
      const names = findPossibleReplacements(table, { prior, plan });
      warnPossibleReplacements(diagnostics, { label, names });
      const update = updateOf(target, prior, plan);
      await preview(target, update, { label, context });
      if (update !== undefined) await target.info.warnEffect?.(context, { label, values: plan });
    }
    const settled = unchangedValues(table, { prior, plan, respelled: Object.keys(form) });
    return {
      plan: { ...settled, ...form },
      replacePaths: replacements.map(({ name }) => [name]),
    };
  };
}

/**
 * Records that an object is in the state.
 * @returns whether the state is one of this server and tenant
 */
function recordPrior(
  { info: { kind }, labelOf }: AdministrativeTarget,
  prior: Values,
  context: Context,
): Promise<boolean> {
  const id = String(prior.id);
  context.client.inState.add(id);
  return rejectUnseen(context, { kind, id, doing: `plan ${labelOf(prior)}` });
}

/** What the server has assigned, which is not sent back to it. */
function assignedIn(table: FieldTable, prior: Values, config: Values): Values {
  return valuesOf(assignedFields(table, config), prior);
}

/** Removes the values that the server assigns: they are known to it, so no check waits for them. */
function withoutChosen(table: FieldTable, plan: Values, config: Values): Values {
  const chosen = assignedFields(table, config);
  return { ...plan, ...Object.fromEntries(chosen.map((name) => [name, null])) };
}

/** The name of an object whose name is inside of another value, as far as that is known. */
function namedIn({ info: { nameIn } }: AdministrativeTarget, plan: Values): Values {
  const name = nameIn?.(plan);
  return name === undefined ? {} : { name };
}

/** The prior spelling of configured values that mean the same. */
function spellingsOf(table: FieldTable, prior: Values, plan: Values): Values {
  const kept = { ...preserveOrder(table, prior, plan), ...preserveSpelling(table, prior, plan) };
  const configured = Object.entries(kept).filter(([name]) => (plan[name] ?? null) !== null);
  return Object.fromEntries(configured);
}

/** A write to preview. */
interface Write {
  readonly verb: 'create' | 'update' | 'delete';
  readonly input: Values;
  readonly unknown: readonly string[];
}

function createOf({ info }: AdministrativeTarget, plan: Values, session: Session): Write {
  const { input: known, unknown } = knownInput(info.table, plan);
  const input = toCreateInput(known);
  const { deployment } = session;
  // A create whose answer was lost must not conflict with its own name.
  const key = { idempotency_key: createIdempotencyKey({ deployment, type: info.type, input }) };
  const isKeyed = unknown.length === 0;
  return {
    verb: 'create',
    input: { ...input, ...info.createsWith, ...(isKeyed ? key : {}) },
    unknown,
  };
}

function updateOf({ info }: AdministrativeTarget, prior: Values, plan: Values): Write | undefined {
  const { input, unknown } = changedInput(info.table, prior, plan);
  if (Object.keys(input).length + unknown.length === 0) return undefined;
  const sent = { ...toUpdateInput({ input, prior }), id: prior.id };
  return { verb: 'update', input: sent, unknown };
}

async function planDelete(
  target: AdministrativeTarget,
  prior: Values,
  context: Context,
): Promise<void> {
  const label = target.labelOf(prior);
  const never = target.info.protects?.(prior);
  if (never !== undefined) {
    context.diagnostics.error({ summary: `Cannot be deleted: delete ${label}`, detail: never });
    return;
  }
  // Terraform plans it before it refreshes the object (see `planDeleteRevision`).
  const found = await context.client.find(target.info.kind, String(prior.id), context.signal);
  if (found.ok && found.value !== undefined) rememberRevision(context, found.value);
  const write = { verb: 'delete', input: { id: prior.id }, unknown: [] } as const;
  await preview(target, write, { label, context });
}

/** Reports what the server would answer. */
async function preview(
  { info, schema: { attributes } }: AdministrativeTarget,
  write: Write | undefined,
  { label, context }: { readonly label: string; readonly context: Context },
): Promise<void> {
  const { client: session, diagnostics, signal } = context;
  if (write === undefined) return;
  const { verb, input, unknown } = write;
  const { inUseHint } = info;
  await session.keys.settle();
  const operation = AdministrativeWrite.parse(`${info.kind}.${verb}`);
  const { moment } = context;
  // The previews of an apply do not replace those of its plan.
  const run = moment === 'plan' && !session.isDestroyRun ? { session: session.runId } : {};
  const asked = { operation, input: knownValues(input), unknown: [...unknown], ...run };
  const answer = await askForPreview(session, asked, signal);
  const options = { attributes, doing: `${verb} ${label}` };
  if (!answer.ok) {
    reportProblem(diagnostics, answer.error, options);
    return;
  }
  for (const found of answer.value.problems.map(fromProblemDocument)) {
    if (mayPass(session, found, write)) continue;
    const isTemporary = verb === 'delete' && found.code === 'in-use';
    const later = isTemporary ? laterAtApply(found, inUseHint) : renameAtApply(found, write);
    if (later !== undefined) reportProblem(diagnostics, later, { ...options, severity: 'warning' });
    else reportProblem(diagnostics, found, options);
  }
  for (const warning of answer.value.warnings) reportWarning(diagnostics, warning, options);
}

/** Whether what refuses a write now may have changed when the write runs. */
function mayPass(session: Session, { code, data }: Problem, { verb }: Write): boolean {
  // What is gone already needs no deletion.
  if (verb === 'delete') return code === 'not-found';
  if (code !== 'name-taken') return false;
  return data?.given_up === true || session.inState.has(String(data?.resource_id));
}

/** Terraform may plan the holder of a name later than the rename onto it. */
function renameAtApply(found: Problem, { verb }: Write): Problem | undefined {
  if (verb !== 'update' || found.code !== 'name-taken') return undefined;
  return {
    ...found,
    remedy:
      'If that is another resource of this configuration, which this plan renames or deletes, ' +
      `there is nothing to do. Otherwise the apply is refused. ${found.remedy}`,
  };
}

/**
 * Rewords an in-use problem: the same apply may delete the users of the object, which the provider
 * cannot see.
 */
function laterAtApply(found: Problem, hint: string | undefined): Problem {
  const { remedy } = withHint(found, hint);
  return {
    ...found,
    remedy:
      `${remedy} If this apply deletes them first, nothing is to be done; otherwise it ` +
      'fails at this resource.',
  };
}
