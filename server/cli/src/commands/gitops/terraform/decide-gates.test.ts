import { describe, expect, test } from '@jest/globals';
import { decideGates } from './decide-gates.ts';
import type { PlanResource } from './plan-json.ts';
import { countChanges, digestPlan, readChanges } from './read-changes.ts';

/** Resources by their actions: `-` deletes, `+` creates, `±` replaces, `~` updates, `=` stays. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  '-': ['delete'],
  '+': ['create'],
  '±': ['delete', 'create'],
  '~': ['update'],
  '=': ['no-op'],
};

const resourcesOf = (signs: string): readonly PlanResource[] =>
  [...signs].map((sign, at) => ({
    address: `novacron_vm.v${at}`,
    mode: 'managed',
    type: 'novacron_vm',
    change: {
      actions: [...(ACTIONS[sign] ?? [])],
      before: sign === '+' ? null : { size: 1 },
      after: sign === '-' ? null : { size: sign === '=' ? 1 : 2 },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  }));

const CONFIGURATION = { root_module: { resources: [{ address: 'novacron_vm.v' }] } };
const NONE = { allowed: false, count_max: 0, ratio_max: 0 };
const SOME = { allowed: true, count_max: 2, ratio_max: 0.5 };

function decide(signs: string, prune: typeof NONE, rewind = false) {
  const resource_changes = [...resourcesOf(signs)];
  const decided = decideGates(CONFIGURATION, {
    settings: { prune, rewind },
    counts: countChanges({ resource_changes }),
    changes: readChanges({ resource_changes }),
  });
  return decided.ok ? decided.value : decided.error.reason;
}

describe('a plan', () => {
  test.each([
    ['+~=', NONE, []],
    ['-=====', SOME, []],
    ['--====', SOME, []],
    ['---===', SOME, ['The plan destroys 3 resources; 2 without approval.']],
    ['-±=', SOME, ['The plan destroys 67 % of the resources; 50 % without approval.']],
    ['+++++-=', SOME, []],
    ['±==', NONE, [expect.stringContaining('1 resource;'), expect.stringContaining('34 %')]],
  ])('%s with %j needs approval for %j', (signs, prune, reasons) => {
    expect(decide(signs, prune)).toEqual(reasons);
  });

  test.each([
    ['-=', NONE, 'deletes 1 of 2 resources, and the application does not allow that'],
    ['--', SOME, 'deletes all 2 resources'],
    ['--+', SOME, 'deletes all 2 resources'],
    ['-', { ...SOME, count_max: 9, ratio_max: 1 }, 'deletes the only resource'],
  ])('%s with %j is refused: %s', (signs, prune, words) => {
    expect(decide(signs, prune)).toContain(words);
  });

  test('that deletes everything needs an approval where an earlier commit is meant', () => {
    expect(decide('--', SOME, true)).toContainEqual(expect.stringContaining('deletes all 2'));
    expect(decide('--', NONE, true)).toContain('does not allow that');
  });
});

describe('changes', () => {
  const change = {
    actions: ['update'],
    before: { a: { b: 1, c: [1] }, secret: 'old', id: 'x', gone: true },
    after: { a: { b: 2, c: [1] }, secret: 'new', placement_preview: { node: 'n1' } },
    after_unknown: { id: true },
    before_sensitive: { secret: true },
    after_sensitive: { secret: true },
  };
  const [resource] = resourcesOf('~').map((each) => ({ ...each, change }));

  test('are shown field by field, with secrets and unknown values masked', () => {
    const [shown] = readChanges({ resource_changes: resource === undefined ? [] : [resource] });
    expect(shown).toMatchObject({ action: 'update', node: 'n1', cost_per_hour: null });
    expect(shown?.fields).toEqual([
      { path: 'a.b', before: '1', after: '2' },
      { path: 'gone', before: 'true', after: null },
      { path: 'id', before: '"x"', after: '(known after apply)' },
      { path: 'secret', before: '(sensitive)', after: '(sensitive)' },
    ]);
  });

  test('of the state and of outputs alone are changes, too', () => {
    const same = { ...change, actions: ['no-op'], after: change.before, after_unknown: {} };
    const [moved, imported, forgotten] = resourcesOf('===').map((each) => ({
      ...each,
      change: same,
    }));
    if (moved === undefined || imported === undefined || forgotten === undefined) {
      throw new Error('there are no resources');
    }
    const shown = { before_sensitive: false, after_sensitive: false };
    const value = { ...same, actions: ['update'], before: 1, after: 2, ...shown };
    const hidden = { ...value, before_sensitive: true, after_sensitive: true };
    const plan = {
      resource_changes: [
        { ...moved, previous_address: 'novacron_vm.old' },
        { ...imported, change: { ...same, importing: { id: 'vm-1' } } },
        { ...forgotten, change: { ...same, actions: ['forget'], after: null } },
      ],
      output_changes: { address: value, token: hidden, name: same },
    };
    const changes = readChanges(plan).map(({ action, fields: [field] }) => [action, field?.after]);
    expect(changes).toEqual([
      ['move', 'novacron_vm.old'],
      ['import', 'vm-1'],
      ['forget', undefined],
      ['output', '2'],
      ['output', '(sensitive)'],
    ]);
    expect(countChanges(plan)).toMatchObject({ update: 0, managed: 2 });
    expect(digestPlan(plan)).not.toBe(digestPlan({ ...plan, output_changes: {} }));
  });

  test('have a digest that follows from all values, and not from previews', () => {
    const digestOf = (after: object) => {
      const changed = { ...change, after: { ...change.after, ...after } };
      return digestPlan({
        resource_changes: resourcesOf('~').map((each) => ({ ...each, change: changed })),
      });
    };
    expect(digestOf({})).toBe(digestOf({ placement_preview: { node: 'n2' } }));
    expect(digestOf({})).not.toBe(digestOf({ secret: 'other' }));
    expect(digestOf({})).not.toBe(digestOf({ a: { b: 3, c: [1] } }));
  });
});
