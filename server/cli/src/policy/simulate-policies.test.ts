import { expect, test } from '@jest/globals';
import { runInProcess } from '../test-kit/run-in-process.ts';

const BOMB = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 11 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`),
].join('\n');

const MISTAKES = `apiVersion: orchestration/v1
kind: Policy
metadata: { name: x }
spec:
  rules:
    - type: placement
      conditions:
        - { type: cel, expression: "labels.a == 1" }
      actions:
        - type: custom
          parameters: { operation: vm.migrat }
---
policies:
  - name: y
    rules: [{ minReplica: 3 }]
`;

const FILES = {
  'good.json': JSON.stringify({ policies: [{ name: 'a', rules: [{ minReplicas: 3 }] }] }),
  'bomb.yaml': BOMB,
  'broken.yaml': 'a: [1\n',
  'long.yaml': `# ${'x'.repeat(1_048_576)}`,
  'mistakes.yaml': MISTAKES,
  'mistakes.policy':
    'policy x\n  rule a: placement\n    when metrics.cpu > high\n    then alert m=1\n',
  'syntax.policy': 'policy x\n  rule a placement\n',
  'facts.yaml': 'resources:\n  - { name: web, metrics: { cpu: 0.5 } }\n',
  'facts-mistake.yaml': 'resources:\n  - name: web\n    metrics: { cpu: high }\n',
};

function simulate(...words: readonly string[]) {
  return runInProcess(['policy', 'simulate', ...words], { files: FILES });
}

test('without facts policies are checked, and shown with their defaults as JSON', async () => {
  expect(await simulate('good.json')).toMatchObject({ exitCode: 0, stdout: 'a: 1 rule\n' });
  const { stdout } = await simulate('good.json', '--output', 'json');
  expect(JSON.parse(stdout)[0].spec).toMatchObject({ enabled: true, priority: 0 });
});

test('with facts the plan is there as JSON, too', async () => {
  const { stdout } = await simulate('good.json', '--facts', 'facts.yaml', '--output', 'json');
  expect(JSON.parse(stdout).resources[0]).toMatchObject({
    resource: { type: 'vm', name: 'web' },
    actions: [{ policy: 'a', rule: 'minReplicas' }],
    conflicts: [],
  });
});

test.each([
  [
    'mistakes.yaml',
    'mistakes.yaml:8:36: spec.rules.0.conditions.0.expression ' +
      'no such overload: string == int (column 1)\n' +
      'mistakes.yaml:11:36: spec.rules.0.actions.0.parameters.operation ' +
      '"vm.migrat" is no operation; did you mean vm.migrate?\n' +
      'mistakes.yaml:15:27: policies.0.rules.0.minReplica ' +
      'is not a known field; did you mean minReplicas?\n',
  ],
  ['bomb.yaml', 'bomb.yaml:1:1: uses anchors more than 100 times in all: write it out\n'],
  ['syntax.policy', 'syntax.policy:2:10: expected :, not placement\n'],
])('%s ends with its mistakes at their places', async (file, stdout) => {
  expect(await simulate(file)).toMatchObject({ exitCode: 1, stdout });
});

test('a mistake in the text form stands at its line', async () => {
  const { stdout } = await simulate('mistakes.policy');
  expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'mistakes.policy:3:5:',
    'mistakes.policy:4:5:',
    'mistakes.policy:4:5:',
    '',
  ]);
});

test('broken YAML and wrong facts are told with their place', async () => {
  expect((await simulate('broken.yaml')).stdout).toMatch(/^broken[.]yaml:2:1: /);
  const { exitCode, stdout } = await simulate('good.json', '--facts', 'facts-mistake.yaml');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^facts-mistake[.]yaml:3:21: resources[.]0[.]metrics[.]cpu /);
});

test.each([
  [['gone.yaml'], 'cannot read the policies from gone.yaml'],
  [['good.json', '--facts', 'gone.yaml'], 'cannot read the facts from gone.yaml'],
  [['long.yaml'], 'long.yaml is longer than 1048576 characters'],
  [['-', '--facts', '-'], 'only one of FILE and --facts can be standard input'],
  [['good.json', '--at', 'soon'], 'It must be a time such as 2026-11-20T08:00:00Z.'],
])('%j is wrong usage', async (words, text) => {
  const { exitCode, stderr } = await simulate(...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(text);
});
