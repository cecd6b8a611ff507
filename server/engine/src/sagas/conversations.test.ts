import { expect, test } from '@jest/globals';
import { type Command, holdConversation } from '../../test/conversation.ts';
import { explainWorkflow } from './explain-workflow.ts';
import type { LogEntry } from './log/log-entry.ts';
import type { Repetition, StepDefinition, StepRun } from './model/workflow.ts';
import { planNextSteps } from './plan-next-steps.ts';

const file = new URL('./testdata/workflow.txt', import.meta.url);

test.each(holdConversation(file, plan))('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function plan(commands: readonly Command[]): string {
  const steps = commands.filter(({ verb }) => verb === 'step').map(readStep);
  const log = commands.flatMap(readEntry);
  const [{ args: asked = {} } = {}] = commands.filter(({ verb }) => verb === 'plan');
  const definition = {
    steps,
    ...(asked.deadline === undefined ? {} : { deadlineMs: Number(asked.deadline) }),
  };
  const next = planNextSteps(definition, log, Number(asked.now ?? 0));
  const lines =
    next.kind === 'run'
      ? [
          `${next.status}${next.held === undefined ? '' : ` (${next.held})`}:`,
          ...(next.outcome === undefined ? [] : [`  the others: ${next.outcome}`]),
          ...next.entries.map(sayEntry),
          ...next.runs.map(sayRun),
        ]
      : [next.message === '' ? next.status : `${next.status}: ${next.message}`];
  const { steps: shown, progressPercent } = explainWorkflow({ steps }, log);
  const states = shown.map(({ name, status, attempts }) => `${name} ${status} (${attempts})`);
  return [...lines, [`${progressPercent} %`, ...states].join(', ')].join('\n');
}

function readStep({ name, args }: Command): StepDefinition<string> {
  return {
    name,
    after: (args.after ?? '').split(',').filter((text) => text !== ''),
    action: name,
    undo: args.undo === 'none' || args.finally === 'yes' ? null : `un-${name}`,
    ...(args.finally === 'yes' ? { finally: 'yes' } : {}),
    ...(args.failed === 'go-on' ? { whenFailed: 'go-on' } : {}),
    ...(args.each === undefined ? {} : { undo: null, forEach: readItems(name, args) }),
    ...(args.return === 'none' ? { noReturn: 'yes' } : {}),
    ...(args.return === 'until-done' ? { noReturn: 'once-done' } : {}),
  };
}

function readDeadline({ deadline }: Command['args']) {
  return deadline === undefined ? {} : { deadline_ms: Number(deadline) };
}

function readItems(name: string, { each, undo }: Command['args']): Repetition<string> {
  const back = undo === 'none' ? null : `un-${name}-item`;
  return { action: `${name}-item`, undo: back, parallelMax: Number(each) };
}

function readEntry({ verb, name: step, args }: Command): LogEntry[] {
  const direction = args.back === 'yes' ? 'undo' : 'do';
  const attempt = Number(args.attempt ?? 1);
  switch (verb) {
    case 'started':
      return [{ kind: 'started', step, direction, attempt }];
    case 'succeeded':
      return [{ kind: 'succeeded', step, direction, ...readCount(args) }];
    case 'failed': {
      const message = (args.why ?? '').replaceAll('"', '');
      const next = args.next === 'final' ? 'final' : 'retry';
      const retry_at_ms = Number(args.until ?? 0);
      return [{ kind: 'failed', step, direction, attempt, message, next, retry_at_ms }];
    }
    case 'cancelled':
      return [{ kind: 'turned-back', why: 'cancelled', by: step }];
    case 'paused':
      return [{ kind: 'paused', by: step, at_ms: Number(args.at) }];
    case 'resumed':
      return [{ kind: 'resumed', by: step, ...readDeadline(args) }];
    case 'held':
      return [{ kind: 'held', at_ms: Number(step) }];
    case 'released':
      return [{ kind: 'released', ...readDeadline(args) }];
    case 'queued':
      return [{ kind: 'queued', group: step }];
    case 'dequeued':
      return [{ kind: 'dequeued', at_ms: Number(args.at) }];
    case 'retried':
      return [{ kind: 'retried', by: step, from_step: args.from ?? null }];
    default:
      return [];
  }
}

function readCount({ items }: Command['args']) {
  return items === undefined ? {} : { items: Number(items) };
}

function sayEntry(entry: LogEntry): string {
  return entry.kind === 'turned-back' ? `  to be written down: ${entry.why}` : `  ${entry.kind}`;
}

function sayRun({ action, attempt, notBeforeMs, alreadyStarted, item }: StepRun<string>): string {
  const which = item === undefined ? '' : ` ${item}`;
  const again = alreadyStarted === 'yes' ? ', started already' : '';
  const later = notBeforeMs > 0 ? `, not before ${notBeforeMs}` : '';
  return `  ${action}${which}, attempt ${attempt}${again}${later}`;
}
