import { describe, expect, test } from '@jest/globals';
import { type PolicyPreview, PreviewSource } from '@novacron/contract/kinds/policy/policy-preview';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { PolicyDecisionRow } from '@novacron/server/ports/tables/policy/policy-decision-row';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const SMALL = `package novacron

deny contains msg if {
	input.resource.memory_gb > 4
	msg := sprintf("%v GB is more than 4", [input.resource.memory_gb])
}
`;
const NO_TEMP = `package novacron

deny contains "no names with temp" if contains(input.resource.name, "temp")
`;
const LARGE = { ...SMALL_VM, name: 'large', memory_gb: 8 };
const DAY_MS = 86_400_000;

/** Preview request of a test; lists are unchanged. */
interface Asked {
  readonly id?: string;
  readonly draft?: InputOf<'policy.preview'>['draft'];
  readonly sources?: readonly PreviewSource[];
  readonly days?: number;
}

describe('a preview of a draft', () => {
  const bench = useBench();

  /** All parts of a preview as one. */
  async function preview(
    { sources = PreviewSource.options, ...asked }: Asked,
    options: Parameters<ReturnType<typeof bench>['expectOk']>[2] = {},
  ) {
    // What was asked shortly before is written within half a second.
    await bench().advance(1_000);
    const parts: PolicyPreview[] = [];
    let turn: { readonly position?: string } = {};
    for (;;) {
      const input = { ...asked, ...turn, sources: [...sources] };
      const part: PolicyPreview = await bench().expectOk('policy.preview', input, options);
      parts.push(part);
      if (part.next_position === null) break;
      turn = { position: part.next_position };
    }
    return {
      changes: parts.flatMap(({ changes }) => changes),
      judged: parts.flatMap(({ judged }) => judged),
      unjudged: parts.flatMap(({ unjudged }) => unjudged),
      notices: parts.flatMap(({ notices }) => notices),
    };
  }

  /** Stores decisions of the past as a server has recorded them. */
  async function record(
    rows: readonly (Partial<PolicyDecisionRow> & { readonly input: object | null })[],
  ) {
    const { clock, ids } = bench().deps;
    const changes = rows.map(({ input, ...row }) => {
      const record = {
        moment: 'admission',
        operation: 'vm.create',
        action: 'create_vm',
        user_id: 'ci',
        resource_kind: 'vm',
        resource_id: null,
        resource_name: 'old',
        input,
      };
      const stored: PolicyDecisionRow = {
        id: ids.next('pdec'),
        tenant_id: bench().admin.tenantId,
        at_ms: clock.nowMs(),
        allowed: 1,
        resource_id: '',
        record_json: JSON.stringify(record),
        ...row,
      };
      return { kind: 'put', into: 'policy_decisions', row: stored } as const;
    });
    expect(await bench().store.commit(changes)).toEqual({ ok: true, value: undefined });
  }

  const inputOf = (resource: object) => ({
    version: 1,
    action: 'create_vm',
    operation: 'vm.create',
    subject: { user_id: 'ci', role: 'operator', tenant: bench().admin.tenantId },
    resource: { type: 'vm', id: null, name: 'old', ...resource },
    before: null,
    context: { client: 'terraform' },
  });

  const brief = ({ changes }: Pick<PolicyPreview, 'changes'>) =>
    changes.map((each) => [
      each.source,
      each.effect,
      each.operation,
      each.resource_name,
      ...each.messages,
    ]);

  test('names existing resources that a new policy would refuse, and stores nothing', async () => {
    await bench().expectOk('network.create', { name: 'net-temp', cidr: '10.1.0.0/16' });
    await bench().expectOk('network.create', { name: 'net', cidr: '10.2.0.0/16' });
    const found = await preview({ draft: { rule: NO_TEMP } });
    expect(brief(found)).toEqual([
      ['resources', 'newly_refused', 'network.update', 'net-temp', 'no names with temp'],
    ]);
    expect(found.judged).toEqual([{ source: 'resources', resource_kind: 'network', count: 2 }]);
    expect(found.unjudged).toEqual([]);
    expect((await bench().expectOk('policy.list', {})).items).toEqual([]);
    expect((await bench().expectOk('policy_decision.list', {})).items).toEqual([]);
    expect((await bench().expectOk('policy_violation.list', {})).items).toEqual([]);
  });

  test('names only what no other policy refuses today already', async () => {
    await bench().expectOk('network.create', { name: 'net-temp', cidr: '10.1.0.0/16' });
    const policy = { name: 'Names', type: 'resource', rule: NO_TEMP } as const;
    await bench().expectOk('policy.create', policy);
    const found = await preview({ draft: { rule: NO_TEMP }, sources: ['resources'] });
    expect(brief(found)).toEqual([]);
  });

  test('compares a changed policy with what it is today, by its text and by its mode', async () => {
    await bench().expectOk('network.create', { name: 'net-temp', cidr: '10.1.0.0/16' });
    const { resource } = await bench().expectOk('policy.create', {
      name: 'Names',
      type: 'resource',
      rule: NO_TEMP,
    });
    const of = { id: resource.id, sources: ['resources'] } as const;
    const allowed = ['resources', 'newly_allowed', 'network.update', 'net-temp'];
    const reason = 'no names with temp';
    expect(brief(await preview({ ...of, draft: {} }))).toEqual([]);
    expect(brief(await preview({ ...of, draft: { enforcement_mode: 'warn' } }))).toEqual([
      [...allowed, reason],
    ]);
    expect(brief(await preview({ ...of, draft: { enabled: false } }))).toEqual([
      [...allowed, reason],
    ]);
    const narrower = { draft: { selector: { kinds: ['vm'] } } };
    expect(brief(await preview({ ...of, ...narrower }))).toEqual([[...allowed, reason]]);
    const rule = NO_TEMP.replace('"temp")', '"net-")').replace('with temp', 'with net');
    expect(brief(await preview({ ...of, draft: { rule } }))).toEqual([]);
  });

  test('replays recent decisions, of which equal ones are one change', async () => {
    const policy = { name: 'Sizes', type: 'resource', rule: SMALL } as const;
    const { resource } = await bench().expectOk('policy.create', policy);
    for (const _time of [1, 2]) await bench().expectProblem('vm.create', LARGE);
    await bench().advance(1_000);
    const oldMs = bench().deps.clock.nowMs() - 2 * DAY_MS;
    await record([{ at_ms: oldMs, id: 'pdec_0', input: inputOf({ memory_gb: 32 }) }]);
    const rule = SMALL.replaceAll('4', '16');
    const draft = { id: resource.id, draft: { rule }, sources: ['decisions'], days: 1 } as const;
    const found = await preview(draft);
    expect(brief(found)).toEqual([
      ['decisions', 'newly_allowed', 'vm.create', 'large', '8 GB is more than 4'],
    ]);
    expect(found.changes[0]).toMatchObject({ user_id: 'admin', count: 2 });
    expect(found.judged).toContainEqual({ source: 'decisions', resource_kind: 'vm', count: 2 });
  });

  test('counts decisions that it cannot judge, and says why', async () => {
    await record([
      { input: null },
      { input: inputOf({ memory_gb: '***' }) },
      { input: inputOf({ memory_gb: 8, user_data: '***' }) },
      { record_json: '', input: null },
    ]);
    const { changes, unjudged } = await preview({ draft: { rule: SMALL }, sources: ['decisions'] });
    expect(changes).toMatchObject([{ resource_name: 'old', messages: ['8 GB is more than 4'] }]);
    const counts = unjudged.map(({ reason, count }) => [reason, count]);
    expect(new Map(counts as [string, number][])).toEqual(
      new Map([
        ['input_not_kept', 1],
        ['masked_values', 1],
        ['unreadable', 1],
      ]),
    );
    const networks = { rule: NO_TEMP, selector: { kinds: ['network'] } };
    const other = await preview({ draft: networks, sources: ['decisions'] });
    // That a decision was about a VM is known without its input.
    expect(other.unjudged.map(({ reason }) => reason)).toEqual(['unreadable']);
    expect(other.judged).toEqual([{ source: 'decisions', resource_kind: 'vm', count: 3 }]);
  });

  test('shows a caller what the caller may read, of its own tenant', async () => {
    await bench().expectOk('network.create', { name: 'net-temp', cidr: '10.1.0.0/16' });
    await record([{ input: inputOf({ name: 'temp' }) }]);
    const viewer = { ...bench().admin, role: 'viewer' };
    const seen = await preview({ draft: { rule: NO_TEMP } }, { principal: viewer });
    expect(brief(seen).map(([source]) => source)).toEqual(['resources']);
    expect(seen.unjudged).toEqual([
      {
        source: 'decisions',
        reason: 'not_permitted',
        count: null,
        detail: 'You may not call policy_decision.list.',
      },
    ]);
    const made = await bench().expectOk('tenant.create', { name: 'preview-other' });
    const stranger = await bench().application.authenticate(made.secret ?? '');
    if (!stranger.ok) throw new Error(stranger.error.detail);
    const foreign = await preview({ draft: { rule: NO_TEMP } }, { principal: stranger.value });
    expect([foreign.changes, foreign.judged]).toEqual([[], []]);
    const wide = await bench().expectProblem(
      'policy.preview',
      { draft: { rule: NO_TEMP, scope: 'platform' } },
      { principal: stranger.value },
    );
    expect([wide.code, wide.fields]).toEqual([
      'forbidden',
      [{ path: ['scope'], message: 'is reserved for the first tenant' }],
    ]);
    const asker = { ...viewer, role: 'reader', operations: new Set(['policy.preview'] as const) };
    const { detail } = await bench().expectProblem(
      'policy.preview',
      { draft: { rule: NO_TEMP } },
      { principal: asker },
    );
    expect(detail).toBe('Your role reader does not allow policy_decision.ask.');
  });

  test('judges plans that are not applied, and forgets them once they are', async () => {
    const write = { operation: 'vm.create', input: LARGE, session: 'run-12345678' } as const;
    await bench().expectOk('admission.preview', { ...write, moment: 'plan' });
    const draft = { draft: { rule: SMALL }, sources: ['plans'] } as const;
    const found = await preview(draft);
    expect(brief(found)).toEqual([
      ['plans', 'newly_refused', 'vm.create', 'large', '8 GB is more than 4'],
    ]);
    expect(found.changes[0]).toMatchObject({ resource_id: null, user_id: 'admin' });
    const unknown = ['memory_gb'];
    const { memory_gb: _later, ...known } = { ...LARGE, name: 'later' };
    await bench().expectOk('admission.preview', {
      ...write,
      input: known,
      unknown,
      moment: 'plan',
    });
    expect((await preview(draft)).unjudged).toMatchObject([
      { source: 'plans', reason: 'unknown_values', count: 1 },
    ]);
    await bench().expectOk('vm.create', LARGE);
    expect((await preview(draft)).changes).toEqual([]);
  });

  test('a policy in warn mode newly warns', async () => {
    await bench().expectOk('network.create', { name: 'net-temp', cidr: '10.1.0.0/16' });
    const draft = { rule: NO_TEMP, enforcement_mode: 'warn' } as const;
    expect(brief(await preview({ draft }))).toEqual([
      ['resources', 'newly_warned', 'network.update', 'net-temp', 'no names with temp'],
    ]);
  });

  test('refuses a text that does not compile, and a position of its own making', async () => {
    const bad = await bench().expectProblem('policy.preview', { draft: { rule: 'package p\n(' } });
    expect(bad.code).toBe('rule-invalid');
    const moved = { draft: { rule: SMALL }, position: 'abc' };
    const { detail } = await bench().expectProblem('policy.preview', moved);
    expect(detail).toBe('The position was modified by the client.');
    const { code } = await bench().expectProblem('policy.preview', {
      id: 'pol_01jd3v6t7re3h8z9k2m4n5p6q7' as never,
    });
    expect(code).toBe('not-found');
  });
});

