import { describe, expect, test } from '@jest/globals';
import { IntentClass } from '@novacron/contract/healing/intent';
import fc from 'fast-check';
import { explainArbitration } from './explain-arbitration.ts';
import type { ArbiterInput, BudgetedGroup, ClaimedVm, Intent, Work } from './model/arbiter.ts';
import { planArbitration } from './plan-arbitration.ts';

const INTENT_CLASSES = IntentClass.options;

const LIMITS = { zoneVmsMax: 2, zoneNodesMax: 1, cooldownMs: 60_000 };

const vm = (id: string, more: Partial<ClaimedVm> = {}): ClaimedVm => ({
  id,
  name: id,
  groupId: null,
  zone: 'zone-a',
  effect: 'none',
  healedMs: null,
  ...more,
});
const on = (name: string, use: 'exclusive' | 'shared' = 'shared') => ({
  name,
  zone: 'zone-a',
  use,
});
const intent = (of: Intent['class'], id: string, more: Partial<Intent> = {}): Intent => ({
  id: `${of}/${id}`,
  class: of,
  who: 'tests',
  operation: `vm.${of}`,
  sinceMs: 0,
  priority: 50,
  vm: vm(id),
  nodes: [],
  supersedes: 'no',
  parentId: null,
  patienceMs: null,
  ...more,
});
const work = (of: Work['class'], vmId: string | null, more: Partial<Work> = {}): Work => ({
  operationId: `op_${of}`,
  operation: 'vm.migrate',
  class: of,
  by: of === 'operator' ? 'alice' : 'platform',
  vmId,
  groupId: null,
  parentId: null,
  zone: 'zone-a',
  nodes: [],
  cancellable: 'yes',
  ...more,
});
const group = (more: Partial<BudgetedGroup> = {}): BudgetedGroup => ({
  id: 'web',
  name: 'web',
  down: [],
  unhealthy: [],
  starting: [],
  missing: 0,
  downMax: 1,
  ...more,
});

function plan(input: Partial<ArbiterInput>, nowMs = 1_000) {
  const arbitration = planArbitration(
    { intents: [], work: [], groups: [], limits: LIMITS, ...input },
    { nowMs },
  );
  return explainArbitration(arbitration, { nowMs });
}

