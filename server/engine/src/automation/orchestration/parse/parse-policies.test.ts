import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '@novacron/contract/json';
import { parsePolicies } from './parse-policies.ts';

const SAMPLE = {
  apiVersion: 'orchestration/v1',
  kind: 'Policy',
  metadata: { name: 'high-availability-placement', namespace: 'production' },
  spec: {
    selector: { matchLabels: { tier: 'production' }, resourceTypes: ['vm'] },
    rules: [
      {
        name: 'anti-affinity-rule',
        type: 'placement',
        conditions: [
          { type: 'label', field: 'labels.environment', operator: 'eq', value: 'production' },
        ],
        actions: [
          {
            type: 'schedule',
            parameters: { strategy: 'anti-affinity', spread_domain: 'availability_zone' },
          },
        ],
      },
    ],
  },
};

function withRule(rule: JsonObject): Json {
  const actions = [{ type: 'scale', parameters: { direction: 'up', factor: 1.5 } }];
  return { ...SAMPLE, spec: { rules: [{ type: 'auto_scaling', actions, ...rule }] } };
}

function faultsOf(...documents: readonly Json[]): readonly string[] {
  const parsed = parsePolicies(documents);
  if (parsed.ok) return [];
  return parsed.error.fields.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a document', () => {
  test('gets its defaults, and an availability zone is a zone', () => {
    expect(parsePolicies([SAMPLE])).toEqual({
      ok: true,
      value: [
        {
          ...SAMPLE,
          spec: {
            enabled: true,
            priority: 0,
            selector: { matchLabels: { tier: 'production' }, tags: [], resourceTypes: ['vm'] },
            rules: [
              {
                ...SAMPLE.spec.rules[0],
                actions: [
                  {
                    type: 'schedule',
                    parameters: { strategy: 'anti-affinity', spread_domain: 'zone' },
                  },
                ],
              },
            ],
          },
        },
      ],
    });
  });

  test('may leave its rules without names, which are numbers then', () => {
    const parsed = parsePolicies([
      withRule({
        conditions: [{ type: 'metric', field: 'metrics.cpu_usage', operator: 'gt', value: 0.8 }],
      }),
    ]);
    expect(parsed.ok && parsed.value[0]?.spec.rules[0]).toMatchObject({
      name: 'rule-1',
      actions: [{ type: 'scale', parameters: { direction: 'up', factor: 1.5 } }],
    });
  });

  test('may be one of several, long and short ones', () => {
    const short = {
      policies: [{ name: 'short', rules: [{ minReplicas: 3, spotInstances: true }] }],
    };
    const parsed = parsePolicies([SAMPLE, short]);
    expect(parsed.ok && parsed.value.map(({ spec }) => spec.rules.map(({ name }) => name))).toEqual(
      [['anti-affinity-rule'], ['minReplicas', 'spotInstances']],
    );
  });
});

const condition = (of: JsonObject) => withRule({ conditions: [of] });
const action = (type: string, parameters: JsonObject) =>
  withRule({ actions: [{ type, parameters }] });
const cel = (expression: string) => condition({ type: 'cel', expression });

/** Path prefix of most mistakes. */
const RULE = '0.spec.rules.0.';

const NO_VERSION = '0.apiVersion: must be "orchestration/v1", or a list "policies" instead';

