/** Runbooks from histories: what is frequent, what has helped, and drafts of it. */
import { describe, expect, test } from '@jest/globals';
import { readDefinition } from '../read-definition.ts';
import { isPartOf, mineSequences } from './mine-sequences.ts';
import { planRecovery } from './plan-recovery.ts';
import type { HistoricAction, IncidentHistory } from './recovery-model.ts';

const SECOND_MS = 1_000;

/** `-` before a task: it failed, or was in vain. Updates set the memory. */
function history(id: string, tasks: readonly string[], memoryGb = 4) {
  const actions = tasks.map((task, at): HistoricAction => {
    return {
      task: task.replace('-', ''),
      by: 'person',
      startedAtMs: at * SECOND_MS,
      result: task.startsWith('-') ? 'failed' : 'succeeded',
      changed: task === 'vm.update' ? { memory_gb: memoryGb } : {},
    };
  });
  return { id, resolvedAtMs: 60 * SECOND_MS, actions } satisfies IncidentHistory;
}

describe('frequent sequences', () => {
  test('stand in order, with others between them', () => {
    const found = mineSequences(
      [
        ['a', 'x', 'b'],
        ['a', 'b'],
        ['b', 'a'],
      ],
      2,
    );
    expect(found).toEqual([
      { items: ['a'], of: [0, 1, 2] },
      { items: ['a', 'b'], of: [0, 1] },
      { items: ['b'], of: [0, 1, 2] },
    ]);
  });

  test('are those that a search through all sequences finds', () => {
    const sequences = [
      ['a', 'b', 'a', 'c'],
      ['b', 'a', 'c', 'c'],
      ['c', 'a', 'b', 'c'],
      ['a', 'c', 'b'],
    ];
    const found = mineSequences(sequences, 2).map(({ items, of }) => `${items.join('')}:${of}`);
    expect(found.toSorted()).toEqual(searchAll(sequences, 2).toSorted());
  });

  test('are bounded where everything is frequent', () => {
    const long = Array.from({ length: 50 }, (_, at) => `t${at}`);
    const found = mineSequences([long, long], 2);
    expect(found.length).toBe(1_000);
    expect(found.every(({ items }) => items.length <= 8)).toBe(true);
  });
});

/** Tries every sequence of up to four items. */
function searchAll(sequences: readonly (readonly string[])[], supportMin: number): string[] {
  const items = [...new Set(sequences.flat())];
  let all: string[][] = [[]];
  const frequent: string[] = [];
  for (let length = 1; length <= 4; length += 1) {
    all = all.flatMap((prefix) => items.map((item) => [...prefix, item]));
    for (const each of all) {
      const of = sequences.flatMap((sequence, at) => (isPartOf(each, sequence) ? [at] : []));
      if (of.length >= supportMin) frequent.push(`${each.join('')}:${of}`);
    }
  }
  return frequent;
}

describe('a draft', () => {
  test('has what was the last thing done and succeeded, with its evidence', () => {
    const { sequences, draft } = planRecovery('unhealthy', [
      history('inc_a', ['-vm.reset', 'vm.reboot']),
      history('inc_b', ['-vm.reset', 'vm.reboot']),
      history('inc_c', ['vm.reset']),
      history('inc_d', ['vm.reboot', 'vm.migrate']),
    ]);
    expect(sequences).toEqual([
      {
        tasks: ['vm.reboot'],
        incidentIds: ['inc_a', 'inc_b', 'inc_d'],
        helped: 2,
        byPeople: 3,
        medianMs: 59_000,
      },
    ]);
    expect(draft?.name).toBe('heal-unhealthy');
    expect(draft?.text).toContain('# vm.reboot: done in 3 of 4 incidents.');
    expect(draft?.text).toContain('# Incidents: inc_a, inc_b, inc_d');
    expect(readDefinition(draft?.text ?? '')).toMatchObject({
      ok: true,
      value: {
        definition: {
          kind: 'runbook',
          steps: [{ id: 'reboot', task: 'vm.reboot', with: { id: `\${vm}` }, on_failure: 'stop' }],
        },
        warnings: [],
      },
    });
  });

  test('keeps values that were equal, and asks for those that differed', () => {
    const tasks = ['vm.stop', 'vm.update', 'vm.start'];
    const draftOf = (left: number, right: number) =>
      planRecovery('memory_pressure', [
        history('inc_a', tasks, left),
        history('inc_b', tasks, right),
      ]).draft?.text ?? '';
    const same = readDefinition(draftOf(8, 8));
    expect(same).toMatchObject({
      ok: true,
      value: { definition: { steps: [{}, { with: { id: `\${vm}`, memory_gb: 8 } }, {}] } },
    });
    const other = readDefinition(draftOf(8, 16));
    expect(other).toMatchObject({
      ok: true,
      value: {
        definition: {
          inputs: { memory_gb: { type: 'integer', description: expect.stringContaining('8, 16') } },
          steps: [{}, { with: { id: `\${vm}`, memory_gb: `\${memory_gb}` } }, {}],
        },
      },
    });
  });

  test('is the same in whichever order the histories come', () => {
    const all = [
      history('inc_a', ['vm.stop', 'vm.start']),
      history('inc_b', ['vm.stop', 'vm.reset', 'vm.start']),
      history('inc_c', ['vm.reset']),
      history('inc_d', ['vm.reset']),
    ];
    expect(planRecovery('unhealthy', all.toReversed())).toEqual(planRecovery('unhealthy', all));
  });

  test('is not there where something has helped once', () => {
    const { sequences, draft } = planRecovery('unhealthy', [
      history('inc_a', ['vm.reboot']),
      history('inc_b', ['-vm.reboot']),
      history('inc_c', []),
    ]);
    expect([sequences, draft]).toEqual([[], undefined]);
  });
});
