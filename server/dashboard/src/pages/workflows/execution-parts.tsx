/** The panels of an execution: its steps as a graph and as a table, and why it did not succeed. */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { anyQueryOf, type Item, toItem, toItems } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { download } from '../../export/download.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, ProblemNotice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { Actions } from '../resources/actions.tsx';
import { type GraphStep, StepGraph } from './step-graph.tsx';

/** How steps look; others are plain. */
const LOOKS: Readonly<Record<string, GraphStep['look']>> = {
  running: 'info',
  succeeded: 'ok',
  failed: 'bad',
  taking_back: 'watch',
  taken_back: 'watch',
};

/** Kinds of steps that may ask people; a manual step is one that waits. */
const ASKING: readonly string[] = ['approval', 'wait'];

const HEADS = ['Step', 'Kind', 'Status', 'Attempts', 'Began', 'Ended', 'Operations', 'Detail'];

/** Renders the panels. */
export function ExecutionParts({ item: execution }: { readonly item: Item }) {
  const steps = toItems(execution.steps);
  if (steps.length === 0) return null;
  return (
    <>
      {execution.problem === null ? null : <Failure problem={toItem(execution.problem)} />}
      {steps.some(asks) ? <Questions executionId={String(execution.id)} /> : null}
      <ReportButton executionId={String(execution.id)} />
      <Panel title="Graph">
        <StepGraph label="Steps, each below those that it needs" steps={drawnOf(steps)} />
      </Panel>
      <Panel title="Steps" body="flush">
        <Table heads={HEADS} look="flush">
          {steps.map((step) => (
            <StepRow key={String(step.id)} step={step} />
          ))}
        </Table>
      </Panel>
    </>
  );
}

/** Saves the report as a page that people can send on. */
function ReportButton({ executionId }: { readonly executionId: string }) {
  const refusalOf = useRefusals();
  const [cause, setCause] = useState<unknown>();
  const save = async (): Promise<void> => {
    setCause(undefined);
    try {
      const report = toItem(
        await callByName('execution.report', { id: executionId, format: 'html' }),
      );
      download(`${executionId}.html`, String(report.text), 'text/html');
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <p>
      <Button onPress={() => void save()} disabledReason={refusalOf('execution.report')}>
        Download report
      </Button>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
    </p>
  );
}

function asks({ kind, status }: Item): boolean {
  return status === 'running' && ASKING.includes(String(kind));
}

/** What people are asked now: decisions, and manual steps that they check off. */
function Questions({ executionId }: { readonly executionId: string }) {
  const input = { execution_id: [executionId], status: ['pending'] };
  const { data } = useQuery(anyQueryOf('approval.list', input));
  const waiting = toItems(toItem(data).items);
  if (waiting.length === 0) return null;
  return (
    <Panel title="Waits for people">
      {waiting.map(({ id }) => (
        <Question key={String(id)} id={String(id)} />
      ))}
    </Panel>
  );
}

function Question({ id }: { readonly id: string }) {
  const { data } = useQuery(anyQueryOf('approval.get', { id }));
  if (data === undefined) return null;
  const approval = toItem(data);
  const step = String(approval.step);
  const path = `/approvals/${id}`;
  return (
    <p>
      <Link to={path}>{step}</Link>{' '}
      <span dir="auto">{typeof approval.message === 'string' ? approval.message : ''}</span>{' '}
      <Actions noun="approval" item={approval} name={step} about={step} listPath={path} />
    </p>
  );
}

function Failure({ problem }: { readonly problem: Item }) {
  return (
    <Notice tone="bad" title={String(problem.title)}>
      <p dir="auto">{String(problem.detail)}</p>
      <p>{String(problem.remedy)}</p>
    </Notice>
  );
}

function StepRow({ step }: { readonly step: Item }) {
  const { id, kind, status, attempts, started_at: began, ended_at: ended, message } = step;
  const operations = Array.isArray(step.operations) ? step.operations.map(String) : [];
  return (
    <tr>
      <th scope="row" dir="auto">
        {String(id)}
      </th>
      <td>{String(kind)}</td>
      <td>
        <StatusMark status={String(status)} noun="operation" />
      </td>
      <td>{String(attempts)}</td>
      <td>
        <Moment at={began} />
      </td>
      <td>
        <Moment at={ended} />
      </td>
      <td>
        {operations.length === 0 ? '–' : null}
        {operations.map((operation) => (
          <div key={operation}>
            <Link to={`/operations/${operation}`}>{operation}</Link>
          </div>
        ))}
      </td>
      <td dir="auto">{typeof message === 'string' ? message : '–'}</td>
    </tr>
  );
}

/** Items of repeated steps are part of their step. */
function drawnOf(steps: readonly Item[]): readonly GraphStep[] {
  return steps
    .filter(({ of }) => typeof of !== 'string')
    .map(({ id, kind, status, needs }) => ({
      id: String(id),
      detail: `${String(kind)}: ${String(status).replaceAll('_', ' ')}`,
      needs: Array.isArray(needs) ? needs.map(String) : [],
      look: LOOKS[String(status)] ?? 'plain',
    }));
}
