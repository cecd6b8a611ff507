/** The panels of an execution: its steps as a graph and as a table, and why it did not succeed. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Item, toItem, toItems } from '../../api/queries.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';
import { StatusMark, toneOf } from '../../ui/status-mark.tsx';
import { type TableColumn, VirtualTable } from '../../ui/table/virtual-table.tsx';
import { operationQuery, Steering } from '../operations/steering.tsx';
import styles from './execution-parts.module.css';
import { asks, Questions } from './questions.tsx';
import { ReportButton } from './report-button.tsx';
import { StepDialog } from './step-dialog.tsx';
import { type GraphStep, StepGraph } from './step-graph.tsx';

/** The steps as a table: what does not fit in a row is in the dialog of its step. */
const COLUMNS: readonly TableColumn<Item>[] = [
  {
    name: 'id',
    header: 'Step',
    width: 200,
    render: ({ id }) => <StepButton id={String(id)} />,
  },
  { name: 'kind', header: 'Kind', width: 90, render: ({ kind }) => String(kind) },
  {
    name: 'status',
    header: 'Status',
    width: 130,
    render: ({ status }) => <StatusMark status={String(status)} noun="execution" />,
  },
  {
    name: 'attempts',
    header: 'Attempts',
    width: 90,
    align: 'end',
    render: ({ attempts }) => String(attempts),
  },
  {
    name: 'started_at',
    header: 'Began',
    width: 120,
    render: ({ started_at: at }) => <Moment at={at} />,
  },
  {
    name: 'ended_at',
    header: 'Ended',
    width: 120,
    render: ({ ended_at: at }) => <Moment at={at} />,
  },
  {
    name: 'message',
    header: 'Detail',
    width: 240,
    render: ({ message, signal }) =>
      typeof message === 'string' ? message : (awaitedText(signal) ?? '–'),
  },
];

/** Describes the external signal a step waits for; undefined if it waits for none. */
function awaitedText(signal: unknown): ReactNode {
  const { name, until } = toItem(signal ?? {});
  if (typeof name !== 'string') return undefined;
  return (
    <>
      Waits for the signal {name} until <Moment at={until} />
    </>
  );
}

/** Renders the panels. */
export function ExecutionParts({ item: execution }: { readonly item: Item }) {
  const [{ step: opened }, change] = usePageState();
  const steps = toItems(execution.steps);
  const step = steps.find(({ id }) => id === opened);
  const { data: operation } = useQuery(operationQuery(String(execution.id)));
  const above = execution.part_of === null ? undefined : toItem(execution.part_of);
  if (steps.length === 0) return null;
  return (
    <>
      {above?.execution_id === undefined ? null : <PartOf above={above} />}
      {execution.problem === null ? null : <Failure problem={toItem(execution.problem)} />}
      {steps.some(asks) ? <Questions executionId={String(execution.id)} /> : null}
      <ReportButton executionId={String(execution.id)} />
      <Panel title="Graph">
        <StepGraph label="Steps, each below those that it needs" steps={drawnOf(steps)} />
      </Panel>
      <Panel
        title="Steps"
        body="flush"
        aside={
          operation === undefined ? null : (
            <span className={layout.actions}>
              <Steering operation={operation} from={[]} />
            </span>
          )
        }
      >
        <VirtualTable label="Steps" columns={COLUMNS} rows={steps} keyOf={({ id }) => String(id)} />
      </Panel>
      {step === undefined ? null : (
        <StepDialog
          execution={execution}
          operation={operation}
          step={step}
          onClose={() => change({ step: undefined })}
        />
      )}
    </>
  );
}

/** Opens the dialog of a step. */
function StepButton({ id }: { readonly id: string }) {
  const [, change] = usePageState();
  return (
    <button type="button" className={styles.step} dir="auto" onClick={() => change({ step: id })}>
      {id}
    </button>
  );
}

function PartOf({ above }: { readonly above: Item }) {
  const { execution_id: id, workflow, step } = above;
  return (
    <Notice tone="info" title="A part of another execution">
      <p dir="auto">
        Step {String(step)} of <Link to={`/executions/${String(id)}`}>{String(workflow)}</Link> has
        started it.
      </p>
    </Notice>
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

/** Items of repeated steps are part of their step. */
function drawnOf(steps: readonly Item[]): readonly GraphStep[] {
  return steps
    .filter(({ of }) => typeof of !== 'string')
    .map(({ id, kind, status, needs }) => ({
      id: String(id),
      detail: `${String(kind)}: ${String(status).replaceAll('_', ' ')}`,
      needs: Array.isArray(needs) ? needs.map(String) : [],
      look: toneOf(String(status), 'execution'),
    }));
}