describe('an intent', () => {
  test('begins where nothing is in its way', () => {
    expect(plan({ intents: [intent('recovery', 'a')] })).toEqual([
      'vm.recovery of a (tests) begins',
    ]);
  });

  test('waits for what a person does at the same VM, and does not cancel it', () => {
    expect(plan({ intents: [intent('recovery', 'a')], work: [work('operator', 'a')] })).toEqual([
      'vm.recovery of a (tests) waits: VM a is being changed by vm.migrate (op_operator, by ' +
        'alice); what people ask for is not cancelled',
    ]);
  });

  test('after a completed fence supersedes what a person does at the same VM', () => {
    const fenced = intent('recovery', 'a', { supersedes: 'yes' });
    const theirs = work('operator', 'a', { cancellable: 'no' });
    expect(plan({ intents: [fenced], work: [theirs] })).toEqual([
      'vm.recovery of a (tests) begins; vm.migrate (op_operator, by alice) ends without effect',
    ]);
  });

  test('after a completed fence comes before what has waited longer for the same VM', () => {
    const fenced = intent('recovery', 'a', { id: 'recoveries/a', supersedes: 'yes', sinceMs: 9 });
    const reset = intent('recovery', 'a', { id: 'resets/a', operation: 'vm.reset', sinceMs: 1 });
    expect(plan({ intents: [reset, fenced] })).toEqual([
      'vm.recovery of a (tests) begins',
      expect.stringMatching(/^vm.reset of a [(]tests[)] waits: /),
    ]);
  });

  test('waits for a recovery that is under way already', () => {
    const fenced = intent('recovery', 'a', { supersedes: 'yes', operation: 'vm.recover' });
    const same = work('recovery', 'a', { operation: 'vm.recover' });
    expect(plan({ intents: [fenced], work: [same] })[0]).toMatch(
      /waits: VM a is being changed by vm.recover/,
    );
  });

  test.each(
    INTENT_CLASSES.flatMap((mine, rank) =>
      INTENT_CLASSES.map((theirs, other): [string, string, boolean] => [
        mine,
        theirs,
        other > rank,
      ]),
    ),
  )('of class %s cancels an operation of class %s on its VM: %s', (mine, theirs, preempts) => {
    const [mineOf, theirsOf] = [mine, theirs].map((of) =>
      INTENT_CLASSES.find((each) => each === of),
    );
    const lines = plan({
      intents: [intent(mineOf ?? 'recovery', 'a')],
      work: [work(theirsOf ?? 'recovery', 'a')],
    });
    const cancelled =
      `vm.migrate (op_${theirs}, by platform) is cancelled for ` + `vm.${mine} of a (tests)`;
    expect(lines.includes(cancelled)).toBe(preempts);
    expect(lines[0]).toMatch(/waits/);
  });

  test('does not cancel what cannot be rolled back any more', () => {
    const late = work('consolidation', 'a', { cancellable: 'no' });
    expect(plan({ intents: [intent('recovery', 'a')], work: [late] })).toEqual([
      'vm.recovery of a (tests) waits: VM a is being changed by vm.migrate (op_consolidation, by ' +
        'platform)',
    ]);
  });

  test('of a lower class waits for one of a higher class, whichever is older', () => {
    const older = intent('consolidation', 'a', { sinceMs: 0 });
    const urgent = intent('recovery', 'a', { sinceMs: 500 });
    expect(plan({ intents: [older, urgent] })).toEqual([
      'vm.recovery of a (tests) begins',
      'vm.consolidation of a (tests) waits: vm.recovery of a (tests) (recovery) claims VM a first',
    ]);
  });

  test('waits for a drain of its node by a person, except to heal the VM', () => {
    const drain = work('operator', null, {
      operation: 'node.drain',
      nodes: [on('n1', 'exclusive')],
    });
    const here = { nodes: [on('n1')] };
    expect(
      plan({
        intents: [intent('recovery', 'a', here), intent('maintenance', 'b', here)],
        work: [drain],
      }),
    ).toEqual([
      'vm.recovery of a (tests) begins',
      'vm.maintenance of b (tests) waits: node n1 is being changed by node.drain (op_operator, ' +
        'by alice); what people ask for is not cancelled',
    ]);
  });

  test('waits while its node is being fenced', () => {
    const fence = work('recovery', null, { nodes: [on('n1', 'exclusive')] });
    const here = intent('recovery', 'a', { nodes: [on('n1')] });
    expect(plan({ intents: [here], work: [fence] })[0]).toMatch(/waits: node n1 is being changed/);
  });

  test('to reset a member waits while another one that was healed does not serve yet', () => {
    const reset = intent('recovery', 'b', {
      vm: vm('b', { groupId: 'web', effect: 'interrupts' }),
    });
    const groups = [group({ unhealthy: ['b'], starting: ['a'] })];
    expect(plan({ intents: [reset], groups })[0]).toMatch(/waits: 1 of its group web is down/);
    expect(plan({ intents: [reset], groups: [group({ starting: ['b'] })] })[0]).toMatch(/begins/);
  });

  test('to stop a member waits while the budget of its group is used', () => {
    const stops = intent('maintenance', 'a', { vm: vm('a', { groupId: 'web', effect: 'stops' }) });
    expect(plan({ intents: [stops], groups: [group({ down: ['b'] })] })).toEqual([
      'vm.maintenance of a (tests) waits: 1 of its group web is down or being changed, and ' +
        'max_unavailable allows 1',
    ]);
    expect(plan({ intents: [stops], groups: [group({ unhealthy: ['b'] })] })[0]).toMatch(/waits/);
    expect(plan({ intents: [stops], groups: [group()] })[0]).toMatch(/begins/);
    const change = work('operator', 'b', { groupId: 'web' });
    expect(plan({ intents: [stops], work: [change], groups: [group()] })[0]).toMatch(/waits/);
  });

  test('to interrupt members that do not serve takes them one after another', () => {
    const resets = ['a', 'b'].map((id) =>
      intent('recovery', id, { vm: vm(id, { groupId: 'web', effect: 'interrupts' }) }),
    );
    expect(plan({ intents: resets, groups: [group({ unhealthy: ['a', 'b'] })] })).toEqual([
      'vm.recovery of a (tests) begins',
      'vm.recovery of b (tests) waits: 1 of its group web is down or being changed, and ' +
        'max_unavailable allows 1',
    ]);
  });

  test('to replace a member waits for changes of others, not for others that are down', () => {
    const replace = intent('recovery', 'a', {
      vm: vm('a', { groupId: 'web', effect: 'replaces' }),
    });
    const groups = [group({ down: ['a', 'b'], unhealthy: ['c'] })];
    const reboot = work('recovery', 'c', { groupId: 'web', operation: 'vm.reboot' });
    expect(plan({ intents: [replace], groups, work: [reboot] })).toEqual([
      expect.stringMatching(/^vm[.]recovery of a [(]tests[)] waits: .*web/),
    ]);
    expect(plan({ intents: [replace], groups })).toEqual(['vm.recovery of a (tests) begins']);
    // Nor is another member interrupted while the replaced one is not there.
    const other = intent('recovery', 'c', {
      vm: vm('c', { groupId: 'web', effect: 'interrupts' }),
    });
    expect(plan({ intents: [other], groups: [group({ missing: 1 })] })).toEqual([
      expect.stringMatching(/ waits: /),
    ]);
  });

  test('to start a member that is down needs no budget', () => {
    const starts = intent('recovery', 'a', { vm: vm('a', { groupId: 'web' }) });
    expect(plan({ intents: [starts], groups: [group({ down: ['a', 'b'] })] })[0]).toMatch(/begins/);
  });

  test('waits where a zone is at its limit, unless something less urgent gives way', () => {
    const own = (of: Work['class'], vmId: string) => work(of, vmId, { operationId: `op_${vmId}` });
    const full = [own('recovery', 'b'), own('recovery', 'c')];
    expect(plan({ intents: [intent('recovery', 'a')], work: full })).toEqual([
      'vm.recovery of a (tests) waits: 2 VMs of zone-a are being changed, the most at once',
    ]);
    const less = [own('recovery', 'b'), own('consolidation', 'c')];
    expect(plan({ intents: [intent('recovery', 'a')], work: less })).toEqual([
      'vm.recovery of a (tests) waits: vm.migrate (op_c, by platform) of zone zone-a is less ' +
        'urgent and is cancelled first',
      'vm.migrate (op_c, by platform) is cancelled for vm.recovery of a (tests)',
    ]);
    const people = [own('operator', 'b'), own('operator', 'c')];
    expect(plan({ intents: [intent('recovery', 'a')], work: people })[0]).toMatch(/begins/);
  });

  test('changes one node of a zone at a time', () => {
    const fence = work('recovery', null, { nodes: [on('n1', 'exclusive')] });
    const next = intent('recovery', '', { vm: null, nodes: [on('n2', 'exclusive')] });
    expect(plan({ intents: [next], work: [fence] })).toEqual([
      'vm.recovery of n2 (tests) waits: 1 nodes of zone-a are being changed, the most at once',
    ]);
  });

  test('leaves a VM alone that was healed a moment ago, other than to heal it', () => {
    const healed = { vm: vm('a', { healedMs: 0 }) };
    expect(plan({ intents: [intent('consolidation', 'a', healed)] })).toEqual([
      'vm.consolidation of a (tests) waits: it was healed a moment ago and is left alone for 59s',
    ]);
    expect(plan({ intents: [intent('recovery', 'a', healed)] })[0]).toMatch(/begins/);
  });
});

