/** Shows a command's output: the newest lines as text, and the amount of the rest. */
import { useMemo } from 'react';
import type { Item } from '../../api/queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { CONSOLE_LINES_MAX, createConsoleText } from '../../ui/output/console-text.ts';
import { Output } from '../../ui/output/output.tsx';
import { Notice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';

/** Renders a log of `execution.logs`. */
export function StepLog({ log }: { readonly log: Item }) {
  const { text, attempt, dropped_bytes: droppedBytes, ended_at: endedAt } = log;
  const whole = String(text);
  const { shown, dropped } = useMemo(() => toLines(whole), [whole]);
  return (
    <>
      <p className={layout.actions}>
        <code>{String(attempt)}</code>
        {endedAt === null ? (
          <StatusMark status="running" noun="execution" />
        ) : (
          <span>
            ended <Moment at={endedAt} />
          </span>
        )}
      </p>
      {Number(droppedBytes) > 0 ? (
        <Notice tone="watch" title="The log is not all that it has printed">
          <p>{countOf(Number(droppedBytes), 'byte')} came after it was full.</p>
        </Notice>
      ) : null}
      <Output label="Log of the command" text={shown} />
      <p className={layout.small}>
        Secrets are masked; colours and cursor movements are left out. The newest{' '}
        {CONSOLE_LINES_MAX.toLocaleString('en')} lines are shown
        {dropped > 0 ? `; ${countOf(dropped, 'line')} before them are copied, too.` : '.'}
      </p>
      <div className={layout.actions}>
        <CopyButton text={whole} what="log" />
      </div>
    </>
  );
}

function toLines(text: string): { readonly shown: string; readonly dropped: number } {
  const content = createConsoleText();
  content.write(text);
  return { shown: content.lines().join('\n'), dropped: content.droppedLines() };
}