describe('the main thread beside a preview of recorded decisions', () => {
  const evaluated: string[] = [];
  const trials: string[] = [];
  const handedOver: string[] = [];
  const bench = useBench({
    wrapPolicies: (policies) => ({
      ...policies,
      evaluate: (rule, input, terms) => {
        const name = String(input.resource.name);
        if (name.startsWith('lat-')) evaluated.push(name);
        // The snapshot of the example that policies are tried with.
        if (name === 'before-upgrade') {
          trials.push(`${terms.lane}, ${terms.budget === undefined ? 'free' : 'charged'}`);
        }
        return policies.evaluate(rule, input, terms);
      },
      judgeRecords: (records, judge, terms) => {
        handedOver.push(...records);
        return policies.judgeRecords(records, judge, terms);
      },
    }),
  });

  const decisionsOf = (rule: string): InputOf<'policy.preview'> => ({
    draft: { rule },
    sources: ['decisions'],
  });

  test('hands their texts over and evaluates only where another policy decides too', async () => {
    const policy = { name: 'Sizes', type: 'resource', rule: SMALL } as const;
    await bench().expectOk('policy.create', policy);
    const small = { ...SMALL_VM, name: 'lat-temp', memory_gb: 2 };
    await bench().expectOk('vm.create', small);
    await bench().expectProblem('vm.create', { ...LARGE, name: 'lat-large-temp' });
    await bench().advance(1_000);
    const { items } = await bench().expectOk('policy_decision.list', {});
    const quiet = NO_TEMP.replace('"temp"', '"nothing"');
    evaluated.length = 0;
    await bench().expectOk('policy.preview', decisionsOf(quiet));
    expect(handedOver.map((text) => JSON.parse(text).resource_name).sort()).toEqual(
      items.map(({ resource_name }) => resource_name).sort(),
    );
    expect(evaluated).toEqual([]);
    const { changes } = await bench().expectOk('policy.preview', decisionsOf(NO_TEMP));
    // Of the two, the policy of today refuses the large one anyhow.
    expect(changes.map(({ resource_name }) => resource_name)).not.toContain('lat-large-temp');
    expect(evaluated).toContain('lat-large-temp');
  });

  test('is not held up by the trial of the draft, whose time the tenant pays', async () => {
    trials.length = 0;
    const policy = { name: 'Sizes', type: 'resource', rule: SMALL } as const;
    await bench().expectOk('policy.create', policy);
    // Before it is stored, a policy is tried alone.
    expect(trials.splice(0)).toEqual(['quiet, free']);
    await bench().expectOk('policy.preview', { draft: { rule: NO_TEMP } });
    expect(trials).toEqual(['background, charged']);
  });
});
