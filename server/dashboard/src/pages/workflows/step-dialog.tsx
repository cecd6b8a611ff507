/** One step of an execution: how it went, what it has put out, and what its command has printed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '../../api/api-problem.ts';
import { callByName } from '../../api/client.ts';
import { anyQueryOf, type Item, toItem } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { useLive } from '../../live/live-status.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Empty, ProblemNotice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { LongValue } from '../../ui/value.tsx';
import { RetryFrom } from '../operations/steering.tsx';
import { readOn } from './read-log.ts';
import { StepLog } from './step-log.tsx';

/** Polling interval for the log of a step that may still print. Unit: milliseconds. */
const FOLLOW_MS = 2_000;

/** Kinds of steps that print, and states in which what takes a step back may have printed. */
const PRINTS = ['command', 'ansible'];
const TAKEN_BACK = ['taking_back', 'taken_back'];

const NOT_FOUND_STATUS = 404;

/** The choice of the attempt that is the last one, whichever that is. */
const LAST = '';

interface StepDialogProps {
  readonly execution: Item;
  /** The operation that the execution is; undefined while it is read. */
  readonly operation: OutputOf<'operation.get'> | undefined;
  readonly step: Item;
  readonly onClose: () => void;
}

/** Renders the dialog. */
export function StepDialog({ execution, operation, step, onClose }: StepDialogProps) {
  const { id, kind, status, attempts, message, item, outputs } = step;
  const isOfDefinition = typeof step.of !== 'string';
  const prints = PRINTS.includes(String(kind)) && Number(attempts) > 0;
  // What takes a step back may be a command where the step is none; few are.
  const [isAsked, setAsked] = useState(false);
  const mayPrint = TAKEN_BACK.includes(String(status));
  return (
    <Dialog title={`Step ${String(id)}`} size="large" onClose={onClose}>
      <dl className={layout.facts}>
        <dt>Status</dt>
        <dd>
          <StatusMark status={String(status)} noun="execution" />
        </dd>
        <dt>Kind</dt>
        <dd>{String(kind)}</dd>
        <dt>Attempts</dt>
        <dd>{String(attempts)}</dd>
        <dt>Began</dt>
        <dd>
          <Moment at={step.started_at} look="full" />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Moment at={step.ended_at} look="full" />
        </dd>
        <Fact name="Detail" value={message} />
        <Fact name="Runner" value={step.runner} />
        <Fact name="Item" value={item} />
        <Fact name="Outputs" value={outputs} />
        <Operations ids={step.operations} kind={step.kind} />
      </dl>
      {operation === undefined || !isOfDefinition ? null : (
        <div className={layout.actions}>
          <RetryFrom operation={operation} step={String(id)} onSent={onClose} />
        </div>
      )}
      {prints || isAsked ? <Log execution={execution} step={step} /> : null}
      {mayPrint && !prints && !isAsked ? (
        <div className={layout.actions}>
          <Button onPress={() => setAsked(true)}>Read the log of taking it back</Button>
        </div>
      ) : null}
    </Dialog>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">
        <LongValue field={name} value={value} />
      </dd>
    </>
  );
}

/** Links the operations that attempts started; other workflows are executions. */
function Operations({ ids, kind }: { readonly ids: unknown; readonly kind: unknown }) {
  const list = kind === 'workflow' ? 'executions' : 'operations';
  if (!Array.isArray(ids) || ids.length === 0) return null;
  return (
    <>
      <dt>Operations</dt>
      <dd>
        {ids.map(String).map((id) => (
          <div key={id}>
            <Link to={`/${list}/${id}`}>{id}</Link>
          </div>
        ))}
      </dd>
    </>
  );
}

/** Shows the log of an attempt; refreshed while the execution runs. */
function Log({ execution, step }: Pick<StepDialogProps, 'execution' | 'step'>) {
  const [chosen, setChosen] = useState(LAST);
  const { status } = useLive();
  const attempt = chosen === LAST ? {} : { attempt: chosen };
  const input = { id: String(execution.id), step: String(step.id), ...attempt };
  const isFollowed = execution.finished_at === null && status !== 'paused';
  const client = useQueryClient();
  const { queryKey } = anyQueryOf('execution.logs', input);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      const read = async (more: object) =>
        toItem(await callByName('execution.logs', { ...input, ...more }, signal));
      return readOn(read, client.getQueryData<Item>(queryKey));
    },
    refetchInterval: ({ state }) =>
      isFollowed && (chosen === LAST || state.data?.ended_at === null) && FOLLOW_MS,
  });
  const hasNone = query.isError && problemOf(query.error).parts.status === NOT_FOUND_STATUS;
  const attempts = attemptsOf(step);
  return (
    <section className={layout.stack} aria-label="Log">
      <div className={layout.actions}>
        <strong>Log</strong>
        {attempts.length < 2 ? null : (
          <Choice
            label="Attempt"
            value={chosen}
            options={[{ value: LAST, words: 'the last one' }, ...attempts]}
            onChange={setChosen}
          />
        )}
      </div>
      {hasNone ? (
        <Empty title="Nothing has been printed" />
      ) : (
        <QueryState query={query} what="the log">
          {(log) => <StepLog log={log} />}
        </QueryState>
      )}
      {query.isError && query.data !== undefined && !hasNone ? (
        <ProblemNotice cause={query.error} />
      ) : null}
      <Equivalents command={commandOf('execution', 'execution.logs', input)} />
    </section>
  );
}

/** The attempts of a step and at taking it back, by their keys. */
function attemptsOf({ id, attempts, status }: Item) {
  const numbers = Array.from({ length: Number(attempts) }, (_each, index) => index + 1);
  const own = numbers.map((number) => ({
    value: `${String(id)}#${number}`,
    words: String(number),
  }));
  const undo = { value: `undo:${String(id)}#1`, words: 'taking it back' };
  return TAKEN_BACK.includes(String(status)) ? [...own, undo] : own;
}