const classes = fc.constantFrom(...INTENT_CLASSES);
const ids = fc.constantFrom('a', 'b', 'c', 'd');
const nodes = fc.array(
  fc.record({
    name: fc.constantFrom('n1', 'n2'),
    zone: fc.constant('zone-a'),
    use: fc.constantFrom('exclusive' as const, 'shared' as const),
  }),
  { maxLength: 1 },
);
const groupOf = (id: string) => (id < 'd' ? 'web' : null);

describe('a step of an operation', () => {
  const rollout = work('operator', null, { operation: 'vm_group.update', cancellable: 'no' });
  const stop = (id: string, more: Partial<Intent> = {}) =>
    intent('maintenance', id, {
      vm: vm(id, { groupId: 'web', effect: 'stops' }),
      parentId: rollout.operationId,
      ...more,
    });

  test('does not wait for the operation that it is a step of, nor for one around that', () => {
    const drain = work('operator', null, {
      operation: 'node.drain',
      nodes: [on('n1', 'exclusive')],
    });
    const here = { nodes: [on('n1')] };
    const step = intent('maintenance', 'a', { ...here, parentId: drain.operationId });
    expect(plan({ intents: [step], work: [drain] })[0]).toMatch(/begins/);
    const between = work('operator', null, {
      operationId: 'op_between',
      parentId: drain.operationId,
    });
    const inner = intent('maintenance', 'a', { ...here, parentId: between.operationId });
    expect(plan({ intents: [inner], work: [drain, between] })[0]).toMatch(/begins/);
    expect(plan({ intents: [inner], work: [drain] })[0]).toMatch(/waits/);
  });

  test('comes before an older intent that waits for the operation around it', () => {
    const drain = work('operator', null, { nodes: [on('n1', 'exclusive')] });
    const here = { nodes: [on('n1')] };
    const older = intent('maintenance', 'a', { ...here, id: 'window/a' });
    const step = intent('maintenance', 'a', {
      ...here,
      id: 'drain/a',
      sinceMs: 500,
      parentId: drain.operationId,
    });
    expect(plan({ intents: [older, step], work: [drain] })).toEqual([
      'vm.maintenance of a (tests) begins',
      'vm.maintenance of a (tests) waits: node n1 is being changed by vm.migrate (op_operator, ' +
        'by alice); what people ask for is not cancelled',
    ]);
  });

  test('waits behind a recovery of the same VM', () => {
    const lines = plan({ intents: [intent('recovery', 'a'), stop('a')], work: [rollout] });
    expect(lines).toEqual([
      'vm.recovery of a (tests) begins',
      'vm.maintenance of a (tests) waits: vm.recovery of a (tests) (recovery) claims VM a first',
    ]);
  });

  test('waits while another member is being recovered', () => {
    const healing = work('recovery', 'b', { groupId: 'web' });
    expect(plan({ intents: [stop('a')], work: [rollout, healing], groups: [group()] })[0]).toMatch(
      /waits: 1 of its group web is down or being changed/,
    );
  });

  test('waits while a member is missing, and no longer than its patience', () => {
    const groups = [group({ missing: 1 })];
    const patient = stop('a', { patienceMs: 60_000 });
    expect(plan({ intents: [patient], work: [rollout], groups })[0]).toMatch(/waits/);
    expect(plan({ intents: [patient], work: [rollout], groups }, 60_000)[0]).toMatch(/begins/);
    const healing = work('recovery', 'b', { groupId: 'web' });
    expect(plan({ intents: [patient], work: [rollout, healing], groups }, 60_000)[0]).toMatch(
      /waits/,
    );
  });

  test('of what people ask for is not held up by limits of what NovaCron does by itself', () => {
    const full = ['b', 'c'].map((id) => work('recovery', id, { operationId: `op_${id}` }));
    const healed = vm('a', { healedMs: 0 });
    const asked = intent('maintenance', 'a', { vm: healed, parentId: rollout.operationId });
    expect(plan({ intents: [asked], work: [rollout, ...full] })[0]).toMatch(/begins/);
    const own = { ...rollout, class: 'maintenance' } as const;
    expect(plan({ intents: [asked], work: [own, ...full] })[0]).toMatch(/left alone/);
  });
});

