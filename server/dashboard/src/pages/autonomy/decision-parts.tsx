/** Panels of an autonomous decision: why, from what, what was forbidden, and what followed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Item, queryOf } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { labelOf } from '../../ui/words.ts';

type Decision = OutputOf<'autonomous_decision.get'>;

const PERCENT = 100;

/** Renders the panels. */
export function AutonomousDecisionParts({ item }: { readonly item: Item }) {
  const query = useQuery(queryOf('autonomous_decision.get', { id: String(item.id) }));
  const decision = query.data;
  if (decision === undefined) return null;
  const { reasoning, forbidden } = decision;
  return (
    <>
      <div className={layout.columns}>
        <Panel title="Why">
          <ul className={layout.lines}>
            {reasoning.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Panel>
        <Facts decision={decision} />
      </div>
      <Measurements decision={decision} />
      <Panel title="What was not allowed">
        {forbidden.length === 0 ? (
          <p>Every action was allowed.</p>
        ) : (
          <Table heads={['Action', 'Why not']}>
            {forbidden.map(({ action, why }) => (
              <tr key={action}>
                <th scope="row">{wordsOf(action)}</th>
                <td>{why}</td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
      <Outcome decision={decision} />
    </>
  );
}

function Facts({ decision }: { readonly decision: Decision }) {
  const { action, preferred, confidence, expected_impact: impact, detail } = decision;
  const { operation_id: operation, size_from: from, size_to: to } = decision;
  return (
    <Panel title="The decision">
      <dl className={layout.facts}>
        <dt>Group</dt>
        <dd dir="auto">
          <Link to={`/groups/${decision.group_id}`}>{decision.group}</Link>
        </dd>
        <dt>Action</dt>
        <dd>
          {wordsOf(action)}
          {preferred === action ? '' : `; the model preferred to ${wordsOf(preferred)}`}
        </dd>
        <dt>Members</dt>
        <dd>{from === to ? `${from}, as they are` : `${from} to ${to}`}</dd>
        {detail === null ? null : (
          <>
            <dt>Reason</dt>
            <dd dir="auto">{detail}</dd>
          </>
        )}
        <dt>Confidence</dt>
        <dd>
          <Meter label="Confidence" percent={confidence * PERCENT} kind="progress" />
        </dd>
        <dt>Expected in 15 minutes</dt>
        <dd>
          CPU usage {figure(impact.cpu_usage_soon)} %,{' '}
          {impact.vms === 0 ? 'as many VMs as now' : `${signed(impact.vms)} VMs`}
        </dd>
        <dt>Cost</dt>
        <dd>{costWords(impact)}</dd>
        <dt>Operation</dt>
        <dd>
          {operation === null ? 'none' : <Link to={`/operations/${operation}`}>{operation}</Link>}
        </dd>
        <dt>To stop further ones</dt>
        <dd>
          <Link to={`/scaling/${decision.group_id}`}>Hold the size of the group</Link>
        </dd>
      </dl>
    </Panel>
  );
}

function costWords(impact: Decision['expected_impact']): string {
  const { cost_per_hour: hourly, cost_per_month: monthly, currency } = impact;
  if (hourly === null || monthly === null) return 'Not known: a member has no price';
  return `${signed(hourly)} ${currency} an hour, ${signed(monthly)} ${currency} a month`;
}

/** What it was decided from, the strongest influence first. */
function Measurements({ decision }: { readonly decision: Decision }) {
  const { state, influences, absent } = decision;
  const shareOf = new Map(influences.map((each) => [each.feature, each]));
  const names = [...new Set([...shareOf.keys(), ...Object.keys(state)])];
  return (
    <Panel title="Measurements">
      <Table heads={['Measurement', 'Value', 'Usual in the training', 'Influence']}>
        {names.map((name) => {
          const influence = shareOf.get(name);
          const value = state[name] ?? influence?.value;
          return (
            <tr key={name}>
              <th scope="row">{labelOf(name)}</th>
              <td>{absent.includes(name) ? 'no value' : figure(value)}</td>
              <td>{figure(influence?.usual)}</td>
              <td>{influenceWords(influence?.share ?? 0)}</td>
            </tr>
          );
        })}
      </Table>
    </Panel>
  );
}

/** Less is not shown as a figure. */
const SHARE_MIN = 0.005;

function influenceWords(share: number): string {
  if (Math.abs(share) < SHARE_MIN) return 'little';
  return `${share >= 0 ? 'for' : 'against'} it: ${figure(Math.abs(share))}`;
}

/** What followed, and what a person said of it. */
function Outcome({ decision: { outcome, override } }: { readonly decision: Decision }) {
  return (
    <Panel title="What followed">
      {outcome === null ? (
        <p>It is measured 15 minutes after the decision.</p>
      ) : (
        <p>
          <StatusMark
            status={outcome.was_right ? 'right' : 'wrong'}
            tone={outcome.was_right ? 'ok' : 'bad'}
          />{' '}
          The CPU usage was {figure(outcome.cpu_usage)} % 15 minutes later; at the size that was
          decided it was {figure(outcome.cpu_usage_decided)} %.
        </p>
      )}
      {override === null ? null : (
        <p dir="auto">
          <bdi>{override.by}</bdi> would have chosen to {wordsOf(override.action)}{' '}
          <Moment at={override.at} />: {override.reason}
        </p>
      )}
    </Panel>
  );
}

function wordsOf(action: string): string {
  return action.replaceAll('_', ' ');
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en', { maximumFractionDigits: 2 });
}

function signed(value: number): string {
  return value > 0 ? `+${figure(value)}` : figure(value);
}
