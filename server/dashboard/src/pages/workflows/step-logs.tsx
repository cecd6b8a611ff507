/** What commands and playbooks of an execution have printed, also while they run. */
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Item, queryOf } from '../../api/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { LongValue } from '../../ui/value.tsx';
import { toLogText } from './log-lines.ts';

/** How often the log of a step that runs is read. Unit: ms. */
const REFRESH_MS = 1_000;

/** Renders a log for each step that went to a runner; each is read when it is opened. */
export function StepLogs({ id, steps }: { readonly id: string; readonly steps: readonly Item[] }) {
  const printing = steps.filter(({ runner }) => typeof runner === 'string');
  if (printing.length === 0) return null;
  return (
    <Panel title="Logs">
      {printing.map((step) => (
        <StepLog key={String(step.id)} id={id} step={String(step.id)} />
      ))}
    </Panel>
  );
}

function StepLog({ id, step }: { readonly id: string; readonly step: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary dir="auto">{step}</summary>
      {isOpen ? <LogText id={id} step={step} /> : null}
    </details>
  );
}

function LogText({ id, step }: { readonly id: string; readonly step: string }) {
  // The address has the id of an execution.
  const input: InputOf<'execution.logs'> = Object({ id, step });
  const options = queryOf('execution.logs', input);
  const query = useQuery({
    ...options,
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? REFRESH_MS : false),
  });
  return (
    <QueryState query={query} what="the log">
      {({ text }) => <LongValue field="text" value={`${toLogText(text)}\n`} noun="execution" />}
    </QueryState>
  );
}
