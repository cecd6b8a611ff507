import { describe, expect, test } from '@jest/globals';
import {
  OrchestratedResource,
  type OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import fc from 'fast-check';
import { explainOrchestration } from './explain-orchestration.ts';
import { parsePolicies } from './parse/parse-policies.ts';
import { parsePolicyText } from './parse/parse-policy-text.ts';
import { planOrchestration } from './plan-orchestration.ts';

const NOW_MS = Date.parse('2026-11-20T09:00:00Z');

function policiesOf(text: string): readonly OrchestrationPolicy[] {
  const read = parsePolicyText(text);
  const parsed = parsePolicies(read.ok ? read.value.documents : []);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}

const WEB = OrchestratedResource.parse({
  name: 'web-01',
  labels: { tier: 'web', environment: 'production', size: '4', stage: 'canary' },
  metrics: { cpu_usage: 0.9 },
});

function explain(text: string, resource = WEB): readonly string[] {
  const input = { policies: policiesOf(text), resources: [resource] };
  return explainOrchestration(planOrchestration(input, { nowMs: NOW_MS })).map((line) =>
    line.trim(),
  );
}

const RULE = 'rule r: custom\n then alert message=x';

describe('a policy selects', () => {
  test.each([
    ['policy p\n for vm where tier=web', 'policy "p" selects it: tier=web'],
    ['policy p in production', 'policy "p" selects it: namespace production'],
    ['policy p\n for vm where tag canary tag size', 'policy "p" selects it: tag canary, tag size'],
    ['policy p', 'policy "p" selects it: it selects every vm'],
    ['policy p disabled', 'policy "p" does not select it: it is disabled'],
    [
      'policy p in test',
      'policy "p" does not select it: it is about namespace test, ' +
        'and the resource is in production',
    ],
    ['policy p\n for node', 'policy "p" does not select it: it is about node, not about vm'],
    [
      'policy p\n for vm where tier=db',
      'policy "p" does not select it: label tier is "web", not "db"',
    ],
    ['policy p\n for vm where a=b', 'policy "p" does not select it: label a is absent, not "b"'],
    [
      'policy p\n for vm where tag spare',
      'policy "p" does not select it: no label has the name or the value spare',
    ],
  ])('%j', (text, line) => {
    expect(explain(`${text}\n${RULE}`)[1]).toBe(line);
  });
});

describe('a condition', () => {
  test.each([
    ['metrics.cpu_usage > 0.8', 'metric holds: metrics.cpu_usage is 0.9, asked is gt 0.8'],
    ['metrics.cpu_usage <= 0.8', 'metric fails: metrics.cpu_usage is 0.9, asked is lte 0.8'],
    ['metrics.memory >= 0.8', 'metric is unknown: metrics.memory is not known'],
    ['metrics.memory exists', 'metric fails: metrics.memory is absent'],
    ['labels.size < 5', 'label holds: labels.size is "4", asked is lt 5'],
    ['labels.size == 4', 'label holds: labels.size is "4", asked is eq 4'],
    ['labels.tier > 5', 'label fails: labels.tier is "web", which is not a number'],
    ['labels.spare == a', 'label fails: labels.spare is absent'],
    ['labels.spare != a', 'label holds: labels.spare is absent'],
    ['labels.tier in [db, web]', 'label holds: labels.tier is "web", asked is in ["db","web"]'],
    ['labels.toString exists', 'label fails: labels.toString is absent'],
    ['not labels.tier exists', 'not fails: must not hold, and holds'],
    ['not metrics.memory < 1', 'not is unknown: must not hold, and is unknown'],
    ['metrics.memory < 1 or labels.tier exists', 'any holds: 1 of 2 hold, and any of them must'],
    [
      'metrics.memory < 1 and labels.tier exists',
      'all is unknown: 1 of 2 hold, and all of them must',
    ],
    ['metrics.memory < 1 and labels.a exists', 'all fails: 0 of 2 hold, and all of them must'],
    [
      'during "0 8 * * 1-5" for 8h in Europe/Berlin',
      'time holds: the window "0 8 * * 1-5" for 8h in Europe/Berlin ' +
        'is open since 2026-11-20T07:00:00.000Z',
    ],
    ['during "0 8 * * 6" for 8h', 'time fails: the window "0 8 * * 6" for 8h in UTC is closed'],
    ['cel "labels.tier == \'web\'"', "cel holds: labels.tier == 'web' is true"],
    ['cel "metrics.a > 1"', 'cel is unknown: metrics.a > 1: No such key: a (column 9)'],
  ])('%s', (text, line) => {
    const lines = explain(`policy p\nrule r: custom\nwhen ${text}\nthen alert message=x`);
    expect(lines[3]).toBe(line);
    expect(lines.includes('nothing follows')).toBe(!/^\w+ holds/.test(line));
  });
});

const rule = (then: string, type = 'placement') => `rule r: ${type}\n then ${then}`;
const PACK = rule('schedule strategy=pack');
const APART = rule('schedule strategy=anti-affinity spread_domain=zone');

describe('where policies contradict each other', () => {
  test.each([
    [
      'the higher priority wins',
      `policy a priority 1\n${PACK}\npolicy b priority 5\n${APART}`,
      'b',
      'priority 5 is over 1',
    ],
    [
      'then a hard placement',
      `policy a\n${PACK}\npolicy b\n${rule('schedule strategy=spread mode=hard')}`,
      'b',
      'it is healing or a hard placement, the other is neither, and priorities are equal',
    ],
    [
      'healing goes before moving',
      `policy a\n${rule('migrate')}\npolicy b\n${rule('restart', 'healing')}`,
      'b',
      'it is healing or a hard placement, the other is neither, and priorities are equal',
    ],
    [
      'then the more precise selector',
      `policy a\n${PACK}\npolicy b\nfor vm where tier=web\n${APART}`,
      'b',
      "its selector names 1 labels and tags, the other's 0",
    ],
    [
      'then the policy of a namespace',
      `policy a\n${PACK}\npolicy b in production\n${APART}`,
      'b',
      'it is about one namespace, the other about all',
    ],
    [
      'then the name',
      `policy b\n${PACK}\npolicy a\n${APART}`,
      'a',
      'all else is equal and its name comes first',
    ],
    [
      'up and down are different wishes',
      `policy a\n${rule('scale direction=up factor=2')}\n` +
        `policy b priority 1\n${rule('scale direction=down factor=2')}`,
      'b',
      'priority 1 is over 0',
    ],
    [
      'bounds leave room for each other',
      `policy a\n${rule('scale min_replicas=5')}\n` +
        `policy b priority 1\n${rule('scale max_replicas=3')}`,
      'b',
      'priority 1 is over 0',
    ],
  ])('%s', (_name, text, winner, why) => {
    const lines = explain(text);
    expect(lines.filter((line) => line.startsWith('follows: '))).toEqual([
      expect.stringContaining(`by policy "${winner}", rule r`),
    ]);
    expect(lines.at(-1)).toContain(`policy "${winner}", rule r wins over policy`);
    expect(lines.at(-1)).toMatch(new RegExp(`; ${why}$`));
  });

  test('the loser keeps what the winner does not ask about', () => {
    const text = `policy a priority 1\n${rule('scale direction=up factor=2')}
      policy b\n${rule('scale direction=up factor=3 delay=5m min_replicas=2')}`;
    expect(explain(text).filter((line) => line.startsWith('follows: '))).toEqual([
      'follows: scale direction=up factor=2, by policy "a", rule r',
      'follows: scale direction=up delay=5m min_replicas=2, by policy "b", rule r',
    ]);
  });

  test('equal wishes are not a conflict, and alerts never are', () => {
    const text = `policy a\n${PACK}\nthen alert message=x\npolicy b\n${PACK}\nthen alert message=y`;
    const lines = explain(text);
    expect(lines.filter((line) => /^(?:follows|conflict)/.test(line))).toEqual([
      'follows: schedule strategy=pack, by policy "a", rule r',
      'follows: alert severity=warning message=x, by policy "a", rule r',
      'follows: alert severity=warning message=y, by policy "b", rule r',
    ]);
  });

  test('the order of the policies does not matter', () => {
    const policies = policiesOf(
      [PACK, APART, rule('schedule capacity=spot'), rule('scale min_replicas=5')]
        .concat([rule('scale max_replicas=3'), rule('migrate'), rule('restart', 'healing')])
        .map((text, index) => `policy p${index} priority ${index % 2}\n${text}`)
        .join('\n'),
    );
    const planned = (given: readonly OrchestrationPolicy[]) => {
      const plan = planOrchestration({ policies: given, resources: [WEB] }, { nowMs: NOW_MS });
      return plan.resources.map(({ actions, conflicts }) => ({ actions, conflicts }));
    };
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...policies], { minLength: policies.length }),
        (shuffled) => {
          expect(planned(shuffled)).toEqual(planned(policies));
        },
      ),
    );
  });
});
