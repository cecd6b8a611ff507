/** Event filters: what passes, and which filters are none. */
import { describe, expect, test } from '@jest/globals';
import { makeId } from '../ids.ts';
import { compileFilter, EventFilter } from './event-filter.ts';

const event = {
  type: 'vm.create.succeeded',
  source: 'orchestrator',
  target: 'vm_1',
  priority: 'normal',
  tenant_id: makeId('tnt', 1, new Uint8Array(10)),
} as const;
const OTHER = makeId('tnt', 2, new Uint8Array(10));

const passing: readonly [string, EventFilter][] = [
  ['an empty filter', {}],
  ['its own type', { types: ['vm.create.succeeded'] }],
  ['a pattern above its type', { types: ['vm.*'] }],
  ['the pattern of everything', { types: ['*'] }],
  ['one of several types', { types: ['network.*', 'vm.create.succeeded'] }],
  ['its source', { sources: ['orchestrator'] }],
  ['its target', { targets: ['vm_2', 'vm_1'] }],
  ['its priority', { priorities: ['low', 'normal'] }],
  ['its kind', { kinds: ['node', 'vm'] }],
  ['its tenant', { tenants: [OTHER, event.tenant_id] }],
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
  ['another kind, whose prefix only begins alike', { kinds: ['vm_group'] }],
  ['another tenant', { tenants: [OTHER] }],
  ['one trait of several that differs', { types: ['vm.*'], priorities: ['high'] }],
];

describe('an event', () => {
  test.each(passing)('passes %s', (_name, filter) => {
    expect(compileFilter(EventFilter.parse(filter))(event)).toBe(true);
  });

  test.each(stopping)('is held back by %s', (_name, filter) => {
    expect(compileFilter(EventFilter.parse(filter))(event)).toBe(false);
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
      { sources: Array.from({ length: 65 }, () => 'healer') },
      'Too big: expected array to have <=64 items',
    ],
    [
      'with more targets than 500',
      { targets: Array.from({ length: 501 }, () => 'vm_1') },
      'Too big: expected array to have <=500 items',
    ],
  ];
  test.each(refused)('%s', (_name, filter, message) => {
    const parsed = EventFilter.safeParse(filter);
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