const intents = fc
  .array(
    fc.record({
      of: classes,
      vmId: ids,
      sinceMs: fc.nat(3),
      priority: fc.nat(2),
      effect: fc.constantFrom('stops' as const, 'interrupts' as const, 'none' as const),
      healedMs: fc.option(fc.constantFrom(0, 999_000)),
      supersedes: fc.constantFrom('yes' as const, 'no' as const),
      nodes,
    }),
    { maxLength: 8 },
  )
  .map((rows) =>
    rows.map(({ of, vmId, effect, healedMs, supersedes, ...row }, at) =>
      intent(of, `${at}`, {
        ...row,
        vm: vm(vmId, { effect, healedMs, groupId: groupOf(vmId) }),
        supersedes: of === 'recovery' ? supersedes : 'no',
      }),
    ),
  );
const works = fc
  .array(
    fc.record({
      of: fc.constantFrom(...INTENT_CLASSES, 'operator' as const),
      vmId: fc.option(ids),
      cancellable: fc.constantFrom('yes' as const, 'no' as const),
      nodes,
    }),
    { maxLength: 4 },
  )
  .map((rows) =>
    rows.map(({ of, vmId, ...row }, at) =>
      work(of, vmId, {
        ...row,
        operationId: `op_${at}`,
        groupId: vmId === null ? null : groupOf(vmId),
      }),
    ),
  );
const groups = fc
  .record({
    down: fc.subarray(['a', 'b', 'c']),
    unhealthy: fc.subarray(['a', 'b', 'c']),
    starting: fc.subarray(['a', 'b', 'c']),
    missing: fc.nat(1),
    downMax: fc.integer({ min: 1, max: 3 }),
  })
  .map((row) => [group(row)]);
const inputs = fc.record({ intents, work: works, groups }).map((row) => ({
  ...row,
  limits: { zoneVmsMax: 3, zoneNodesMax: 1, cooldownMs: 60_000 },
}));
const ENV = { nowMs: 1_000_000 };

