/** The versions of a model: scores, origin, and what can be done with each. */
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useRefusals } from '../../api/session.ts';
import { download } from '../../export/download.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import type { Model } from './champions.tsx';
import { figureWords, percentWords, ruleWords, type Version } from './model-figures.ts';
import { VersionDialog } from './version-dialog.tsx';

interface VersionsProps {
  readonly model: Model;
  readonly versions: readonly Version[];
}

const HEADS = [
  'Version',
  'State',
  'Mean error',
  'Explained variance',
  'Beside the best rule',
  'Learned from',
  'Actions',
];

/** Renders the panel. */
export function Versions({ model, versions }: VersionsProps) {
  const refusalOf = useRefusals();
  const [promoted, setPromoted] = useState<Version>();
  const [tried, setTried] = useState<Version>();
  const [cause, setCause] = useState<unknown>();
  const save = (write: () => Promise<void>): void => {
    setCause(undefined);
    write().catch(setCause);
  };
  return (
    <Panel title="Versions">
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <Table heads={HEADS} look="wide">
        {versions.map((version) => {
          const { version: number, state, scores, lineage } = version;
          const untrained = scores === null ? 'It was not trained.' : undefined;
          return (
            <tr key={number}>
              <th scope="row">{number}</th>
              <td>
                <StatusMark status={state} noun="model" />
                {version.environments.length === 0
                  ? null
                  : ` of ${version.environments.join(', ')}`}
                {version.reason === null ? null : (
                  <p className={layout.small} dir="auto">
                    {version.reason}
                  </p>
                )}
              </td>
              <td>{figureWords(scores?.mae)}</td>
              <td>{percentWords(scores?.r2)}</td>
              <td>{ruleWords(scores)}</td>
              <td>
                {lineage === null ? (
                  '–'
                ) : (
                  <>
                    {lineage.rows.toLocaleString('en')} rows to{' '}
                    <Moment at={lineage.to} look="full" />
                  </>
                )}
              </td>
              <td>
                <div className={layout.actions}>
                  <Button
                    onPress={() => setPromoted(version)}
                    label={`Promote version ${number}`}
                    disabledReason={refusalOf('model.promote') ?? whyNot(version)}
                  >
                    Promote
                  </Button>
                  <Button
                    onPress={() => setTried(version)}
                    label={`Try version ${number}`}
                    disabledReason={
                      refusalOf('model.start_trial') ?? whyNot(version) ?? whyNoTrial(model, number)
                    }
                  >
                    Try
                  </Button>
                  <Button
                    onPress={() => save(() => saveCard(model, number))}
                    label={`Card of version ${number}`}
                    disabledReason={refusalOf('model.card') ?? untrained}
                  >
                    Card
                  </Button>
                  <Button
                    onPress={() => save(() => saveFile(model, number))}
                    label={`Export version ${number}`}
                    disabledReason={refusalOf('model.export') ?? untrained}
                  >
                    Export
                  </Button>
                </div>
              </td>
            </tr>
          );
        })}
      </Table>
      {promoted === undefined ? null : (
        <VersionDialog
          operation="model.promote"
          model={model}
          fixed={{ model_version: promoted.version }}
          title={`Promote version ${promoted.version} of ${model.name}`}
          words={
            'It becomes the champion of the environment, in place of the one there is. It has ' +
            `${ruleWords(promoted.scores)}.`
          }
          onClose={() => setPromoted(undefined)}
        />
      )}
      {tried === undefined ? null : (
        <VersionDialog
          operation="model.start_trial"
          model={model}
          fixed={{ model_version: tried.version }}
          title={`Try version ${tried.version} of ${model.name}`}
          words={
            'It acts beside the champion for a share of time blocks or VM groups, and both are ' +
            'measured where they acted. A trial promotes nothing.'
          }
          onClose={() => setTried(undefined)}
        />
      )}
    </Panel>
  );
}

/** Why a version cannot be promoted to any environment. */
function whyNot({ state, scores }: Version): string | undefined {
  if (state === 'training') return 'It is being trained.';
  if (scores === null) return 'It was not trained.';
  return scores.is_better ? undefined : 'It is not better than a simple rule.';
}

/** Why a version cannot be tried now. */
function whyNoTrial({ trial, champions }: Model, number: number): string | undefined {
  if (trial?.state === 'running') return 'A trial runs: stop it first.';
  const acting = Object.values(champions).filter((champion) => champion !== null);
  if (acting.length === 0) return 'There is no champion to try it beside: promote a version first.';
  return acting.every((champion) => champion === number)
    ? 'It is the champion itself: try another version beside it.'
    : undefined;
}

/** The card is a page with its own styles, which this page's security policy would refuse. */
async function saveCard({ id, name }: Model, version: number): Promise<void> {
  const { card } = await call('model.card', { id, model_version: version, format: 'html' });
  download(`${name}-${version}.html`, card, 'text/html');
}

async function saveFile({ id, name }: Model, version: number): Promise<void> {
  const { file } = await call('model.export', { id, model_version: version });
  download(`${name}-${version}.model`, file, 'application/json');
}
