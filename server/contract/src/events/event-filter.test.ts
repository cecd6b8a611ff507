/** Event filters: what passes, and which filters are none. */
import { describe, expect, test } from '@jest/globals';
import { EventFilter, matchesEvent } from './event-filter.ts';

const event = {
  type: 'vm.create.succeeded',
  source: 'orchestrator',
  target: 'vm_1',
  priority: 'normal',
} as const;

const passing: readonly [string, EventFilter][] = [
  ['an empty filter', {}],
  ['its own type', { types: ['vm.create.succeeded'] }],
  ['a pattern above its type', { types: ['vm.*'] }],
  ['the pattern of everything', { types: ['*'] }],
  ['one of several types', { types: ['network.*', 'vm.create.succeeded'] }],
  ['its source', { sources: ['orchestrator'] }],
  ['its target', { targets: ['vm_2', 'vm_1'] }],
  ['its priority', { priorities: ['low', 'normal'] }],
  ['all of its traits', { types: ['vm.*'], targets: ['vm_1'], priorities: ['normal'] }],
];

const stopping: readonly [string, EventFilter][] = [
  ['another type', { types: ['vm.deleted'] }],
  ['a pattern of another noun', { types: ['volume.*'] }],
  ['a pattern that only begins alike', { types: ['v.*'] }],
  ['a type that is only a beginning', { types: ['vm'] }],
  ['another source', { sources: ['healer'] }],
  ['another target', { targets: ['vm_2'] }],
  ['another priority', { priorities: ['critical'] }],
  ['one trait of several that differs', { types: ['vm.*'], priorities: ['high'] }],
];

describe('an event', () => {
  test.each(passing)('passes %s', (_name, filter) => {
    expect(matchesEvent(EventFilter.parse(filter), event)).toBe(true);
  });

  test.each(stopping)('is held back by %s', (_name, filter) => {
    expect(matchesEvent(EventFilter.parse(filter), event)).toBe(false);
  });
});

describe('a filter is refused', () => {
  const refused: readonly [string, unknown, string][] = [
    ['with an unknown field', { type: 'vm.*' }, 'Unrecognized key: "type"'],
    [
      'with a star in the middle',
      { types: ['vm.*.done'] },
      'must be an event type, such as vm.create.succeeded, or a pattern, such as vm.*',
    ],
    [
      'with a list that lets nothing pass',
      { types: [] },
      'Too small: expected array to have >=1 items',
    ],
    [
      'with more alternatives than 64',
      { targets: Array.from({ length: 65 }, () => 'vm_1') },
      'Too big: expected array to have <=64 items',
    ],
  ];
  test.each(refused)('%s', (_name, filter, message) => {
    const parsed = EventFilter.safeParse(filter);
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
