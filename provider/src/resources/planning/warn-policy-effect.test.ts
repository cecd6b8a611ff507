import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  PolicyPreview,
  PolicyPreviewChange,
} from '@novacron/contract/kinds/policy/policy-preview';
import { problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { UNKNOWN } from '../../cty/unknown.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { type Agreeable, startAgreeable } from '../../test-kit/start-agreeable.ts';
import { type EffectContext, warnPolicyEffect } from './warn-policy-effect.ts';

const TYPE = 'novacron_policy';
const ID = 'pol_00000000000000000000000001';
const RULE = 'package p\n\ndeny contains "no" if input.resource.memory_gb > 4\n';
const CONFIG = { name: 'Sizes', type: 'resource', rule: RULE };
const STATE = {
  ...CONFIG,
  id: ID,
  enforcement_mode: 'block',
  enabled: true,
  platform_writes: false,
  rego_version: 'v1',
  version: 1,
};

const refused = (name: string): PolicyPreviewChange => ({
  source: 'resources',
  effect: 'newly_refused',
  operation: 'vm.update',
  resource_kind: 'vm',
  resource_id: `vm_${name}`,
  resource_name: name,
  user_id: null,
  messages: [`${name} is too large`],
  count: 1,
  last_at: null,
});

const part = (changes: PolicyPreviewChange[], next: string | null = null): PolicyPreview => ({
  changes,
  judged: [],
  unjudged: [],
  notices: [],
  progress: { source: 'resources', resource_kind: 'vm', at: null },
  next_position: next,
});

describe('the plan of a policy', () => {
  let server: Agreeable['server'];
  let provider: Agreeable['provider'];
  let answers: Agreeable['answers'];
  let sent: Agreeable['sent'];
  let close: Agreeable['close'];

  beforeEach(async () => {
    ({ server, provider, answers, sent, close } = await startAgreeable());
    answers['policy.preview'] = () => part([]);
    await provider.probe.configure({ endpoint: server.url, api_key: 'k' });
  });
  afterEach(() => close());

  const plan = (config: object, prior?: object) =>
    provider.probe.plan(TYPE, { config, ...(prior === undefined ? {} : { prior }) } as never);

  test('warns of resources that a new one would refuse, by name, from all parts', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    answers['policy.preview'] = ({ position }) =>
      position === undefined
        ? part(names.slice(0, 3).map(refused), 'p2')
        : part(names.slice(3).reverse().map(refused));
    const { diagnostics } = await plan(CONFIG);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary: 'Would refuse changes to 7 existing resources: novacron_policy "Sizes"',
        detail:
          'By this policy, these resources are not allowed:\n' +
          '  vm a: a is too large\n  vm b: b is too large\n  vm c: c is too large\n' +
          '  vm d: d is too large\n  vm e: e is too large\n  and 2 more\n' +
          'They are left as they are, but their next change will be refused. To see all of them, ' +
          'with open plans and past decisions, save the rule in a file and run: novacron policy ' +
          'preview FILE.rego',
      },
    ]);
    const defaults = { enabled: true, enforcement_mode: 'block', platform_writes: false };
    const draft = { ...CONFIG, ...defaults };
    expect(sent('policy.preview')).toEqual([
      { draft, sources: ['resources'] },
      { draft, sources: ['resources'], position: 'p2' },
    ]);
  });

  test('warns of resources that only the policy of today refuses', async () => {
    answers['policy.preview'] = () => part([{ ...refused('a'), effect: 'newly_allowed' }]);
    const { diagnostics } = await plan({ ...CONFIG, rule: RULE.replace('4', '8') }, STATE);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        summary:
          'Would allow changes to 1 existing resource, which are refused today: ' +
          'novacron_policy "Sizes"',
        detail: expect.stringContaining(
          'By the policy as it is, this resource is not allowed:\n  vm a: a is too large\n',
        ),
      },
    ]);
  });

  test('says nothing where no resource is newly refused or allowed', async () => {
    answers['policy.preview'] = () => part([{ ...refused('a'), effect: 'newly_warned' }]);
    expect((await plan(CONFIG)).diagnostics).toEqual([]);
  });

  test('says that nothing is known where the tenant has used up its time', async () => {
    answers['policy.preview'] = () => {
      throw problem('rate-limited', { detail: 'Too many previews.', remedy: 'Wait.' });
    };
    expect((await plan(CONFIG)).diagnostics).toMatchObject([
      {
        summary: 'Effect on existing resources not known: novacron_policy "Sizes"',
        detail: expect.stringContaining('Too many previews.'),
      },
    ]);
  });

  test('asks with what a change changes, where it decides', async () => {
    answers['policy.preview'] = () => part([refused('a')]);
    const rule = RULE.replace('4', '2');
    const { diagnostics } = await plan({ ...CONFIG, rule }, STATE);
    expect(diagnostics.map(({ summary }) => summary)).toEqual([
      'Would refuse changes to 1 existing resource: novacron_policy "Sizes"',
    ]);
    expect(sent('policy.preview')).toEqual([{ id: ID, draft: { rule }, sources: ['resources'] }]);
  });

  test.each<[string, object, object | undefined]>([
    ['a new priority', { ...CONFIG, priority: 3 }, STATE],
    ['a disabled policy', { ...CONFIG, enabled: false }, undefined],
    ['a rule that is not known yet', { ...CONFIG, rule: UNKNOWN }, undefined],
  ])('does not ask about %s', async (_what, config, prior) => {
    await plan(config, prior);
    expect(sent('policy.preview')).toEqual([]);
  });

  test('goes on where the server does not preview policies', async () => {
    answers['policy.preview'] = () => {
      throw problem('forbidden', { detail: 'No.', remedy: 'Ask.' });
    };
    expect((await plan(CONFIG)).diagnostics).toEqual([]);
  });
});

describe('a preview that takes longer than a plan waits', () => {
  /** The time is over after the parts. */
  async function warn(parts: readonly PolicyPreview[]) {
    const diagnostics = new Diagnostics();
    const time = new AbortController();
    const left = [...parts];
    const call = async () => {
      const next = left.shift();
      if (next !== undefined) return { ok: true, value: next };
      time.abort();
      return err(problem('unavailable', { detail: 'Aborted.', remedy: 'Try again.' }));
    };
    const plannedDocuments = new Map();
    const client = { client: { call }, policyPreviewTime: () => time.signal, plannedDocuments };
    const { signal } = new AbortController();
    // Of the client only this call is used.
    const context = { client, diagnostics, signal, moment: 'plan' } as unknown as EffectContext;
    const values = { input: { ...CONFIG }, unknown: [] };
    const label = 'novacron_policy "Sizes"';
    await warnPolicyEffect(context, {
      operation: 'policy.create',
      id: undefined,
      values,
      label,
      enabled: true,
    });
    return diagnostics.all.map(({ summary }) => summary);
  }

  test('warns of what was found, at least', async () => {
    expect(await warn([part([refused('a'), refused('b')], 'p2')])).toEqual([
      'Would refuse changes to at least 2 existing resources: novacron_policy "Sizes"',
    ]);
  });

  test('says that the effect is not known where nothing was found', async () => {
    expect(await warn([part([], 'p2')])).toEqual([
      'Effect on existing resources not known: novacron_policy "Sizes"',
    ]);
  });
});
