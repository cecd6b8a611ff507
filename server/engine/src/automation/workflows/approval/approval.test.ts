import { describe, expect, test } from '@jest/globals';
import { AutomationDefinition } from '@novacron/contract/automation/definition';
import type { JsonObject } from '@novacron/contract/json';
import { countVotes, refuseVoter } from './count-votes.ts';
import { listTargets } from './list-targets.ts';

const ANN = { name: 'ann-laptop', person: 'ann', role: 'operator', makers: [] as string[] };
const ANYONE = { approvers: null, excluded: [] };
const yes = (person: string) => ({ person, vote: 'approve' }) as const;

describe('a voter', () => {
  test.each([
    ['votes where no one is named', ANYONE, [], undefined],
    ['votes as a person', { approvers: ['ann'], excluded: [] }, [], undefined],
    ['votes as a key', { approvers: ['ann-laptop'], excluded: [] }, [], undefined],
    ['votes as a role', { approvers: ['role:operator'], excluded: [] }, [], undefined],
    ['is no role of the name', { approvers: ['operator'], excluded: [] }, [], 'is none of its'],
    ['is none of the approvers', { approvers: ['bob'], excluded: [] }, [], 'is none of its'],
    ['is excluded', { approvers: ['ann'], excluded: ['ann'] }, [], 'requested it'],
    ['has voted with another key', ANYONE, [yes('ann')], 'has voted already'],
    ['votes after others', ANYONE, [yes('bob')], undefined],
  ])('%s', (_name, electorate, votes, refusal) => {
    const found = refuseVoter(electorate, votes, ANN);
    expect(found?.slice(0, refusal?.length)).toBe(refusal);
  });
});

describe('a voter with a key that bob made', () => {
  const voter = { ...ANN, makers: ['bob'] };
  const made = [{ ...yes('carl'), makers: ['ann'] }];
  test.each([
    ['votes on what others requested', { approvers: null, excluded: ['eve'] }, [], undefined],
    [
      'does not vote on what bob requested',
      { approvers: null, excluded: ['bob'] },
      [],
      'votes with a key made by bob, who requested it, or is an author of what it is about',
    ],
    [
      'does not vote besides bob',
      ANYONE,
      [yes('bob')],
      'votes with a key made by bob, who has voted already',
    ],
    [
      'does not vote besides a key that she made',
      ANYONE,
      made,
      'made the key of carl, who has voted already',
    ],
  ])('%s', (_name, electorate, votes, refusal) => {
    expect(refuseVoter(electorate, votes, voter)).toBe(refusal);
  });
});

describe('votes', () => {
  test.each([
    [[], 1, 'pending'],
    [[yes('ann')], 1, 'approved'],
    [[yes('ann')], 2, 'pending'],
    [[yes('ann'), yes('bob')], 2, 'approved'],
    [[yes('ann'), { person: 'bob', vote: 'deny' } as const], 1, 'denied'],
  ])('%j of %d decide: %s', (votes, required, decided) => {
    expect(countVotes(votes, required)).toBe(decided);
  });
});

describe('the targets of an approval', () => {
  const { steps } = AutomationDefinition.parse({
    name: 'replace',
    steps: [
      { id: 'find', task: 'vm.create', with: { name: 'web' }, outputs: { id: 'resource.id' } },
      { id: 'beside', wait: { duration: '1s' } },
      { id: 'ask', needs: ['find'], approval: {} },
      {
        id: 'stop',
        needs: ['ask', 'beside'],
        if: 'inputs.sure',
        task: 'vm.stop',
        with: { id: `\${steps.find.outputs.id}`, other: `\${steps.beside.outputs.x}` },
      },
      { id: 'wait', needs: ['stop'], wait: { duration: '1m' } },
    ],
  });
  const values = { inputs: { sure: true }, runId: 'op_1' };

  test('are the steps behind it, with inputs and outputs that are known for good', () => {
    const found = new Map<string, JsonObject>([['find', { id: 'vm_1' }]]);
    const targets = listTargets(steps, 'ask', { ...values, outputs: found });
    expect(targets).toEqual([
      {
        step: 'stop',
        action: {
          task: 'vm.stop',
          with: { id: 'vm_1', other: `\${steps.beside.outputs.x}` },
          if: 'inputs.sure',
        },
      },
      { step: 'wait', action: { wait: { duration: '1m' } } },
    ]);
    const more = new Map([...found]).set('beside', { x: 'late' });
    expect(listTargets(steps, 'ask', { ...values, outputs: more })).toEqual(targets);
  });
});
