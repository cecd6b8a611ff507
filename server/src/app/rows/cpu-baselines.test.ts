import { describe, expect, test } from '@jest/globals';
import { chooseCpuBaseline } from './cpu-baselines.ts';

const V1 = 'tcg:x86-64-v1';
const V2 = 'tcg:x86-64-v2';
const V3 = 'tcg:x86-64-v3';

function nodeOf(name: string, domain: string | undefined, cpu_baselines?: readonly string[]) {
  const labels = domain === undefined ? {} : { migration_domain: domain };
  return { name, facts_json: JSON.stringify({ labels, cpu_baselines }) };
}

describe('the CPU baseline of a VM that starts', () => {
  const large = nodeOf('large', 'a', [V1, V2, V3]);

  test.each([
    ['the most of its node where it is alone', [], V3],
    ['the most that all nodes of the domain offer', [nodeOf('small', 'a', [V1, V2])], V2],
    ['not reduced by nodes of other domains', [nodeOf('small', 'b', [V1])], V3],
    ['not reduced by nodes without a domain', [nodeOf('small', undefined, [V1])], V3],
    ['not reduced by nodes that announce none', [nodeOf('old', 'a')], V3],
    [
      'not reduced by nodes that can never take the VM',
      [nodeOf('kvm', 'a', ['kvm:AuthenticAMD:x86-64-v1'])],
      V3,
    ],
    ['not reduced by a damaged row', [{ name: 'broken', facts_json: '{' }], V3],
  ])('is %s', (_what, others, baseline) => {
    expect(chooseCpuBaseline(large, [large, ...others])).toBe(baseline);
  });

  test.each([
    ['without a domain', nodeOf('n', undefined, [V1])],
    ['of a node that announces no baseline', nodeOf('n', 'a')],
    ['of a node that announces nothing', { name: 'n', facts_json: null }],
  ])('is none %s', (_what, node) => {
    expect(chooseCpuBaseline(node, [node, large])).toBeUndefined();
  });
});
