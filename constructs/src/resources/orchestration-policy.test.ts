import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { Action } from '../orchestration/action.ts';
import {
  AlertSeverity,
  Capacity,
  MigrationGoal,
  RestartPriority,
  RuleType,
} from '../orchestration/action-choices.ts';
import { Condition } from '../orchestration/condition.ts';
import { PolicyDocument } from '../orchestration/policy-document.ts';
import { PlacementStrategy, TopologyLevel } from '../props/choices.ts';
import { Duration } from '../props/duration.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { APART, DOCUMENT_TEXT, policyWith } from '../test-kit/steering.ts';
import { attributesOf, synthesize } from '../test-kit/synthesize.ts';
import { OrchestrationPolicy } from './orchestration-policy.ts';
import { Policy } from './policy.ts';
import { VmGroup } from './vm-group.ts';

const documentOf = (build: (stack: TerraformStack) => void) =>
  JSON.parse(String(attributesOf('orchestration_policy', build).document));

describe('an orchestration policy', () => {
  test('has its selector, and nothing that was not set', () => {
    expect(documentOf(policyWith({ rules: [APART] }))).toEqual({
      apiVersion: 'orchestration/v1',
      kind: 'Policy',
      metadata: { name: 'shop-steer' },
      spec: {
        selector: {},
        rules: [
          {
            type: 'placement',
            actions: [{ type: 'schedule', parameters: { strategy: 'anti-affinity' } }],
          },
        ],
      },
    });
    const { metadata, spec } = documentOf(
      policyWith({
        rules: [{ ...APART, name: 'apart', type: RuleType.HEALING, cooldown: Duration.minutes(1) }],
        orchestrationPolicyName: 'Web is apart',
        namespace: 'production',
        priority: 10,
        kinds: ['vm', 'vm_group'],
        labels: { tier: 'web' },
        tags: ['shop'],
      }),
    );
    expect(metadata).toEqual({ name: 'Web is apart', namespace: 'production' });
    expect(spec).toMatchObject({
      priority: 10,
      selector: { matchLabels: { tier: 'web' }, tags: ['shop'], resourceTypes: ['vm', 'vm_group'] },
      rules: [{ name: 'apart', type: 'healing', cooldown: '60s' }],
    });
  });

  test.each<[string, Action, object]>([
    [
      'placement',
      Action.schedule({
        strategy: PlacementStrategy.PACK,
        spreadDomain: TopologyLevel.ZONE,
        capacity: Capacity.SPOT,
        hard: false,
      }),
      { strategy: 'pack', spread_domain: 'zone', capacity: 'spot', mode: 'soft' },
    ],
    [
      'placement',
      Action.keepApart({ level: TopologyLevel.RACK, hard: true }),
      { strategy: 'anti-affinity', spread_domain: 'rack', mode: 'hard' },
    ],
    ['auto_scaling', Action.scaleUp({ factor: 1.5 }), { direction: 'up', factor: 1.5 }],
    [
      'auto_scaling',
      Action.scaleDown({ count: 1, delay: Duration.minutes(5) }),
      { direction: 'down', count: 1, delay: '300s' },
    ],
    [
      'auto_scaling',
      Action.keepSize({ minReplicas: 2, maxReplicas: 5 }),
      { min_replicas: 2, max_replicas: 5 },
    ],
    [
      'migration',
      Action.migrate({ goal: MigrationGoal.EVACUATE, zone: 'zone-b', nodeName: 'node-01' }),
      { goal: 'evacuate', zone: 'zone-b', node: 'node-01' },
    ],
    [
      'healing',
      Action.restart({ force: true, priority: RestartPriority.HIGH }),
      { mode: 'force', priority: 'high' },
    ],
    [
      'notification',
      Action.alert('too hot', AlertSeverity.CRITICAL),
      { message: 'too hot', severity: 'critical' },
    ],
    [
      'notification',
      Action.webhook('https://hooks.example/novacron'),
      { url: 'https://hooks.example/novacron' },
    ],
    [
      'custom',
      Action.custom('vm.stop', { force: true }),
      { operation: 'vm.stop', input: { force: true } },
    ],
  ])('has a rule of type %s for an action, %#', (type, action, parameters) => {
    const { spec } = documentOf(policyWith({ rules: [{ actions: [action] }] }));
    expect(spec.rules[0]).toMatchObject({ type, actions: [{ parameters }] });
  });

  test('holds where its conditions hold', () => {
    const [load, stage] = [Condition.metric('cpu_usage'), Condition.label('stage')];
    const conditions = [
      load.is(0),
      load.isNot(1),
      load.isMoreThan(0.8),
      load.isAtLeast(0.5),
      load.isLessThan(0.2),
      load.isAtMost(0.1),
      load.isOneOf(1, 2),
      load.isNoneOf(3),
      load.isKnown(),
      load.isUnknown(),
      stage.is('test'),
      stage.isNot('live'),
      stage.isMoreThan(1),
      stage.isAtLeast(2),
      stage.isLessThan(3),
      stage.isAtMost(4),
      stage.isOneOf('a', 'b'),
      stage.isNoneOf('c'),
      stage.isPresent(),
      stage.isAbsent(),
    ];
    const { spec } = documentOf(policyWith({ rules: [{ ...APART, conditions }] }));
    const reported = spec.rules[0].conditions.map(
      ({ field, operator, value }: Readonly<Record<string, unknown>>) =>
        `${field} ${operator} ${JSON.stringify(value)}`,
    );
    expect(reported).toEqual([
      'metrics.cpu_usage eq 0',
      'metrics.cpu_usage ne 1',
      'metrics.cpu_usage gt 0.8',
      'metrics.cpu_usage gte 0.5',
      'metrics.cpu_usage lt 0.2',
      'metrics.cpu_usage lte 0.1',
      'metrics.cpu_usage in [1,2]',
      'metrics.cpu_usage not_in [3]',
      'metrics.cpu_usage exists true',
      'metrics.cpu_usage exists false',
      'labels.stage eq "test"',
      'labels.stage ne "live"',
      'labels.stage gt 1',
      'labels.stage gte 2',
      'labels.stage lt 3',
      'labels.stage lte 4',
      'labels.stage in ["a","b"]',
      'labels.stage not_in ["c"]',
      'labels.stage exists true',
      'labels.stage exists false',
    ]);
  });

  test('holds in a window of time, by an expression, and by what these come to together', () => {
    const office = Condition.during({
      schedule: '0 8 * * 1-5',
      duration: Duration.hours(10),
      timezone: 'Europe/Berlin',
    });
    const canary = Condition.cel("labels.stage == 'canary'");
    const conditions = [Condition.any(Condition.all(office, canary), Condition.not(canary))];
    const { spec } = documentOf(policyWith({ rules: [{ ...APART, conditions }] }));
    const expression = { type: 'cel', expression: "labels.stage == 'canary'" };
    const window = { schedule: '0 8 * * 1-5', duration: '36000s', timezone: 'Europe/Berlin' };
    expect(spec.rules[0].conditions).toEqual([
      {
        type: 'any',
        conditions: [
          { type: 'all', conditions: [{ type: 'time', ...window }, expression] },
          { type: 'not', condition: expression },
        ],
      },
    ]);
  });

  test('gets rules, and is bound, after construction', () => {
    const { resource } = synthesize((stack) => {
      const policy = new OrchestrationPolicy(stack, 'steer', { kinds: ['vm_group'] });
      const group = { ...MACHINE, isolated: true, minSize: 1, maxSize: 4 };
      policy.bind(new VmGroup(stack, 'web', group));
      policy.addRule({ actions: [Action.scaleUp({ count: 1 })] });
    });
    const [policy] = Object.values(resource.novacron_orchestration_policy ?? {});
    const [group] = Object.values(resource.novacron_vm_group ?? {});
    const { selector, rules } = JSON.parse(String(policy?.document)).spec;
    expect(selector.matchLabels).toEqual({ 'policy/shop-steer': 'bound' });
    expect(group?.metadata).toEqual(selector.matchLabels);
    expect(rules).toHaveLength(1);
  });

  test('is taken from a file or a text as it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'novacron-orchestration-'));
    const file = join(folder, 'spread.yaml');
    writeFileSync(file, DOCUMENT_TEXT);
    const documents = [PolicyDocument.fromFile(file), PolicyDocument.inline(DOCUMENT_TEXT)];
    rmSync(folder, { recursive: true });
    for (const document of documents) {
      const policy = policyWith({ document, enabled: false });
      expect(attributesOf('orchestration_policy', policy)).toEqual({
        document: DOCUMENT_TEXT,
        enabled: false,
      });
    }
  });

  test('of another configuration is imported by its id or looked up by its name', () => {
    const { data } = synthesize((stack) => {
      const known = OrchestrationPolicy.fromOrchestrationPolicyId(stack, 'known', 'orc_1');
      expect(known.orchestrationPolicyId).toBe('orc_1');
      OrchestrationPolicy.fromOrchestrationPolicyName(stack, 'found', 'spread');
      new Policy(stack, 'other', { rule: PolicyRule.inline('package other\n\nallow := true\n') });
    });
    expect(Object.values(data?.novacron_orchestration_policy ?? {})).toEqual(
      expect.arrayContaining([{ id: 'orc_1' }, { name: 'spread' }]),
    );
  });
});
