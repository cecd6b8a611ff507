/** The models that forecasts selected, by metric and target; each opens its details. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { type TableColumn, VirtualTable } from '../../ui/table/virtual-table.tsx';
import { countOf } from '../../ui/words.ts';
import styles from '../resources/list-view.module.css';
import { ForecastDialog } from './forecast-dialog.tsx';
import { type ForecastModel, improvementWords, REASONS, weightsWords } from './forecast-words.ts';
import { aheadWords, percentWords } from './model-figures.ts';
import { Target, targetWords } from './target.tsx';

/** Selections are no events. Unit: milliseconds. */
const REFRESH_MS = 60_000;

/** Renders the panel; the address says what is chosen, and what is open. */
export function ForecastModels() {
  const options = queryOf('model.forecasts', {});
  const query = useQuery(Object.assign(options, { refetchInterval: REFRESH_MS }));
  return (
    <Panel title="Models of forecasts" body="flush">
      <QueryState query={query} what="models of forecasts">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No models of forecasts">
              <p>
                A forecast of a metric selects its models. Scaling forecasts what rules read;{' '}
                <code>novacron metric forecast</code> forecasts any metric.
              </p>
            </Empty>
          ) : (
            <Narrowed all={items} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function Narrowed({ all }: { readonly all: readonly ForecastModel[] }) {
  const [state, change] = usePageState();
  const { metric, target } = state;
  const shown = all.filter(
    (each) =>
      (metric === undefined || each.metric === metric) &&
      (target === undefined || each.target_id === target),
  );
  const open = all.find(({ id }) => id === state.forecast);
  return (
    <>
      <div className={styles.tools}>
        <Choices>
          <Choice
            label="Metric"
            value={metric ?? ''}
            options={optionsOf(
              'all metrics',
              all.map((each) => each.metric),
              (value) => value,
            )}
            onChange={(value) => change({ metric: value || undefined })}
          />
          <Choice
            label="Target"
            value={target ?? ''}
            options={optionsOf(
              'all targets',
              all.map((each) => each.target_id),
              targetWords,
            )}
            onChange={(value) => change({ target: value || undefined })}
          />
        </Choices>
        <span className={styles.count} role="status">
          {countOf(shown.length, 'row')}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty title="Nothing matches">
          <p>Choose another metric or target.</p>
        </Empty>
      ) : (
        <VirtualTable
          label="Models of forecasts"
          columns={COLUMNS}
          rows={shown}
          keyOf={({ id }) => id}
        />
      )}
      {open === undefined ? null : (
        <ForecastDialog model={open} onClose={() => change({ forecast: undefined })} />
      )}
    </>
  );
}

function optionsOf(
  every: string,
  values: readonly string[],
  wordsOf: (value: string) => string,
): readonly { readonly value: string; readonly words: string }[] {
  const each = [...new Set(values)].toSorted();
  return [{ value: '', words: every }, ...each.map((value) => ({ value, words: wordsOf(value) }))];
}

const COLUMNS: readonly TableColumn<ForecastModel>[] = [
  {
    name: 'metric',
    header: 'Metric',
    width: 200,
    render: ({ id, metric }) => (
      <Link
        to="."
        search={(old: Record<string, unknown>) => Object.assign({}, old, { forecast: id })}
        replace
      >
        {metric}
      </Link>
    ),
  },
  {
    name: 'target',
    header: 'Target',
    width: 150,
    render: ({ target_id: id }) => <Target id={id} />,
  },
  {
    name: 'selection',
    header: 'State',
    width: 115,
    render: ({ selection }) => <SelectionMark selection={selection} />,
  },
  {
    name: 'accuracy',
    header: 'Accuracy',
    width: 95,
    align: 'end',
    render: ({ accuracy_ratio: ratio }) => percentWords(ratio),
  },
  { name: 'improvement', header: 'Beside the best rule', width: 270, render: improvementWords },
  {
    name: 'selected_at',
    header: 'Selected',
    width: 110,
    render: ({ selected_at: at }) => <Moment at={at} />,
  },
  { name: 'models', header: 'Models', width: 260, render: weightsWords },
  { name: 'reason', header: 'Reason', width: 190, render: ({ reason }) => REASONS[reason] },
  {
    name: 'step',
    header: 'Step',
    width: 100,
    render: ({ step_seconds: step }) => aheadWords(step),
  },
];

/** Whether anything acts on the forecasts. */
function SelectionMark({ selection }: Pick<ForecastModel, 'selection'>) {
  return selection === 'ensemble' ? (
    <StatusMark status="acts" tone="ok" />
  ) : (
    <StatusMark status="stays off" tone="watch" />
  );
}
