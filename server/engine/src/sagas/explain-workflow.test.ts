import { expect, test } from '@jest/globals';
import { explainWorkflow } from './explain-workflow.ts';
import type { LogEntry } from './log/log-entry.ts';

const steps = ['prepare', 'migrate'].map((name) => {
  return { name, after: [], action: name, undo: null };
});
const started = (step: string): LogEntry => {
  return { kind: 'started', step, direction: 'do', attempt: 1, at_ms: 0 };
};
const ended: LogEntry = { kind: 'succeeded', step: 'prepare', direction: 'do' };

test('progress moves within a running step whose progress is reported', () => {
  const log = [started('prepare'), ended, started('migrate')];
  const within = ({ step, attempt }: { readonly step: string; readonly attempt: number }) =>
    step === 'migrate' && attempt === 1 ? 40 : 99;
  expect(explainWorkflow({ steps }, log, within)).toEqual({
    steps: [
      { name: 'prepare', status: 'succeeded', attempts: 1 },
      { name: 'migrate', status: 'running', attempts: 1, progress_percent: 40 },
    ],
    progressPercent: 70,
  });
  expect(explainWorkflow({ steps }, log).progressPercent).toBe(50);
});

test('progress is not read for a step that does not run', () => {
  expect(explainWorkflow({ steps }, [started('prepare'), ended], () => 99).progressPercent).toBe(
    50,
  );
});

test('what is undone says why, and why that takes so long, until the problem says it', () => {
  const back = [
    { name: 'prepare', after: [], action: 'prepare', undo: 'clear' },
    { name: 'migrate', after: ['prepare'], action: 'migrate', undo: null },
  ];
  const failed = { kind: 'failed', attempt: 1, retry_at_ms: 0 } as const;
  const undo = { kind: 'started', step: 'prepare', direction: 'undo', at_ms: 0 } as const;
  const log: LogEntry[] = [
    started('prepare'),
    ended,
    started('migrate'),
    { ...failed, step: 'migrate', direction: 'do', message: 'no room', next: 'final' },
    { ...undo, attempt: 1 },
    { ...failed, step: 'prepare', direction: 'undo', message: 'node is away', next: 'retry' },
  ];
  const shown = () => explainWorkflow({ steps: back }, log).steps;
  const waits = [
    { name: 'prepare', status: 'undoing', attempts: 1, detail: 'node is away' },
    { name: 'migrate', status: 'failed', attempts: 1, detail: 'no room' },
  ];
  expect(shown()).toEqual(waits);
  log.push({ ...undo, attempt: 2 });
  expect(shown()).toEqual(waits);
  log.push({ kind: 'succeeded', step: 'prepare', direction: 'undo' });
  expect(shown()).toEqual([
    { name: 'prepare', status: 'undone', attempts: 1 },
    { name: 'migrate', status: 'failed', attempts: 1 },
  ]);
});
