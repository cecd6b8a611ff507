import { expect, test } from '@jest/globals';
import type { LogEntry } from '../log/log-entry.ts';
import type { StepDefinition } from '../model/workflow.ts';
import { planFollowed, planNextSteps } from '../plan-next-steps.ts';
import { followSteps, stepStatesOf } from './step-states.ts';

const steps: readonly StepDefinition<string>[] = [
  { name: 'define', after: [], action: 'define', undo: 'undefine' },
  { name: 'start', after: ['define'], action: 'start', undo: null, whenFailed: 'go-on' },
  { name: 'watch', after: ['start'], action: 'watch', undo: null },
  {
    name: 'boot',
    after: [],
    action: 'list',
    undo: null,
    forEach: { action: 'boot', undo: 'halt', parallelMax: 1 },
  },
];

/** Fails for good, is rolled back, which gives up, and is started again. */
const log: readonly LogEntry[] = [
  { kind: 'started', step: 'define', direction: 'do', attempt: 1, at_ms: 1 },
  failed('define', 'do', 'retry'),
  { kind: 'started', step: 'define', direction: 'do', attempt: 2, at_ms: 5 },
  { kind: 'succeeded', step: 'define', direction: 'do' },
  { kind: 'started', step: 'start', direction: 'do', attempt: 1, at_ms: 6 },
  failed('start', 'do', 'final'),
  { kind: 'started', step: 'unknown', direction: 'do', attempt: 1, at_ms: 7 },
  { kind: 'started', step: 'boot', direction: 'do', attempt: 1, at_ms: 7 },
  { kind: 'succeeded', step: 'boot', direction: 'do', items: 2 },
  { kind: 'started', step: 'boot[0]', direction: 'do', attempt: 1, at_ms: 7 },
  { kind: 'succeeded', step: 'boot[0]', direction: 'do' },
  { kind: 'turned-back', why: 'cancelled', by: 'admin' },
  { kind: 'started', step: 'define', direction: 'undo', attempt: 1, at_ms: 8 },
  failed('define', 'undo', 'final'),
  { kind: 'retried', by: 'admin', from_step: null },
  { kind: 'succeeded', step: 'define', direction: 'undo' },
  { kind: 'retried', by: 'admin', from_step: 'define' },
];

function failed(step: string, direction: 'do' | 'undo', next: 'retry' | 'final'): LogEntry {
  const trouble = { attempt: 1, message: 'broken', retry_at_ms: 4 };
  return { kind: 'failed', step, direction, next, ...trouble };
}

test('following a log entry by entry leads to the same states as folding all of it', () => {
  const followed = followSteps(steps);
  for (const [index, entry] of log.entries()) {
    followed.add([entry]);
    const all = log.slice(0, index + 1);
    expect(followed.states).toEqual(stepStatesOf(steps, all));
    const plan = planFollowed({ steps }, { log: all, steps: followed }, 9);
    expect(plan).toEqual(planNextSteps({ steps }, all, 9));
  }
  expect(followed.planned().map(({ name }) => name)).toEqual([
    'define',
    'start',
    'watch',
    'boot',
    'boot[0]',
    'boot[1]',
  ]);
  expect(followed.states.get('define')?.forward).toEqual({ kind: 'untouched', attempt: 2 });
});
