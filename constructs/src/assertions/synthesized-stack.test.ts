import { describe, expect, test } from '@jest/globals';
import { TerraformOutput, TerraformStack, Testing } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import { Network } from '../resources/network.ts';
import { NovacronProvider } from '../resources/provider.ts';
import { Vm } from '../resources/vm.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { Match } from './match.ts';
import { SynthesizedStack } from './synthesized-stack.ts';

// Loaded here, so that the first test is not slow.
loadOffline();

function makeStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new NovacronProvider(stack, 'novacron');
  const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
  for (const name of ['web-1', 'web-2']) {
    const vm = new Vm(stack, name, { ...MACHINE, network, labels: { tier: 'web' } });
    new TerraformOutput(stack, `id-of-${name}`, { value: vm.vmId, description: 'its id' });
  }
  return stack;
}

const found = SynthesizedStack.fromStack(makeStack());

/** Returns the message of a failed assertion. */
function messageOf(work: () => void): string {
  try {
    work();
    return '';
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

describe('a synthesised stack', () => {
  test('has its resources, with at least these properties', () => {
    found.hasResource('novacron_network');
    found.hasResource('novacron_vm', { name: 'shop-web-1', metadata: { tier: 'web' } });
    found.hasResource('novacron_vm', { name: Match.stringMatching('^shop-web-\\d$') });
    found.allResources('novacron_vm', { metadata: Match.objectEquals({ tier: 'web' }) });
    found.resourceCountIs('novacron_vm', 2);
    found.resourceCountIs('novacron_volume', 0);
    found.resourcePropertiesCountIs('novacron_vm', { name: 'shop-web-2' }, 1);
    found.hasOutput('id-of-web-1', { description: 'its id' });
    expect(Object.keys(found.findResources('novacron_vm'))).toHaveLength(2);
    found.hasResourceProperties('novacron_vm', { cpu_cores: MACHINE.cpuCores });
    found.allResourcesProperties('novacron_vm', { metadata: { tier: 'web' } });
    expect(Object.keys(found.findOutputs({ description: 'its id' }))).toHaveLength(2);
    expect(found.findDataSources('novacron_template')).toEqual({});
    found.templateMatches({ provider: { novacron: [Match.anyValue()] } });
    expect(found.toJson()).toHaveProperty('resource');
  });

  test('names the closest resource and what differs', () => {
    const asked = { name: 'shop-web-1', metadata: { tier: 'db', team: Match.anyValue() } };
    const lines = messageOf(() => found.hasResource('novacron_vm', asked)).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(
        /^None of 2 of type novacron_vm has \{ name: "shop-web-1", .* The closest is web-1_\w+:$/,
      ),
      '  metadata.tier: expected "db", found "web"',
      '  metadata.team: expected any value, found no value',
    ]);
    expect(messageOf(() => found.hasResource('novacron_vm', { cpuCores: 2 }))).toContain(
      'cpuCores: expected 2, found no value; is cpu_cores meant?',
    );
    expect(messageOf(() => found.hasResource('novacron_volume'))).toBe(
      'The stack has no resource of type novacron_volume: it has novacron_network, novacron_vm.',
    );
    expect(messageOf(() => found.resourceCountIs('novacron_vm', 3))).toMatch(
      /^3 resources of type novacron_vm expected, 2 found: web-1_\w+, web-2_\w+\.$/,
    );
    expect(messageOf(() => found.allResources('novacron_vm', { name: 'shop-web-1' }))).toMatch(
      /^1 of 2 resources of type novacron_vm differ from \{ name: .* \}\.\nnovacron_vm\.web-2_/,
    );
    expect(messageOf(() => found.hasOutput('ip'))).toBe(
      'The stack has no output ip: it has id-of-web-1, id-of-web-2.',
    );
    expect(messageOf(() => found.hasVariable('zone'))).toBe(
      'The stack has no variable zone: it has none.',
    );
    expect(messageOf(() => found.templateMatches({ provider: Match.absent() }))).toContain(
      'The stack differs:\n  provider: expected no value, found {',
    );
    expect(messageOf(() => found.hasDataSource('novacron_node'))).toContain('it has none');
  });

  test('that its own checks refuse is not synthesised', () => {
    const stack = makeStack();
    new Vm(stack, 'huge', { ...MACHINE, isolated: true, cpuCores: -1 });
    expect(messageOf(() => SynthesizedStack.fromStack(stack))).toContain('cpuCores');
  });
});

describe('patterns', () => {
  const content = (value: unknown) =>
    SynthesizedStack.fromJson(JSON.stringify({ output: { it: { value } } }));
  const trouble = (value: unknown, pattern: unknown) =>
    messageOf(() => content(value).hasOutput('it', { value: pattern }));

  test.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [[1, 2, 3], Match.arrayWith([3, 1])],
    [[1, 2], Match.arrayEquals([1, Match.anyValue()])],
    [[{ a: 1, b: 2 }], [{ a: 1 }]],
    [null, Match.absent()],
    ['web', Match.not('db')],
    ['web', Match.not(Match.stringMatching('d'))],
    [{ a: { b: [1] } }, Match.objectLike({ a: { b: [1] }, c: Match.absent() })],
    [null, null],
    [[{ a: 1 }, { a: 1, b: 2 }], Match.arrayWith([{ a: 1 }, { b: 2 }])],
    [[1, 2], Match.arrayWith([Match.anyValue(), 1])],
    [{ a: [{ b: 1 }] }, Match.exact({ a: [{ b: 1 }] })],
    ['{"a": [1, 2]}', Match.serializedJson({ a: Match.arrayWith([2]) })],
    ['web-1', Match.stringLikeRegexp('^web')],
  ])('%j matches %s', (value, pattern) => {
    expect(trouble(value, pattern)).toBe('');
  });

  test.each([
    [{ a: 1, b: 2 }, Match.objectEquals({ a: 1 }), 'value.b: expected no value, found 2'],
    [[1, 1], Match.arrayWith([1, 1, 1]), 'value: expected an item 1, found [1, 1]'],
    [[1, 2], [2, 1], 'value.0: expected 2, found 1\n  value.1: expected 1, found 2'],
    [[1], [1, 2], 'value: expected 2 items: [1, 2], found [1]'],
    ['web', Match.absent(), 'value: expected no value, found "web"'],
    ['web', Match.not(Match.anyValue()), 'value: expected not any value, found "web"'],
    [7, Match.stringMatching('7'), 'value: expected a text like /7/, found 7'],
    ['1', 1, 'value: expected 1, found "1"'],
    ['x', { a: 1 }, 'value: expected { a: 1 }, found "x"'],
    [
      { a: [{ b: 1, c: 2 }] },
      Match.exact({ a: [{ b: 1 }] }),
      'value.a.0.c: expected no value, found 2',
    ],
    ['{', Match.serializedJson({}), 'value: expected JSON of {}, found "{"'],
    ['{"a": 1}', Match.serializedJson({ a: 2 }), 'value.a: expected 2, found 1'],
    [
      [
        { port: 80, open: true },
        { port: 443, open: false },
      ],
      Match.arrayWith([{ port: 443, open: true }]),
      'value.0.port: expected 443, found 80',
    ],
  ])('%j does not match %s', (value, pattern, lines) => {
    expect(trouble(value, pattern)).toBe(`Output it differs:\n  ${lines}`);
  });
});
