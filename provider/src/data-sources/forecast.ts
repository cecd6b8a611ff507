/** `novacron_forecast`: what a metric will be next, and how sure that is. */
import { VmGroupId, VmId } from '@novacron/contract/ids';
import { forecastOperations } from '@novacron/contract/monitoring/forecast-operations';
import type { InputOf, OutputOf } from '@novacron/contract/operations-table/operations';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import { findIssues } from '../fields/find-issues.ts';
import type { DataSource } from '../framework/data-source.ts';
import { bool, float, int, list, nested, string } from '../framework/schema/attributes.ts';
import { dataSourceSchema } from '../framework/schema/schema.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const ASKED = forecastOperations['metric.forecast'].input.shape;

const HORIZON_DEFAULT = '30m';

const score = {
  smape: float({
    computed: true,
    description: 'Symmetric mean absolute percentage error, 0 to 200.',
  }),
  mase: float({
    computed: true,
    description: 'Mean absolute error over that of the last season repeated: below 1 is better.',
  }),
};

const schema = dataSourceSchema({
  description:
    'Expected values of a metric of a VM, a VM group or the tenant, with an interval ' +
    'and the accuracy of earlier forecasts. Nothing is made up: `known` is false where too ' +
    'little is known, and `reason` says why.',
  attributes: {
    vm_id: string({
      optional: true,
      validators: [(id) => findIssues(VmId, id)],
      description: 'A metric of this VM.',
    }),
    vm_group_id: string({
      optional: true,
      validators: [(id) => findIssues(VmGroupId, id)],
      description: 'A metric of this VM group. Without `vm_id` and this one: of the tenant.',
    }),
    name: string({
      required: true,
      validators: [(name) => findIssues(ASKED.name, name)],
      description: 'Name of the metric, such as `cpu_utilization_ratio`.',
    }),
    horizon: string({
      optional: true,
      computed: true,
      validators: [(horizon) => findIssues(ASKED.horizon, horizon)],
      description: `Forecast horizon, as a duration up to \`3d\`. Default: \`${HORIZON_DEFAULT}\`.`,
    }),
    seasons: list({
      element: string,
      optional: true,
      validators: [(seasons) => findIssues(ASKED.seasons, seasons)],
      description: 'After what times it may repeat itself, such as `24h`. Default: a day, a week.',
    }),
    unit: string({ computed: true, description: 'Unit of the values, in words.' }),
    known: bool({ computed: true, description: 'Whether anything is forecast.' }),
    reason: string({
      computed: true,
      nullable: true,
      description:
        'Reason there is no forecast: `no_series`, `too_short`, `too_many_gaps` or `stale`; else ' +
        'null.',
    }),
    step_seconds: int({ computed: true, description: 'Length of a step. Unit: seconds.' }),
    history_from: string({
      computed: true,
      nullable: true,
      description: 'Begin of the history that is forecast from, RFC 3339 in UTC.',
    }),
    model: string({
      computed: true,
      nullable: true,
      description: 'Name of the model; `ensemble` for several.',
    }),
    selection: string({
      computed: true,
      nullable: true,
      description: '`ensemble`, or `fallback` where no model was accurate enough to act on.',
    }),
    accuracy_ratio: float({
      computed: true,
      nullable: true,
      description: 'Accuracy of earlier forecasts: 1 less the errors over the values.',
    }),
    models: nested({
      nesting: 'list',
      computed: true,
      description: 'Each model that took part in the backtest, the best first.',
      attributes: {
        model: string({ computed: true, description: 'Name of the model.' }),
        ...score,
      },
    }),
    times: list({
      element: string,
      computed: true,
      description: 'Begin of each step that is forecast, RFC 3339 in UTC.',
    }),
    point: list({ element: float, computed: true, description: 'Expected value of each step.' }),
    lower: list({
      element: float,
      computed: true,
      description: 'Lower end of the interval that is meant to contain 95 % of the values.',
    }),
    upper: list({ element: float, computed: true, description: 'Upper end of the interval.' }),
    explanation: string({
      computed: true,
      description: 'By what it is forecast, or why not, as readable lines.',
    }),
  },
});

/** Reads the forecast of a metric. */
export const forecastSource: DataSource<typeof schema, Session> = {
  schema,
  validate({ vm_id: vm, vm_group_id: group }, { diagnostics }) {
    if (vm === null || group === null) return;
    diagnostics.error({
      summary: 'Of what is the metric? Set vm_id or vm_group_id',
      detail: 'At most one of `vm_id` and `vm_group_id` may be set; neither: the tenant.',
      path: ['vm_group_id'],
    });
  },
  async read(config, { client: session, diagnostics, signal }) {
    const { vm_id, vm_group_id, name, horizon, seasons } = config;
    const input = {
      name,
      horizon: horizon ?? HORIZON_DEFAULT,
      ...(vm_id !== null && { vm_id: VmId.parse(vm_id) }),
      ...(vm_group_id !== null && { vm_group_id: VmGroupId.parse(vm_group_id) }),
      ...(seasons !== null && { seasons: [...seasons] }),
    } satisfies InputOf<'metric.forecast'>;
    const answer = await session.client.call('metric.forecast', input, { signal });
    if (answer.ok) return { ...config, horizon: input.horizon, ...toValue(answer.value) };
    // What is missing must not keep Terraform from destroying the rest.
    if (!session.isDestroyRun) throw toUserError(answer.error, 'read novacron_forecast');
    const { title } = PROBLEM_KINDS[answer.error.code];
    diagnostics.warning({
      summary: `${title}: read novacron_forecast`,
      detail: answer.error.detail,
    });
    return { ...config, horizon: input.horizon, ...NOTHING };
  },
};

/** Answer if the server could not be asked. */
const NOTHING = {
  unit: '',
  known: false,
  reason: null,
  step_seconds: 0,
  history_from: null,
  model: null,
  selection: null,
  accuracy_ratio: null,
  models: [],
  times: [],
  point: [],
  lower: [],
  upper: [],
  explanation: '',
};

function toValue(found: OutputOf<'metric.forecast'>) {
  const { unit, known, reason, step_seconds, history_from, model, selection, backtest } = found;
  const { times, point, lower, upper, explanation } = found;
  return {
    unit,
    known,
    reason,
    step_seconds,
    history_from,
    model,
    selection,
    accuracy_ratio: backtest?.accuracy_ratio ?? null,
    models: (backtest?.models ?? []).map(({ model: each, smape, mase }) => ({
      model: each,
      smape,
      mase,
    })),
    times,
    point,
    lower,
    upper,
    explanation: explanation.join('\n'),
  };
}
