/** Recorded decisions that are judged in the thread of previews. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Logger } from '@novacron/runtime/logger';
import type { Askable, PolicyRuntime, RecordJudge } from '../../ports/policy-runtime.ts';
import { createPolicyRuntime, type PolicyRuntimeOptions } from './create-policy-runtime.ts';

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Billions of rounds. */
const ENDLESS = `package p

deny contains "x" if count([1 | some a in r; some b in r; some c in r; a + b + c < 0]) > 0

r := numbers.range(1, 3000)
`;

/** Two values at once where there is no memory. */
const FAILING = `package p

deny contains "x" if value == 9

value := 1

value := 2 if input.resource.memory_gb == 0
`;

const LARGE = `package p

deny contains "large" if input.resource.memory_gb > 4
`;

function policyOf(ruleText: string, more: Partial<Askable> = {}): Askable {
  return {
    id: 'pol_a',
    name: 'Sizes',
    tenantId: 'tnt_lat',
    type: 'resource',
    version: 1,
    mode: 'block',
    enabled: true,
    packageName: 'p',
    answers: ['deny'],
    dataReferences: [],
    inputReferences: [{ path: ['resource', 'memory_gb'], complete: true }],
    ruleText,
    volatileBuiltins: [],
    ...more,
  };
}

function judgeOf(draft: RecordJudge['draft']): RecordJudge {
  return { draft, policyId: 'pol_a', waivers: [], nowMs: 0 };
}

function recordOf(memoryGb: number, name = 'old'): string {
  return JSON.stringify({
    moment: 'admission',
    operation: 'vm.create',
    action: 'create_vm',
    user_id: 'ann',
    resource_kind: 'vm',
    resource_id: null,
    resource_name: name,
    input: {
      version: 1,
      action: 'create_vm',
      operation: 'vm.create',
      subject: { user_id: 'ann', role: 'admin', tenant: 'tnt_lat' },
      resource: { type: 'vm', id: null, name, memory_gb: memoryGb },
      before: null,
      context: { client: 'cli' },
    },
  });
}

describe('recorded decisions in the thread of previews', () => {
  let runtime: PolicyRuntime;
  let spentMs = 0;
  const budget = {
    refuse: () => undefined,
    charge: (ms: number) => {
      spentMs += ms;
    },
  };
  const terms = { tenantId: 'tnt_lat', budget };

  function start(options: PolicyRuntimeOptions = {}): PolicyRuntime {
    spentMs = 0;
    runtime = createPolicyRuntime(SILENT, options);
    return runtime;
  }

  afterEach(() => runtime.close());

  const kindsOf = (judged: Awaited<ReturnType<PolicyRuntime['judgeRecords']>>) =>
    judged.map((each) => (each.ok ? each.value.kind : each.error.code));

  test('are compared with both policies, and what has no question is named', async () => {
    const after = policyOf(LARGE, { id: 'draft' });
    const before = policyOf(LARGE.replace('4', '8'));
    const records = [recordOf(2), recordOf(6, 'six'), recordOf(16), 'null', '{"moment":"trial"}'];
    const judged = await start().judgeRecords(records, judgeOf({ before, after }), terms);
    expect(kindsOf(judged)).toEqual(['same', 'changed', 'same', 'unjudged', 'skipped']);
    expect(judged[1]).toMatchObject({
      value: {
        effect: { effect: 'newly_refused', messages: ['large'] },
        about: { resource_name: 'six', user_id: 'ann' },
      },
    });
    expect(spentMs).toBeGreaterThan(0);
  });

  test('wait for a draft that does not end a few times only', async () => {
    const records = Array.from({ length: 8 }, (_, at) => recordOf(at));
    const judge = judgeOf({ before: undefined, after: policyOf(ENDLESS) });
    // The sound draft after it has this time, too, in a thread that starts for it.
    const judged = await start({ evaluateMsMax: 1_000 }).judgeRecords(records, judge, terms);
    expect(kindsOf(judged)).toEqual([
      ...Array.from({ length: 3 }, () => 'deadline-exceeded'),
      ...Array.from({ length: 5 }, () => 'unavailable'),
    ]);
    const sound = judgeOf({ before: undefined, after: policyOf(LARGE) });
    expect(kindsOf(await runtime.judgeRecords([recordOf(6)], sound, terms))).toEqual(['changed']);
  });

  test('of a draft that fails for its input are refused by it, with the reason', async () => {
    const judge = judgeOf({ before: undefined, after: policyOf(FAILING) });
    const judged = await start().judgeRecords([recordOf(0), recordOf(1)], judge, terms);
    expect(kindsOf(judged)).toEqual(['changed', 'same']);
    expect(judged[0]).toMatchObject({
      value: { effect: { messages: [expect.stringContaining('could not be evaluated')] } },
    });
  });
});
