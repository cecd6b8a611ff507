import { expect, test } from '@jest/globals';
import { explainPoll } from './explain-poll.ts';
import type { PollFacts } from './model/poll.ts';
import { planPoll } from './plan-poll.ts';

const MINUTE_MS = 60_000;
const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const DONE = { commit: OLD, succeeded: true, endedMs: 0 };
const refsOf = (commit: string) => `003d${commit} refs/heads/main\n`;
const QUIET: PollFacts = {
  refs: refsOf(OLD),
  revision: 'main',
  last: DONE,
  rolledBackFrom: undefined,
  heals: false,
  drifted: 0,
  incidents: 0,
};

test.each<[string, Partial<PollFacts>, number, string | undefined]>([
  ['nothing new', {}, 1, 'nothing has changed since aaaaaaaaaaaa'],
  ['a new commit', { refs: refsOf(NEW) }, 1, undefined],
  ['no sync so far', { last: undefined }, 1, undefined],
  ['a repository that the server cannot ask', { refs: undefined }, 1, undefined],
  ['drift that nothing heals', { drifted: 1 }, 1, 'nothing has changed since aaaaaaaaaaaa'],
  ['drift', { heals: true, drifted: 1 }, 1, undefined],
  ['no drift', { heals: true }, 1, 'nothing has changed since aaaaaaaaaaaa'],
  [
    'drift in an incident',
    { heals: true, drifted: 1, incidents: 2 },
    1,
    'the repair of drift waits for open incidents: 2',
  ],
  [
    'drift in an incident, of a repository that the server cannot ask',
    { refs: undefined, heals: true, drifted: 1, incidents: 1 },
    1,
    'the repair of drift waits for open incidents: 1',
  ],
  [
    'a failure',
    { last: { ...DONE, succeeded: false } },
    29,
    'the sync of aaaaaaaaaaaa failed, and is tried again after 30 minutes or with a new commit',
  ],
  [
    'the commit that a rollback went back from',
    { refs: refsOf(NEW), rolledBackFrom: NEW },
    1,
    'it was rolled back from bbbbbbbbbbbb, and goes on with the next commit, ' +
      'or with a sync that a person starts',
  ],
  ['a failure a while ago', { last: { ...DONE, succeeded: false } }, 30, undefined],
])('%s', (_name, facts, minutes, wanted) => {
  expect(explainPoll(planPoll({ ...QUIET, ...facts }, minutes * MINUTE_MS))).toBe(wanted);
});
