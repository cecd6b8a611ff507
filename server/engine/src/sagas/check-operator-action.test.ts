import { describe, expect, test } from '@jest/globals';
import { checkCancel, checkRetryFrom, stepsWithAbandonedUndo } from './check-operator-action.ts';
import type { LogEntry } from './log/log-entry.ts';
import type { WorkflowDefinition } from './model/workflow.ts';

const step = { after: [], action: 'do', undo: 'undo' } as const;

const MOVE: WorkflowDefinition<string> = {
  steps: [
    { ...step, name: 'prepare' },
    { ...step, name: 'activate', after: ['prepare'], noReturn: 'yes' },
  ],
};

const BUILD: WorkflowDefinition<string> = {
  steps: [
    { ...step, name: 'build' },
    { ...step, name: 'ship', after: ['build'] },
    { ...step, name: 'tell', after: ['ship'] },
  ],
  retryFrom: ['ship', 'tell'],
};

function started(name: string, direction: 'do' | 'undo' = 'do'): LogEntry {
  return { kind: 'started', step: name, direction, attempt: 1 };
}

function succeeded(name: string, direction: 'do' | 'undo' = 'do'): LogEntry {
  return { kind: 'succeeded', step: name, direction };
}

function failed(name: string, direction: 'do' | 'undo' = 'do', gaveUp?: 'yes'): LogEntry {
  const why = { attempt: 1, message: 'no', next: 'final', retry_at_ms: 0 } as const;
  const given = gaveUp === undefined ? {} : { gave_up: gaveUp };
  return { kind: 'failed', step: name, direction, ...why, ...given };
}

describe('checkCancel', () => {
  test.each<[string, LogEntry[], string | undefined]>([
    ['nothing has begun', [], undefined],
    ['a step is going on', [started('prepare')], undefined],
    ['that step is done', [started('prepare'), succeeded('prepare')], undefined],
    [
      'the step of no return has begun',
      [succeeded('prepare'), started('activate')],
      'is past the point of no return: step activate has begun and cannot be taken back',
    ],
    ['a step has failed', [failed('prepare')], 'is being taken back already'],
    [
      'an operator has cancelled it',
      [started('prepare'), { kind: 'turned-back', why: 'cancelled', by: 'admin' }],
      'is being taken back already',
    ],
    ['all is done', [succeeded('prepare'), succeeded('activate')], 'has ended already'],
  ])('when %s', (_, log, reason) => {
    expect(checkCancel(MOVE, log, 0)).toBe(reason);
  });
});

describe('checkRetryFrom', () => {
  test.each<[string, string, LogEntry[], string | undefined]>([
    ['a step that allows it', 'ship', [succeeded('build'), failed('ship')], undefined],
    ['a step that does not exist', 'sell', [], 'has no step sell'],
    ['a step that does not allow it', 'build', [], 'cannot go forward again from step build'],
    [
      'a step whose ground was taken back',
      'tell',
      [succeeded('build'), succeeded('ship'), failed('tell'), succeeded('ship', 'undo')],
      'needs step ship, which was not kept',
    ],
    [
      'a step whose ground was never laid',
      'tell',
      [succeeded('build'), failed('ship')],
      'needs step ship, which was not kept',
    ],
  ])('from %s', (_, from, log, reason) => {
    expect(checkRetryFrom(BUILD, log, from)).toBe(reason);
  });
});

test('undos that gave up on a trouble that may pass are known by name', () => {
  const log = [failed('build', 'undo', 'yes'), failed('ship', 'undo'), failed('tell')];
  expect(stepsWithAbandonedUndo(BUILD, log)).toEqual(['build']);
});
