import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicies } from './parse-policies.ts';
import { parsePolicyText } from './parse-policy-text.ts';

const TEXT = `# Office hours need more.
policy "office hours" in production priority 10
  for vm, vm_group where tier=production, environment=prod tag web
  rule scale-up: auto_scaling
    when during "0 8 * * 1-5" for 10h in Europe/Berlin
    when metrics.cpu_usage > 0.8 and not labels.stage in [test, "b c"] or labels.x exists
    when cel "labels.tier == 'web'"
    then scale direction=up factor=1.5
    then custom operation=vm.stop
policy second disabled
  rule only: placement
    then schedule strategy=pack
`;

describe('a text', () => {
  test('is a document a policy, with the place of every line', () => {
    const parsed = parsePolicyText(TEXT);
    expect(parsed.ok && parsed.value.documents).toMatchObject([
      {
        metadata: { name: 'office hours', namespace: 'production' },
        spec: {
          priority: 10,
          selector: {
            matchLabels: { tier: 'production', environment: 'prod' },
            tags: ['web'],
            resourceTypes: ['vm', 'vm_group'],
          },
          rules: [
            {
              name: 'scale-up',
              type: 'auto_scaling',
              conditions: [
                {
                  type: 'time',
                  schedule: '0 8 * * 1-5',
                  duration: '10h',
                  timezone: 'Europe/Berlin',
                },
                {
                  type: 'any',
                  conditions: [
                    {
                      type: 'all',
                      conditions: [
                        { type: 'metric', field: 'metrics.cpu_usage', operator: 'gt', value: 0.8 },
                        {
                          type: 'not',
                          condition: {
                            type: 'label',
                            field: 'labels.stage',
                            operator: 'in',
                            value: ['test', 'b c'],
                          },
                        },
                      ],
                    },
                    { type: 'label', field: 'labels.x', operator: 'exists' },
                  ],
                },
                { type: 'cel', expression: "labels.tier == 'web'" },
              ],
              actions: [
                { type: 'scale', parameters: { direction: 'up', factor: 1.5 } },
                { type: 'custom', parameters: { operation: 'vm.stop' } },
              ],
            },
          ],
        },
      },
      { metadata: { name: 'second' }, spec: { enabled: false } },
    ]);
    expect(parsed.ok && parsed.value.places.get('0.spec.rules.0.actions.1')).toEqual({
      line: 9,
      column: 5,
    });
    expect(parsed.ok && parsePolicies(parsed.value.documents).ok).toBe(true);
  });

  test.each([
    ['rule a: placement', '1:1 rule stands below a line that begins with policy'],
    ['policy a\n  why not', '2:3 a line begins with policy, for, rule, when or then'],
    ['policy a\n  then alert', '2:8 stands below a line that begins with rule'],
    ['policy a in', '1:12 expected a namespace, the line ends'],
    ['policy a with b', '1:10 expected in, priority or disabled'],
    ['policy "a', '1:8 the text does not end on its line'],
    ['policy "a\\q"', '1:8 "a\\q" is not a valid string: escape it as in JSON'],
    ['policy a\nrule b placement', '2:8 expected :, not placement'],
    [
      'policy a\nrule b: placement\nwhen cpu > 1',
      '3:6 expected labels.NAME, metrics.NAME, cel or during, not cpu',
    ],
    [
      'policy a\nrule b: placement\nwhen labels.a = 1',
      '3:15 expected ==, !=, >, >=, <, <=, in or exists',
    ],
    ['policy a\nrule b: placement\nwhen (labels.a exists', '3:22 expected ), the line ends'],
    [
      'policy a\nrule b: placement\nwhen labels.a exists now',
      '3:22 now is more than the line may hold',
    ],
    [
      'policy a\nrule b: placement\nwhen during "* * * * *" 5m',
      '3:25 expected for and how long it lasts',
    ],
    [
      `policy a\nrule b: placement\nwhen ${'('.repeat(40)}`,
      '3:23 parentheses are nested deeper than 16',
    ],
    [`policy a\nrule b: placement\nwhen ${'not '.repeat(40)}`, '3:74 not is nested deeper than 16'],
    ['policy a !', '1:10 ! is unexpected here'],
  ])('%j is refused at its place', (text, fault) => {
    const parsed = parsePolicyText(text);
    const { place, message } = parsed.ok
      ? { place: { line: 0, column: 0 }, message: 'parsed' }
      : parsed.error;
    expect(`${place.line}:${place.column} ${message}`).toBe(fault);
  });

  test('never crashes, whatever stands in it', () => {
    const words = [
      'policy',
      'for',
      'rule',
      'when',
      'then',
      'not',
      '(',
      ')',
      '[',
      '"',
      '\n',
      ':',
      '=',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(text, (parts) => {
        const parsed = parsePolicyText(parts.join(' '));
        if (parsed.ok) parsePolicies(parsed.value.documents);
      }),
    );
  });
});
