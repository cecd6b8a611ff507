/** The last comparison of a champion with the values that came since its training. */
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import type { Model } from './champions.tsx';
import { figureWords } from './model-figures.ts';

/** Inputs have drifted above this index (population stability). */
const INPUTS_MAX = 0.25;

/** Renders the panel: each version that is a champion has a drift of its own. */
export function Drift({ drift }: Pick<Model, 'drift'>) {
  return (
    <Panel title="Drift">
      {drift.length === 0 ? (
        <p>
          Not measured yet. Once an hour, the server compares each champion with the values that
          came since it was trained.
        </p>
      ) : (
        drift.map((each) => <VersionDrift key={each.version} drift={each} />)
      )}
    </Panel>
  );
}

function VersionDrift({ drift }: { readonly drift: Model['drift'][number] }) {
  const { acts, drifted, feature, inputs } = drift;
  return (
    <div className={layout.stack}>
      <p>
        {drift.reason} Version {drift.version}, checked <Moment at={drift.checked_at} /> on{' '}
        {drift.rows.toLocaleString('en')} rows.
      </p>
      <dl className={layout.facts}>
        <dt>The champion</dt>
        <dd>
          <StatusMark status={acts ? 'acts' : 'stays off'} tone={acts ? 'ok' : 'bad'} />
        </dd>
        <dt>Its inputs or its error</dt>
        <dd>
          <StatusMark
            status={drifted ? 'have drifted' : 'as in the training'}
            tone={drifted ? 'watch' : 'ok'}
          />
        </dd>
        <dt>Mean error lately</dt>
        <dd>
          {figureWords(drift.mae)}; in the training {figureWords(drift.mae_trained)}; best rule{' '}
          {figureWords(drift.rule_mae)}
        </dd>
        <dt>Shift of the inputs</dt>
        <dd>
          {inputs === null
            ? 'not known'
            : `${figureWords(inputs)} (${feature ?? ''}); drift begins at ${INPUTS_MAX}`}
        </dd>
      </dl>
    </div>
  );
}
