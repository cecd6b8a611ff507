/** One operation: its steps as they go, why it failed, and what can be done. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { commandOf } from '../../export/command-line.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { Equivalents } from '../../ui/equivalents.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import styles from './operation-page.module.css';
import { operationQuery, Steering } from './steering.tsx';

type Operation = OutputOf<'operation.get'>;

/** Renders the page. */
export function OperationPage() {
  const params = useParams({ strict: false });
  const id = String(params.id);
  const query = useQuery(operationQuery(id));
  const operation = query.data;
  const title = operation === undefined ? id : `${operation.kind} ${operation.target_name}`;
  return (
    <Page
      title={title}
      parent={{ to: '/operations', title: 'Operations' }}
      intro={
        operation === undefined ? undefined : (
          <>
            <StatusMark status={operation.status} noun="operation" /> <code>{id}</code>
          </>
        )
      }
      actions={operation === undefined ? null : <Steering operation={operation} />}
    >
      <QueryState query={query} what="the operation">
        {(found) => <Details operation={found} />}
      </QueryState>
    </Page>
  );
}

function Details({ operation }: { readonly operation: Operation }) {
  const { problem, note, steps, progress_percent: percent } = operation;
  const target = pathOfResource(operation.target_kind, operation.target_id);
  return (
    <>
      {problem === null ? null : (
        <Notice tone="bad" title={problem.title}>
          <p dir="auto">{problem.detail}</p>
          <p>{problem.remedy}</p>
        </Notice>
      )}
      {note === undefined ? null : <Notice title={note} />}
      <Panel title="Progress">
        <Meter label="Progress" percent={percent} kind="progress" />
        <dl className={styles.facts}>
          <dt>Target</dt>
          <dd dir="auto">
            {target === undefined ? (
              operation.target_name
            ) : (
              <Link to={target}>{operation.target_name}</Link>
            )}
          </dd>
          <dt>Requested by</dt>
          <dd dir="auto">{operation.created_by}</dd>
          <dt>Began</dt>
          <dd>
            <Moment at={operation.created_at} look="full" />
          </dd>
          <dt>Ended</dt>
          <dd>
            <Moment at={operation.finished_at} look="full" />
          </dd>
        </dl>
      </Panel>
      <Panel title="Steps" body="flush">
        <Table heads={['Step', 'Status', 'Attempts', 'Began', 'Ended', 'Detail']} look="flush">
          {steps.map(({ name, status, attempts, ...step }) => (
            <tr key={name}>
              <th scope="row" dir="auto">
                {name}
              </th>
              <td>
                <StatusMark status={status} noun="operation" />
              </td>
              <td>{attempts}</td>
              <td>
                <Moment at={step.started_at} />
              </td>
              <td>
                <Moment at={step.ended_at} />
              </td>
              <td dir="auto">{detailOf(step)}</td>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="Command line and Terraform">
        <Equivalents command={commandOf('operation', 'operation.get', { id: operation.id })} />
      </Panel>
    </>
  );
}

/** Returns the current activity of a step, or the reason it is idle. */
function detailOf({
  detail,
  progress_percent: percent,
  waits_for: waits = [],
}: Pick<Operation['steps'][number], 'detail' | 'progress_percent' | 'waits_for'>) {
  if (detail !== undefined) return detail;
  if (percent !== undefined) return `${percent} %`;
  return waits.length === 0 ? '–' : `waits for ${waits.join(', ')}`;
}
