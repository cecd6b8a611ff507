/** The panels of an execution: its steps as a graph, as a table and with logs, and its problem. */
import { Link } from '@tanstack/react-router';
import { type Item, toItem, toItems } from '../../api/queries.ts';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { type GraphStep, StepGraph } from './step-graph.tsx';
import { StepLogs } from './step-logs.tsx';

/** How steps look; others are plain. */
const LOOKS: Readonly<Record<string, GraphStep['look']>> = {
  running: 'info',
  succeeded: 'ok',
  failed: 'bad',
  taking_back: 'watch',
  taken_back: 'watch',
};

const HEADS = [
  'Step',
  'Kind',
  'Status',
  'Attempts',
  'Runner',
  'Began',
  'Ended',
  'Operations',
  'Detail',
];

/** Renders the panels. */
export function ExecutionParts({ item: execution }: { readonly item: Item }) {
  const steps = toItems(execution.steps);
  if (steps.length === 0) return null;
  return (
    <>
      {execution.problem === null ? null : <Failure problem={toItem(execution.problem)} />}
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
      <StepLogs id={String(execution.id)} steps={steps} />
    </>
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
      <td>{typeof step.runner === 'string' ? step.runner : '–'}</td>
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
