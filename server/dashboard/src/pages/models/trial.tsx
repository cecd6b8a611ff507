/** The trial (A/B test) of a model: what acts where, what was measured, and its end by hand. */
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { useRefusals } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import type { Model } from './champions.tsx';
import { chanceWords, figureWords } from './model-figures.ts';
import { blocksWords, evidenceWords, methodWords, type TrialOf } from './trial-words.ts';
import { VerdictMark } from './verdict-mark.tsx';
import { VersionDialog } from './version-dialog.tsx';

const PERCENT = 100;

/** Renders the panel. */
export function Trial({ model }: { readonly model: Model }) {
  const { trial } = model;
  const refusal = useRefusals()('model.stop_trial');
  const [isStopping, setStopping] = useState(false);
  const isRunning = trial?.state === 'running';
  return (
    <Panel
      title="Trial (A/B test)"
      aside={
        <Button
          onPress={() => setStopping(true)}
          disabledReason={refusal ?? (isRunning ? undefined : 'No trial runs.')}
        >
          Stop the trial
        </Button>
      }
    >
      {trial === null ? (
        <p>
          There was no trial. To measure a version where it acts, choose <strong>Try</strong> in the
          list of versions: it acts beside the champion for a while.
        </p>
      ) : (
        <div className={layout.stack}>
          <Facts trial={trial} />
          {trial.result === null ? (
            <p className={layout.small}>
              Nothing is measured yet. Once an hour, the server measures each block after its
              metrics came.
            </p>
          ) : (
            <Errors trial={trial} result={trial.result} />
          )}
        </div>
      )}
      {isStopping && isRunning ? (
        <VersionDialog
          operation="model.stop_trial"
          model={model}
          fixed={{}}
          title={`Stop the trial of ${model.name}`}
          words={
            `Version ${trial.champion} acts alone in ${trial.environment} again. ` +
            'What was measured stays.'
          }
          onClose={() => setStopping(false)}
        />
      ) : null}
    </Panel>
  );
}

function Facts({ trial }: { readonly trial: TrialOf }) {
  const { state, result, planned_blocks: planned, vm_group_ids: groups } = trial;
  const isRunning = state === 'running';
  return (
    <dl className={layout.facts}>
      <dt>State</dt>
      <dd>
        <StatusMark status={state} tone={isRunning ? 'info' : 'none'} />
      </dd>
      <dt>Time</dt>
      <dd>
        <Moment at={trial.starts_at} look="full" /> to <Moment at={trial.ends_at} look="full" />
        {isRunning ? ' at the latest' : ''}, started by <bdi>{trial.started_by}</bdi>
      </dd>
      <dt>Versions</dt>
      <dd>
        {trial.challenger} is tried beside {trial.champion}, the champion of {trial.environment}
      </dd>
      <dt>Method</dt>
      <dd>{methodWords(trial)}</dd>
      {groups.length === 0 ? null : (
        <>
          <dt>Groups</dt>
          <dd>
            {groups.map((id, index) => (
              <Fragment key={id}>
                {index === 0 ? '' : ', '}
                <Link to="/groups/$id" params={{ id }}>
                  {id}
                </Link>
              </Fragment>
            ))}
          </dd>
        </>
      )}
      <dt>Measured</dt>
      <dd>
        <Meter
          label="Measured"
          percent={((result?.blocks ?? 0) / planned) * PERCENT}
          words={blocksWords(trial)}
          kind="progress"
        />
      </dd>
      {result === null ? null : (
        <>
          <dt>Result</dt>
          <dd>
            <VerdictMark verdict={result.verdict} />
          </dd>
          <dt>Evidence</dt>
          <dd>{evidenceWords(trial.unit, result)}</dd>
          <dt>Chance without a difference</dt>
          <dd>
            {chanceWords(result)}
            {isRunning && result.welch_p !== null
              ? '; before the end, the evidence decides, not these'
              : ''}
          </dd>
        </>
      )}
      {isRunning || trial.reason === null ? null : (
        <>
          <dt>Why it ended</dt>
          <dd dir="auto">{trial.reason}</dd>
        </>
      )}
    </dl>
  );
}

interface ErrorsProps {
  readonly trial: TrialOf;
  readonly result: NonNullable<TrialOf['result']>;
}

function Errors({ trial, result }: ErrorsProps) {
  const units = trial.unit === 'time_block' ? 'Blocks' : 'Groups';
  return (
    <Table heads={['Version', 'Role', `${units} in which it acted`, 'Mean error']}>
      {(['champion', 'challenger'] as const).map((role) => (
        <tr key={role}>
          <th scope="row">{trial[role]}</th>
          <td>{role}</td>
          <td>{result[role].units.toLocaleString('en')}</td>
          <td>{figureWords(result[role].mae)}</td>
        </tr>
      ))}
    </Table>
  );
}
