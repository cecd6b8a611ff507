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
