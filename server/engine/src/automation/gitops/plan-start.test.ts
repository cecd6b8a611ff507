import { expect, test } from '@jest/globals';
import type { SyncWindow } from '@novacron/contract/gitops/application';
import { explainStart } from './explain-start.ts';
import type { StartFacts } from './model/start.ts';
import { planStart } from './plan-start.ts';

const at = (text: string) => Date.parse(text);
const window = (
  kind: SyncWindow['kind'],
  schedule: string,
  duration: string,
  timezone: string | null = null,
): SyncWindow => ({ kind, schedule, duration, timezone });

// Nights from 22:00 to 06:00, and no sync in the last hour of a day.
const NIGHT = window('allow', '0 22 * * *', '8h');
const LATE = window('deny', '0 23 * * *', '1h');
const FREEZE = window('deny', '0 0 24 12 *', '7d', 'Europe/Berlin');

test.each<[string, Partial<StartFacts>, string, string | undefined]>([
  ['without windows', {}, '2026-12-01T12:00:00Z', undefined],
  ['in a window', { windows: [NIGHT] }, '2026-12-01T22:00:00Z', undefined],
  [
    'at the end of a window',
    { windows: [NIGHT] },
    '2026-12-02T06:00:00Z',
    'its sync windows are closed until 2026-12-02T22:00:00.000Z',
  ],
  [
    'in one that denies within one that allows',
    { windows: [NIGHT, LATE] },
    '2026-12-01T23:30:00Z',
    'its sync windows are closed until 2026-12-02T00:00:00.000Z',
  ],
  ['outside of one that denies', { windows: [FREEZE] }, '2026-12-23T22:59:59Z', undefined],
  [
    'in one that denies, in its time zone',
    { windows: [FREEZE] },
    '2026-12-23T23:00:00Z',
    'its sync windows are closed until 2026-12-30T23:00:00.000Z',
  ],
  [
    'where no opening is found',
    { windows: [NIGHT, window('deny', '0 * * * *', '2h')] },
    '2026-12-01T23:30:00Z',
    'its sync windows are closed, and no opening was found',
  ],
  [
    'before others are ready',
    {
      unready: [
        { name: 'network', reason: 'is failed' },
        { name: 'db', reason: 'does not exist' },
      ],
    },
    '2026-12-01T12:00:00Z',
    'it needs network, which is failed; db, which does not exist',
  ],
])('%s', (_name, facts, now, wanted) => {
  expect(explainStart(planStart({ windows: [], unready: [], ...facts }, at(now)))).toBe(wanted);
});
