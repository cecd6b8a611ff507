/** Asks the server what the changes of a plan cost. */

import { AdmissionPreview } from '@novacron/contract/admission/admission';
import { PRICED_KINDS, toAmount, toMicros } from '@novacron/contract/cost/money';
import { ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../../../client/session.ts';
import type { Failure } from '../../../failures/failure.ts';
import type { Fields } from '../../../output/fields.ts';
import type { PlannedResource } from '../../../terraform/planned-resource.ts';
import type { BudgetLeft, CostChange, PlanCost, ResourceCost } from './report/review-model.ts';

type Cost = NonNullable<AdmissionPreview['cost']>;

/** The costs of the writes of one resource. */
interface PricedResource {
  readonly resource: PlannedResource;
  readonly costs: readonly (Cost | null)[];
}

/**
 * Asks for the price of each change. The previews belong to no run: those of the plan itself stay
 * as they are.
 */
export async function priceChanges(
  session: Session,
  resources: readonly PlannedResource[],
): Promise<Result<PlanCost, Failure>> {
  const priced = resources.filter(({ kind }) => PRICED_KINDS.some((each) => each === kind));
  const answers: PricedResource[] = [];
  for (const resource of priced) {
    const costs: (Cost | null)[] = [];
    for (const write of writesOf(resource)) {
      const asked = await callOperation(session, 'admission.preview', write);
      if (!asked.ok) return asked;
      costs.push(AdmissionPreview.parse(asked.value).cost);
    }
    if (costs.length > 0) answers.push({ resource, costs });
  }
  const kept = priced.flatMap(({ change, computed }) =>
    change === 'none' && typeof computed.cost_per_hour === 'number' ? computed.cost_per_hour : [],
  );
  return ok(planCost(answers, kept));
}

/** The writes that a change is made of, as previews ask about them. */
function writesOf({ kind, change, id, before, after, unknown }: PlannedResource) {
  const known = Object.entries(after ?? {}).filter(([name]) => !unknown.includes(name));
  const paths = [...new Set(unknown.map(toUnknown))];
  const create = {
    operation: `${kind}.create`,
    input: Object.fromEntries(known.filter(([, value]) => value !== null)),
    unknown: paths,
  };
  const changed = known.filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[name]),
  );
  const input = { ...Object.fromEntries(changed), id };
  const update = { operation: `${kind}.update`, input, unknown: paths };
  const end = { operation: `${kind}.delete`, input: { id } };
  const writes: Readonly<Record<PlannedResource['change'], readonly Fields[]>> = {
    create: [create],
    update: [update],
    delete: [end],
    replace: [end, create],
    none: [],
  };
  return writes[change];
}

/** Previews know fields, and those of the VM of a group. */
function toUnknown(path: string): string {
  const [field = path, ...below] = path.split('.');
  return field === 'vm' && below[0] !== undefined ? `vm.${below[0]}` : field;
}

function planCost(answers: readonly PricedResource[], kept: readonly number[]): PlanCost {
  const priced = answers.map((answer) => ({ ...answer, change: changeOf(answer) }));
  const all = priced.flatMap(({ change }) => change ?? []);
  const rest = sum(kept);
  const total = (column: keyof CostChange) => sum([rest, ...all.map((each) => each[column])]);
  const known = answers.flatMap(({ costs }) => costs.flatMap((cost) => cost ?? []));
  return {
    currency: known[0]?.currency ?? null,
    per_hour_before: total('per_hour_before'),
    per_hour_after: total('per_hour_after'),
    per_hour_max: total('per_hour_max'),
    changes: all.filter(
      ({ per_hour_before: before, per_hour_after: after, per_hour_max: most }) =>
        before !== after || before !== most,
    ),
    unknown: priced.flatMap(({ change, resource }) =>
      change === undefined ? [resource.address] : [],
    ),
    budget: budgetLeft(known),
  };
}

/** The change of one resource; undefined where a part of it is not known. */
function changeOf({ resource, costs }: PricedResource): ResourceCost | undefined {
  const before = costs.map((cost) => cost?.per_hour_before);
  // A create comes last. The plan has placed its VMs one after another, and knows more.
  const last = costs.length - 1;
  const after = costs.map(
    (cost, at) => (at === last ? resource.plannedPerHour : null) ?? cost?.per_hour_after,
  );
  const most = costs.map((cost, at) => cost?.per_hour_max ?? after[at]);
  const [per_hour_before, per_hour_after, per_hour_max] = [before, after, most].map(sumKnown);
  if (per_hour_before === undefined || per_hour_after === undefined) return undefined;
  const { address } = resource;
  return { address, per_hour_before, per_hour_after, per_hour_max: per_hour_max ?? per_hour_after };
}

/** What the plan leaves: each preview has what is left before it. */
function budgetLeft(known: readonly Cost[]): BudgetLeft | null {
  const budget = known.find((cost) => cost.budget !== null)?.budget;
  if (budget == null) return null;
  const { name, limit_per_hour, left_per_hour } = budget;
  const added = sum(known.map(({ run_per_hour }) => run_per_hour ?? 0));
  return { name, limit_per_hour, left_per_hour, left_after: sum([left_per_hour, -added]) };
}

function sumKnown(amounts: readonly (number | null | undefined)[]): number | undefined {
  const known = amounts.filter((amount) => amount != null);
  return known.length < amounts.length ? undefined : sum(known);
}

/** Adds up in millionths, which are integers. */
function sum(amounts: readonly number[]): number {
  return toAmount(amounts.reduce((total, amount) => total + toMicros(amount), 0));
}