describe('a mistake is reported with its path', () => {
  test.each<[string, Json, string]>([
    ['no version', {}, NO_VERSION],
    ['no object', 'policy', NO_VERSION],
    [
      'another version',
      { ...SAMPLE, apiVersion: 'v2' },
      '0.apiVersion: must be "orchestration/v1"',
    ],
    ['an unknown key', { ...SAMPLE, specs: {} }, '0.specs: is not a known field'],
    [
      'a list without number',
      condition({ type: 'metric', field: 'metrics.a', operator: 'gt', value: 'x' }),
      'conditions.0.value: must be a number',
    ],
    [
      'one value for in',
      condition({ type: 'label', field: 'labels.a', operator: 'in', value: 'x' }),
      'conditions.0.value: must be a list',
    ],
    [
      'a list for eq',
      condition({ type: 'label', field: 'labels.a', operator: 'eq', value: ['x'] }),
      'conditions.0.value: must be one value for eq',
    ],
    [
      'no value',
      condition({ type: 'label', field: 'labels.a', operator: 'eq' }),
      'conditions.0.value: is needed for eq',
    ],
    [
      'a value for exists',
      condition({ type: 'label', field: 'labels.a', operator: 'exists', value: 'x' }),
      'conditions.0.value: must be true, false or absent for exists',
    ],
    [
      'a metric as label',
      condition({ type: 'label', field: 'metrics.a', operator: 'exists' }),
      'conditions.0.field: must be labels.NAME',
    ],
    [
      'no cron line',
      condition({ type: 'time', schedule: '61 * * * *', duration: '5m' }),
      'conditions.0.schedule: "61 * * * *" is not a cron line: Invalid value for minute: 61',
    ],
    [
      'a day that never comes',
      condition({ type: 'time', schedule: '0 0 30 2 *', duration: '5m' }),
      'conditions.0.schedule: "0 0 30 2 *" never occurs',
    ],
    [
      'no zone',
      condition({ type: 'time', schedule: '0 0 * * *', duration: '5m', timezone: 'Mars/X' }),
      'conditions.0.timezone: "Mars/X" is not a time zone: give an IANA name such as Europe/Berlin',
    ],
    [
      'no duration',
      condition({ type: 'time', schedule: '0 0 * * *', duration: '0s' }),
      'conditions.0.duration: must be a duration of more than 0, such as 30s, 5m or 1h30m',
    ],
    [
      'CEL within others',
      condition({
        type: 'not',
        condition: { type: 'any', conditions: [{ type: 'cel', expression: '1 +' }] },
      }),
      'conditions.0.condition.conditions.0.expression: Unexpected token: EOF (column 4)',
    ],
    [
      'CEL that is not a condition',
      cel('labels.a'),
      'conditions.0.expression: is string, but a condition is true or false',
    ],
    [
      'an action without effect',
      action('scale', {}),
      'actions.0.parameters: must name direction, min_replicas or max_replicas',
    ],
    [
      'a factor without direction',
      action('scale', { factor: 2 }),
      'actions.0.parameters.direction: is needed beside factor, count and delay: up or down',
    ],
    [
      'a direction alone',
      action('scale', { direction: 'up' }),
      'actions.0.parameters.direction: needs factor, count or delay beside it',
    ],
    [
      'factor and count',
      action('scale', { direction: 'up', factor: 2, count: 1 }),
      'actions.0.parameters.count: contradicts factor: set one of them',
    ],
    [
      'bounds without room',
      action('scale', { min_replicas: 3, max_replicas: 2 }),
      'actions.0.parameters.max_replicas: is less than min_replicas, 3',
    ],
    [
      'a schedule of nothing',
      action('schedule', {}),
      'actions.0.parameters: must name strategy, spread_domain, mode or capacity',
    ],
    [
      'a webhook in the clear',
      action('webhook', { url: 'http://a.example' }),
      'actions.0.parameters.url: must be an https:// address, or http:// to this machine',
    ],
    [
      'a webhook to no web server',
      action('webhook', { url: 'ftp://a.example' }),
      'actions.0.parameters.url: must be an https:// address',
    ],
    [
      'a password in a webhook',
      action('webhook', { url: 'https://a:b@c.example' }),
      'actions.0.parameters.url: must not carry a user name or a password',
    ],
    [
      'an operation there is not',
      action('custom', { operation: 'vm.migrat' }),
      'actions.0.parameters.operation: "vm.migrat" is not an operation; did you mean vm.migrate?',
    ],
    [
      'a short key with a slip',
      { policies: [{ name: 'a', rules: [{ minReplica: 3 }] }] },
      '0.policies.0.rules.0.minReplica: is not a known field; did you mean minReplicas?',
    ],
    [
      'a short rule of nothing',
      { policies: [{ name: 'a', rules: [{}] }] },
      '0.policies.0.rules.0: must have a key',
    ],
    [
      'depth',
      JSON.parse(`${'{"apiVersion":'.repeat(40)}1${'}'.repeat(40)}`),
      '0: is nested deeper than 24 levels',
    ],
  ])('%s', (_name, document, fault) => {
    expect(faultsOf(document)[0]?.replace(RULE, '')).toBe(fault);
  });

  test('each document has its own, and a name is there once', () => {
    expect(faultsOf(SAMPLE, {}, SAMPLE)).toEqual([
      expect.stringContaining('1.apiVersion: '),
      '2: holds a second policy named "high-availability-placement"',
    ]);
    expect(faultsOf()).toEqual([': holds no policy']);
  });

  test('conditions are counted through all levels', () => {
    const part = { type: 'label', field: 'labels.a', operator: 'exists' };
    const many = { type: 'all', conditions: Array.from({ length: 32 }, () => part) };
    const conditions = Array.from({ length: 8 }, () => many);
    expect(faultsOf(withRule({ conditions }))).toEqual([
      '0.spec.rules.0: has more than 256 conditions in all',
    ]);
  });
});
