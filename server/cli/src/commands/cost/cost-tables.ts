/** Answers about costs as tables of texts. */

import type {
  CostComparison,
  CostForecast,
  CostLine,
  CostReport,
} from '@novacron/contract/cost/cost-operations';
import { MICROS_PER_UNIT, toMicros } from '@novacron/contract/cost/money';
import { roundToPlaces } from '@novacron/engine/cost/plan-bill';

/** A table of texts, and lines below it for people. */
export interface CostTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** `exact`: to the millionth, for programs; `rounded`: to cents, if they are that large. */
export type MoneyForm = 'exact' | 'rounded';

const LABEL = 'label:';
const PLACES = 2;
const MICROS_PER_CENT = MICROS_PER_UNIT / 10 ** PLACES;

/** The lines of a report; people get a line with the total, which the others add up to. */
export function tableOfLines(
  { lines, group_by, currency, total, hours, unknown_hours, explanation }: CostReport,
  form: MoneyForm,
): CostTable {
  const hasUnknown = unknown_hours > 0;
  const amounts = showAmounts(
    lines.map(({ amount }) => amount),
    { form, total },
  );
  const figures = (amount: string, of: Pick<CostLine, 'hours' | 'unknown_hours'>) => [
    amount,
    currency ?? '-',
    String(of.hours),
    ...(hasUnknown ? [String(of.unknown_hours)] : []),
  ];
  const rows = lines.map((line, at) => [
    ...group_by.map((group) => keyOf(line, group) ?? (form === 'exact' ? '' : '-')),
    ...figures(amounts[at] ?? '', line),
  ]);
  const [sum = ''] = showAmounts([total], { form, total });
  const totals = [
    ...group_by.map((_, at) => (at === 0 ? 'total' : '')),
    ...figures(sum, { hours, unknown_hours }),
  ];
  return {
    head: [
      ...group_by.map((group) => group.replace(LABEL, '')),
      'amount',
      'currency',
      'hours',
      ...(hasUnknown ? ['unknown_hours'] : []),
    ],
    rows: form === 'rounded' && group_by.length > 0 ? [...rows, totals] : rows,
    notes: explanation,
  };
}

/** Reasons of resources whose cost differs. */
export function tableOfChanges(
  { changes, currency, explanation, omitted }: CostComparison,
  form: MoneyForm,
): CostTable {
  const total = Math.max(0, ...changes.map(({ after, before }) => Math.max(after, before)));
  const show = (value: number) => showAmounts([value], { form, total })[0] ?? '';
  const rows = changes.map(({ resource, kind, before, after, reasons }) => [
    resource,
    kind,
    show(before),
    show(after),
    show(Number((after - before).toFixed(6))),
    currency ?? '-',
    Object.keys(reasons).join(' '),
  ]);
  const more = omitted === 0 ? [] : [`${omitted} more resources differ.`];
  return {
    head: ['resource', 'kind', 'before', 'after', 'difference', 'currency', 'reasons'],
    rows,
    notes: [...more, ...explanation],
  };
}

/** The months of a forecast. */
export function tableOfMonths(
  { months, currency, method, unknown_rates }: CostForecast,
  form: MoneyForm,
): CostTable {
  const rows = months.map(({ month, spent, expected, lower, upper }) => {
    const show = (value: number | null) =>
      value === null ? '-' : (showAmounts([value], { form, total: expected })[0] ?? '');
    return [month, show(spent), show(expected), show(lower), show(upper), currency ?? '-'];
  });
  const unknown =
    unknown_rates === 0 ? [] : [`The prices of ${unknown_rates} resources are not known.`];
  return {
    head: ['month', 'spent', 'expected', 'lower', 'upper', 'currency'],
    rows,
    notes: [
      ...months.flatMap(({ month, explanation }) => [`${month}:`, ...explanation]),
      method,
    ].concat(unknown),
  };
}

function keyOf(line: CostLine, group: string): string | undefined {
  if (group.startsWith(LABEL)) return line.labels?.[group.slice(LABEL.length)] ?? undefined;
  if (group === 'tenant') return line.tenant ?? line.tenant_id;
  const key = Object.entries(line).find(([name]) => name === group)?.[1];
  return typeof key === 'string' ? key : undefined;
}

/** Amounts below a unit of the currency would all be 0.00, so they keep their places. */
function showAmounts(
  amounts: readonly number[],
  { form, total }: { readonly form: MoneyForm; readonly total: number },
): readonly string[] {
  if (form === 'exact' || Math.abs(total) < 1) return amounts.map(String);
  const micros = amounts.map((amount) => toMicros(amount));
  return roundToPlaces(micros, MICROS_PER_CENT).map((cents) =>
    (cents / 10 ** PLACES).toFixed(PLACES),
  );
}
