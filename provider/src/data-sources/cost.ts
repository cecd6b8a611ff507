/** `novacron_cost`: what resources have cost in a month, and what this month will cost. */
import { costOperations } from '@novacron/contract/cost/cost-operations';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { findIssues } from '../fields/find-issues.ts';
import type { DataSource } from '../framework/data-source.ts';
import { float, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const ASKED = costOperations['cost.report'].input.shape;

const amount = (description: string) => float({ computed: true, description });

const schema = dataSourceSchema({
  description:
    'Costs of the resources of the tenant: of a month so far by kind, and what the current month ' +
    'will cost. Amounts are in `currency`. The next read returns other amounts.',
  attributes: {
    month: string({
      optional: true,
      validators: [(value) => findIssues(ASKED.month, value)],
      description: 'Calendar month in UTC, such as `2026-11`. Default: the current month.',
    }),
    labels: string({
      optional: true,
      validators: [(value) => findIssues(ASKED.labels, value)],
      description: 'Label selector, such as `team=shop`: only resources with these labels.',
    }),
    currency: string({
      computed: true,
      nullable: true,
      description: 'Currency of all amounts, an ISO 4217 code; null without price lists.',
    }),
    total: amount('Cost of the month, until now.'),
    unknown_hours: amount('Hours whose price is not known; they are not in the amounts.'),
    amounts: nested({
      nesting: 'list',
      computed: true,
      description: 'Cost by kind; the amounts add up to `total`.',
      attributes: {
        kind: string({ computed: true, description: 'Kind, such as `vm`.' }),
        amount: amount('Cost.'),
        hours: amount('Charged hours.'),
      },
    }),
    rate_per_hour: amount('Cost of all resources per hour, now.'),
    expected: amount('Cost of the current month: what is spent, and the rate now until its end.'),
  },
});

/** Reads the costs. */
export const costSource: DataSource<typeof schema, Session> = {
  schema,
  async read(config, { client: session, signal }) {
    const { month, labels } = config;
    const selection = typeof labels === 'string' ? { labels } : {};
    const period = typeof month === 'string' ? { month } : {};
    const question: InputOf<'cost.report'> = { ...selection, ...period, group_by: ['kind'] };
    const report = await session.client.call('cost.report', question, { signal });
    if (!report.ok) throw toUserError(report.error, 'read novacron_cost');
    const forecast = await session.client.call('cost.forecast', selection, { signal });
    if (!forecast.ok) throw toUserError(forecast.error, 'read novacron_cost');
    const { currency, total, unknown_hours, lines } = report.value;
    return {
      month,
      labels,
      currency,
      total,
      unknown_hours,
      amounts: lines.map(({ kind = '', amount, hours }) => ({ kind, amount, hours })),
      rate_per_hour: forecast.value.rate_per_hour,
      expected: forecast.value.months[0]?.expected ?? total,
    };
  },
};