describe('properties', () => {
  test('two grants never claim the same VM, and none claims one that is being changed', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { grants } = planArbitration(input, ENV);
        const claimed = grants.map((each) => each.intent.vm?.id);
        expect(new Set(claimed).size).toBe(claimed.length);
        for (const { intent: granted, supersedes } of grants) {
          const busy = input.work.filter(({ vmId }) => vmId === granted.vm?.id);
          expect(supersedes).toEqual(busy);
          if (busy.length > 0) expect(granted).toMatchObject({ supersedes: 'yes' });
        }
      }),
    );
  });

  test('intents of lower classes never change what a higher class gets', () => {
    fc.assert(
      fc.property(inputs, classes, (input, lowest) => {
        const kept = INTENT_CLASSES.slice(0, INTENT_CLASSES.indexOf(lowest) + 1);
        const isKept = (each: { readonly intent: Intent }) => kept.includes(each.intent.class);
        const whole = planArbitration(input, ENV);
        const higher = input.intents.filter((each) => kept.includes(each.class));
        const alone = planArbitration({ ...input, intents: higher }, ENV);
        expect(whole.grants.filter(isKept)).toEqual(alone.grants);
        expect(whole.waits.filter(isKept)).toEqual(alone.waits);
      }),
    );
  });

  test('a group is never taken below its budget', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { grants } = planArbitration(input, ENV);
        for (const { id, down, unhealthy, missing, downMax } of input.groups) {
          const stopped = grants.filter(
            (each) => each.intent.vm?.groupId === id && each.intent.vm.effect === 'stops',
          );
          const newly = stopped.filter(({ supersedes }) => supersedes.length === 0);
          const gone = new Set([...newly.map((each) => each.intent.vm?.id), ...down, ...unhealthy]);
          if (newly.some((each) => !down.includes(each.intent.vm?.id ?? ''))) {
            expect(gone.size + missing).toBeLessThanOrEqual(Math.max(downMax, 1));
          }
        }
      }),
    );
  });

  test('what people ask for is never cancelled, and only a less urgent operation gives way', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const { work: victim, intent: winner } of planArbitration(input, ENV).preempt) {
          expect(victim.cancellable).toBe('yes');
          const ranks: readonly string[] = INTENT_CLASSES;
          expect(ranks.indexOf(victim.class)).toBeGreaterThan(ranks.indexOf(winner.class));
        }
      }),
    );
  });

  test('each intent begins or waits, and the order of the input does not matter', () => {
    const shuffled = inputs.chain((input) =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray([...input.intents], { minLength: input.intents.length }),
        fc.shuffledSubarray([...input.work], { minLength: input.work.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([input, others, otherWork]) => {
        const first = planArbitration(input, ENV);
        expect(first.grants.length + first.waits.length).toBe(input.intents.length);
        const second = planArbitration({ ...input, intents: others, work: otherWork }, ENV);
        expect(explainArbitration(second, ENV).sort()).toEqual(
          explainArbitration(first, ENV).sort(),
        );
      }),
    );
  });

  test('steps and intents never wait for each other for ever', () => {
    const NODE_OF = new Map([
      ['a', 'n1'],
      ['b', 'n1'],
      ['c', 'n2'],
    ]);
    const parents = [
      work('operator', null, { operationId: 'op_drain', nodes: [on('n1', 'exclusive')] }),
      work('operator', null, { operationId: 'op_rollout' }),
      work('operator', null, { operationId: 'op_revert' }),
    ];
    const claims = fc.array(
      fc.record({
        of: classes,
        vmId: ids,
        sinceMs: fc.nat(3),
        effect: fc.constantFrom('stops' as const, 'interrupts' as const, 'none' as const),
        parentId: fc.constantFrom(null, 'op_drain', 'op_rollout', 'op_revert'),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(claims, (rows) => {
        const given = rows.map(({ of, vmId, effect, ...row }, at) => {
          const node = NODE_OF.get(vmId) ?? 'n1';
          return intent(of, `${at}`, {
            ...row,
            // A drain moves the VMs of its node.
            parentId: row.parentId === 'op_drain' && node !== 'n1' ? null : row.parentId,
            vm: vm(vmId, { effect, groupId: 'web' }),
            nodes: [on(node)],
          });
        });
        // What has no step that waits ends by itself.
        const waiting = parents.filter((each) =>
          given.some(({ parentId }) => parentId === each.operationId),
        );
        const input = { intents: given, work: waiting, groups: [group()], limits: LIMITS };
        expect(planArbitration(input, ENV).grants).not.toEqual([]);
      }),
    );
  });
});
