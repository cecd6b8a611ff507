/** One operation: its steps as they go, why it failed, and what can be done. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { commandOf } from '../../export/command-line.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, ProblemNotice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { verbOf } from '../../ui/words.ts';
import styles from './operation-page.module.css';

type Operation = OutputOf<'operation.get'>;

const REFRESH_MS = 1_000;
const GOING_ON = ['running', 'undoing'];

/** Renders the page. */
export function OperationPage() {
  const params = useParams({ strict: false });
  const id = String(params.id);
  const query = useQuery({
    ...queryOf('operation.get', { id }),
    refetchInterval: ({ state }) =>
      GOING_ON.includes(state.data?.status ?? 'running') ? REFRESH_MS : false,
  });
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
      actions={operation === undefined ? null : <Steer operation={operation} />}
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
        <Table heads={['Step', 'Status', 'Attempts', 'Detail']} look="flush">
          {steps.map(({ name, status, attempts, detail, progress_percent: own }) => (
            <tr key={name}>
              <th scope="row" dir="auto">
                {name}
              </th>
              <td>
                <StatusMark status={status} noun="operation" />
              </td>
              <td>{attempts}</td>
              <td dir="auto">{detail ?? (own === undefined ? '–' : `${own} %`)}</td>
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

/** Cancel and retry: each says why it cannot be used now. */
function Steer({ operation }: { readonly operation: Operation }) {
  const client = useQueryClient();
  const refusalOf = useRefusals();
  const [cause, setCause] = useState<unknown>();
  const { id, status, retry_from: retryFrom = [] } = operation;
  const send = async (name: string, more: object = {}): Promise<void> => {
    setCause(undefined);
    try {
      await callByName(name, Object.assign({ id }, more));
      announce(`${verbOf(name)} ${operation.kind} ${operation.target_name}: accepted`);
      await client.invalidateQueries({ queryKey: ['operation.get'] });
    } catch (found) {
      setCause(found);
    }
  };
  const reason = (name: string, isPossible: boolean, why: string): string | undefined =>
    refusalOf(name) ?? (isPossible ? undefined : why);
  return (
    <>
      <Button
        onPress={() => void send('operation.cancel')}
        disabledReason={reason(
          'operation.cancel',
          status === 'running' && !operation.cancel_refusal,
          operation.cancel_refusal ?? `It is ${status}: only a running operation can be cancelled.`,
        )}
      >
        {operation.kind === 'vm.bulk' ? 'Begin no more' : 'Cancel and undo'}
      </Button>
      <Button
        onPress={() => void send('operation.retry')}
        disabledReason={reason(
          'operation.retry',
          status === 'stuck',
          retryFrom.length > 0
            ? `It is ${status}: retry it from a step.`
            : `It is ${status}: only a stuck operation can be retried.`,
        )}
      >
        Retry
      </Button>
      {retryFrom.map((step) => (
        <Button
          key={step}
          onPress={() => void send('operation.retry', { from_step: step })}
          disabledReason={reason('operation.retry', true, '')}
        >
          Retry from {step}
        </Button>
      ))}
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
    </>
  );
}
