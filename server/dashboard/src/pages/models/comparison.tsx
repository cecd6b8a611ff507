/** A version beside the champion of an environment, on rows that neither has learned from. */
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { ENVIRONMENTS, type Model } from './champions.tsx';
import { chanceWords, figureWords, percentWords, type Version } from './model-figures.ts';
import { VerdictMark } from './verdict-mark.tsx';

interface ComparisonProps {
  readonly model: Model;
  readonly versions: readonly Version[];
}

/** Renders the panel; the address says what is compared. */
export function Comparison({ model, versions }: ComparisonProps) {
  const [state, change] = usePageState();
  const acting = ENVIRONMENTS.filter((each) => typeof model.champions[each] === 'number');
  const environment = acting.find((each) => each === state.environment) ?? acting.at(-1);
  if (environment === undefined) {
    return (
      <Panel title="Compare with the champion">
        <p>No version acts anywhere yet: promote one first.</p>
      </Panel>
    );
  }
  const others = versions.filter(
    ({ version, scores }) => scores !== null && version !== model.champions[environment],
  );
  const challenger = others.find(({ version }) => String(version) === state.challenger);
  return (
    <Panel title="Compare with the champion">
      <div className={layout.stack}>
        <Choices>
          <Choice
            label="Environment"
            value={environment}
            options={acting.map((value) => ({
              value,
              words: `${value}: version ${model.champions[value]}`,
            }))}
            onChange={(value) => change({ environment: value })}
          />
          <Choice
            label="Challenger"
            value={challenger === undefined ? '' : String(challenger.version)}
            options={[
              { value: '', words: others.length === 0 ? 'no other version' : 'choose a version' },
              ...others.map(({ version, state: its }) => ({
                value: String(version),
                words: `version ${version}, ${its}`,
              })),
            ]}
            onChange={(value) => change({ challenger: value === '' ? undefined : value })}
          />
        </Choices>
        {challenger === undefined ? (
          <p className={layout.small}>
            Both versions predict the rows that came after the training of both, and their errors
            are compared.
          </p>
        ) : (
          <Result
            id={model.id}
            environment={environment}
            champion={model.champions[environment]}
            challenger={challenger.version}
          />
        )}
      </div>
    </Panel>
  );
}

interface ResultProps {
  readonly id: string;
  readonly environment: (typeof ENVIRONMENTS)[number];
  readonly champion: number | null | undefined;
  readonly challenger: number;
}

/** Rows come as the time passes. Unit: milliseconds. */
const REREAD_MS = 60_000;

function Result({ id, environment, champion, challenger }: ResultProps) {
  const input = { id, environment, model_version: challenger };
  const query = useQuery({
    // An event would read it before the page knows that the challenger became the champion.
    queryKey: ['comparison', champion, input],
    queryFn: ({ signal }) => call('model.compare', input, signal),
    refetchInterval: REREAD_MS,
  });
  return (
    <QueryState query={query} what="the comparison">
      {(found) => (
        <>
          <p>
            <VerdictMark verdict={found.verdict} />
          </p>
          <Table heads={['Version', 'Role', 'Mean error']}>
            <tr>
              <th scope="row">{found.champion}</th>
              <td>champion of {environment}</td>
              <td>{figureWords(found.champion_mae)}</td>
            </tr>
            <tr>
              <th scope="row">{found.challenger}</th>
              <td>challenger</td>
              <td>{figureWords(found.challenger_mae)}</td>
            </tr>
          </Table>
          <dl className={layout.facts}>
            <dt>Error avoided</dt>
            <dd>
              {percentWords(found.improvement)}, with 99 % confidence at least{' '}
              {percentWords(found.improvement_lower)}
            </dd>
            <dt>Rows</dt>
            <dd>
              {found.rows.toLocaleString('en')} of {found.planned_rows.toLocaleString('en')} that
              are planned, from <Moment at={found.from} look="full" /> to{' '}
              <Moment at={found.to} look="full" />
            </dd>
            <dt>Chance without a difference</dt>
            <dd>{chanceWords(found)}</dd>
          </dl>
          <ul className={layout.lines}>
            {found.explanation.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </QueryState>
  );
}
