/**
 * Reports the drift of a planned resource. A refresh finds it, but only a plan knows whether the
 * configuration accepts it: Terraform has applied `ignore_changes` to the configuration of a plan.
 */

import { TEMPLATE } from '@novacron/contract/kinds/vm-group/member-in-question';
import { DRIFTED_MEMBERS, fateOfMembers } from '@novacron/contract/kinds/vm-group/vm-group';
import type { FieldTable } from '@novacron/contract/schema/field';
import { temporaryName } from '@novacron/contract/schema/resource';
import { withAllLabels } from '../../fields/default-labels.ts';
import { containsUnknown, sameValue, type Values } from '../../fields/field-values.ts';
import { wholesOf } from '../../fields/missing-parts.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { PlanChange } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type { Session } from '../../rpc/session.ts';
import { combineMembers } from './members-drift.ts';
import { reportDrift } from './report-drift.ts';

/**
 * Reports what this run has found to differ from the state, as far as the plan does not accept it.
 * Differences of a resource that the plan deletes do not matter any more.
 */
export async function planDrift(
  {
    client: session,
    diagnostics,
    signal,
  }: {
    readonly client: Session;
    readonly diagnostics: Diagnostics;
    readonly signal: AbortSignal;
  },
  planned: {
    readonly table: FieldTable;
    readonly change: PlanChange<Schema>;
    readonly labelOf: (values: Values) => string;
    /** Paths whose growth the plan keeps: it is drift that no apply undoes. */
    readonly kept: ReadonlySet<string>;
  },
): Promise<void> {
  const { change, labelOf, kept } = planned;
  if (change.kind !== 'update' && change.kind !== 'no-op') return;
  const id = String(change.prior.id);
  const found = session.differences.get(id);
  if (found === undefined) return;
  const { was } = found;
  const label = labelOf(change.prior);
  const is = withAllLabels(change.prior);
  const isKept = (name: string) => [...kept].some((path) => path.split('.')[0] === name);
  const fields = found.fields.filter(
    (name) => isKept(name) || !isAccepted(name, was, planned.table, change),
  );
  const values = { label, was, is, planned: withAllLabels(change.plan) };
  const own = fields.filter((name) => name !== DRIFTED_MEMBERS);
  if (own.length > 0) {
    const completed = [...wholesOf(planned.table, own), ...kept];
    const news = await session.findDrift(id, signal);
    reportDrift(diagnostics, session, { ...values, fields: own, completed, news });
  }
  // What differs of members that the plan replaces does not matter any more.
  if (fateOfMembers(change.prior[TEMPLATE], change.plan[TEMPLATE]) === 'replaced') return;
  const restored = own.length === fields.length ? [] : [is[DRIFTED_MEMBERS]].flat().map(String);
  const members = new Set([...restored, ...found.unrestored]);
  if (members.size === 0) return;
  const reports = await Promise.all([...members].map((each) => session.findDrift(each, signal)));
  const news = combineMembers(reports);
  if (news === undefined) return;
  reportDrift(diagnostics, session, { ...values, fields: [DRIFTED_MEMBERS], news });
}

/**
 * Whether the plan leaves a field as it was found because the configuration says so: it has the
 * value, ignores changes of the field, or sets neither. What the server fills in stays as well, but
 * is not what anybody has configured.
 */
function isAccepted(
  name: string,
  was: Values,
  table: FieldTable,
  { prior, plan, config }: Extract<PlanChange<Schema>, { readonly kind: 'update' | 'no-op' }>,
): boolean {
  const field = table[name];
  // An apply that ended half-way: another resource has taken the name that this one gives up.
  const isBetween = prior.name === temporaryName(String(was.name), String(prior.id));
  if (name === 'name' && isBetween) return true;
  const is = withAllLabels(prior)[name];
  const planned = withAllLabels(plan)[name];
  if (containsUnknown(planned) || !sameValue(field, planned, is)) return false;
  return field?.inherits === undefined || (config[name] ?? null) !== null || (is ?? null) === null;
}
