/** The models of one series that is forecast: their backtest, and what was selected before. */
import { Dialog } from '../../ui/dialog.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';
import { type ForecastModel, improvementWords, REASONS, weightsWords } from './forecast-words.ts';
import { aheadWords, figureWords, percentWords } from './model-figures.ts';
import { Target } from './target.tsx';

interface ForecastDialogProps {
  readonly model: ForecastModel;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function ForecastDialog({ model, onClose }: ForecastDialogProps) {
  const { earlier } = model;
  return (
    <Dialog title={`Forecasts of ${model.metric}`} size="large" onClose={onClose}>
      <Backtest model={model} />
      {earlier.length === 0 ? (
        <p>It is the first selection.</p>
      ) : (
        <Table
          caption="Earlier versions"
          heads={[
            'Version',
            'Selected',
            'Reason',
            'Models',
            'Accuracy',
            'Error (MASE)',
            'Beside the best rule',
          ]}
          look="wide"
        >
          {earlier.map((version) => (
            <tr key={version.version}>
              <th scope="row">{version.version}</th>
              <td>
                <Moment at={version.selected_at} look="full" />
              </td>
              <td>{REASONS[version.reason]}</td>
              <td>{weightsWords(version)}</td>
              <td>{percentWords(version.accuracy_ratio)}</td>
              <td>{figureWords(version.mase)}</td>
              <td>{improvementWords(version)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Dialog>
  );
}

function Backtest({ model }: { readonly model: ForecastModel }) {
  const acts = model.selection === 'ensemble';
  return (
    <dl className={layout.facts}>
      <dt>Target</dt>
      <dd>
        <Target id={model.target_id} />
      </dd>
      <dt>Step</dt>
      <dd>{aheadWords(model.step_seconds)}</dd>
      <dt>Version</dt>
      <dd>
        {model.version}, <Moment at={model.selected_at} look="full" />: {REASONS[model.reason]}
      </dd>
      <dt>Models</dt>
      <dd>{weightsWords(model)}</dd>
      <dt>State</dt>
      <dd>
        <StatusMark
          status={acts ? 'acts' : 'not accurate enough: nothing acts on it'}
          tone={acts ? 'ok' : 'watch'}
        />
      </dd>
      <dt>Backtest</dt>
      <dd>{countOf(model.origins, 'earlier forecast')} compared with what came</dd>
      <dt>Accuracy</dt>
      <dd>{percentWords(model.accuracy_ratio)}</dd>
      <dt>Error (MASE)</dt>
      <dd>{figureWords(model.mase)}; below 1 is better than the last season repeated</dd>
      <dt>Best rule</dt>
      <dd>
        {model.rule === null
          ? 'none could be compared'
          : `${model.rule}, error ${figureWords(model.rule_mase)}`}
      </dd>
      <dt>Beside the best rule</dt>
      <dd>{improvementWords(model)}</dd>
    </dl>
  );
}
