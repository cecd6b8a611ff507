/** The version that acts in each environment, how good it is, and the way back. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { NOUNS } from '../../gen/fields.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table/table.tsx';
import {
  aheadWords,
  figureWords,
  needWords,
  percentWords,
  ruleWords,
  type Version,
} from './model-figures.ts';
import { VersionDialog } from './version-dialog.tsx';

/** A model. */
export type Model = OutputOf<'model.get'>;

/** Places in which a model acts, from trying it to relying on it. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;

type Environment = (typeof ENVIRONMENTS)[number];

interface ChampionsProps {
  readonly model: Model;
  readonly versions: readonly Version[];
}

/** Renders the panel. */
export function Champions({ model, versions }: ChampionsProps) {
  const settings = useQuery(queryOf('model_settings.get', {})).data;
  const refusal = useRefusals()('model.rollback');
  const [target, setTarget] = useState<Environment>();
  return (
    <Panel title="Champions">
      <div className={layout.stack}>
        <Subject model={model} />
        <Table
          heads={[
            'Environment',
            'Champion',
            'Mean error',
            'Explained variance',
            'Beside the best rule',
            'A promotion needs',
            'Actions',
          ]}
          look="wide"
        >
          {ENVIRONMENTS.map((environment) => {
            const champion = model.champions[environment] ?? undefined;
            const scores = versions.find(({ version }) => version === champion)?.scores;
            const none = champion === undefined ? `Nothing acts in ${environment}.` : undefined;
            return (
              <tr key={environment}>
                <th scope="row">{environment}</th>
                <td>{champion ?? 'none'}</td>
                <td>{figureWords(scores?.mae)}</td>
                <td>{percentWords(scores?.r2)}</td>
                <td>{ruleWords(scores)}</td>
                <td>{settings === undefined ? '–' : needWords(settings[environment])}</td>
                <td>
                  <Button
                    onPress={() => setTarget(environment)}
                    label={`Roll back ${environment}`}
                    disabledReason={refusal ?? none}
                  >
                    Roll back
                  </Button>
                </td>
              </tr>
            );
          })}
        </Table>
      </div>
      {target === undefined ? null : (
        <VersionDialog
          operation="model.rollback"
          model={model}
          fixed={{ environment: target, model_version: model.champions[target] }}
          title={`Roll ${target} back`}
          words={
            `The champion of ${target} before version ${model.champions[target]} acts again. ` +
            'The version itself stays.'
          }
          onClose={() => setTarget(undefined)}
        />
      )}
    </Panel>
  );
}

/** What the model predicts, of what, and from what. */
function Subject({ model }: { readonly model: Model }) {
  const { target, target_kind: kind, target_id: id, features, horizon_seconds: ahead } = model;
  const path = pathOfResource(kind, id);
  const words = `the ${NOUNS[kind]?.words ?? kind}`;
  return (
    <p>
      Predicts <code>{target}</code> of{' '}
      {path === undefined ? words : <Link to={path}>{words}</Link>}
      {ahead === 0 ? '' : `, ${aheadWords(ahead)} ahead,`} from{' '}
      {features.map((feature, index) => (
        <Fragment key={feature}>
          {index === 0 ? '' : ', '}
          <code>{feature}</code>
        </Fragment>
      ))}
      .
    </p>
  );
}
