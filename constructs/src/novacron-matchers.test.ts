import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TerraformStack, Testing } from 'cdktf';
import { novacronMatchers } from '../../test/support/src/novacron-matchers.ts';
import {
  assertDistinctNodes,
  assertPolicySatisfied,
} from '../../test/support/src/stack-assertions.ts';
import { type RunningNovacron, startNovacron } from '../../test/support/src/start-novacron.ts';
import { Size } from './props/size.ts';
import { Network } from './resources/network.ts';
import { NovacronProvider } from './resources/provider.ts';
import { Vm } from './resources/vm.ts';

interface Matchers {
  readonly toPlaceOnDistinctNodes: (novacron: RunningNovacron) => Promise<void>;
  readonly toSatisfyPolicy: (novacron: RunningNovacron, rule: string) => Promise<void>;
}

expect.extend(novacronMatchers);

/** `expect` with what it was extended by. */
const expectStack = expect as unknown as (
  synthesised: string,
) => Matchers & { readonly not: Matchers };

let novacron: RunningNovacron;

/** A stack of VMs, as Terraform reads it. */
function synthesize(cpuCores: number, ...names: readonly string[]): string {
  const stack = new TerraformStack(Testing.app(), 'shop');
  new NovacronProvider(stack, 'novacron');
  const network = new Network(stack, 'lan', { cidr: '10.0.0.0/16' });
  const machine = { cpuCores, memory: Size.gibibytes(4), disk: Size.gibibytes(20), network };
  for (const name of names) new Vm(stack, name, { ...machine, labels: { tier: 'web' } });
  return Testing.synth(stack, true);
}

/** Two nodes, so that three VMs cannot have one each. */
const FLEET = {
  nodes: ['node-01', 'node-02'].map((name) => ({
    name,
    zone: 'zone-a',
    rack: `rack-of-${name}`,
    cpu_cores: 16,
    memory_gb: 64,
    disk_gb: 500,
  })),
  storage_pools: { ssd: { size_gb: 10 }, hdd: { size_gb: 10 }, nvme: { size_gb: 10 } },
};

beforeAll(async () => {
  novacron = await startNovacron({ fleet: FLEET });
  // The first synthesis loads what constructs are checked with.
  synthesize(2, 'warm');
});
afterAll(() => novacron.stop());

describe('toPlaceOnDistinctNodes', () => {
  test('holds where each VM has a node of its own, planned one after another', async () => {
    await expectStack(synthesize(2, 'a', 'b')).toPlaceOnDistinctNodes(novacron);
  });

  test('names the node of each VM where some share one', async () => {
    const crowded = synthesize(2, 'a', 'b', 'c');
    await expectStack(crowded).not.toPlaceOnDistinctNodes(novacron);
    await expect(expectStack(crowded).toPlaceOnDistinctNodes(novacron)).rejects.toThrow(
      /^the VMs share nodes:\nnovacron_vm[.]a\S* on node-0\d\n/,
    );
  });

  test('says nothing about VMs that are refused, and about one alone', async () => {
    await expect(
      expectStack(synthesize(512, 'a', 'b')).not.toPlaceOnDistinctNodes(novacron),
    ).rejects.toThrow(/^NovaCron would refuse novacron_vm[.]a\S*[.] .*512/);
    await expect(expectStack(synthesize(2, 'a')).toPlaceOnDistinctNodes(novacron)).rejects.toThrow(
      'The stack has 1 novacron_vm; give it two to tell them apart.',
    );
  });
});

describe('toSatisfyPolicy', () => {
  const small = `package small

deny contains "too many cores" if input.resource.cpu_cores > 4
`;

  test('holds where the policy denies nothing, and leaves no policy behind', async () => {
    await expectStack(synthesize(4, 'a')).toSatisfyPolicy(novacron, small);
    expect((await novacron.expectOk('policy.list', {})).items).toEqual([]);
  });

  test('reports which resource is denied, in the words of the policy', async () => {
    await expectStack(synthesize(8, 'a')).not.toSatisfyPolicy(novacron, small);
    await expect(expectStack(synthesize(8, 'a')).toSatisfyPolicy(novacron, small)).rejects.toThrow(
      /^the policy denies:\nnovacron_vm[.]a\S*: too many cores$/,
    );
  });

  test('says nothing about a resource that is refused although policies allow it', async () => {
    const lenient = 'package lenient\n\ndeny contains "huge" if input.resource.memory_gb > 4096\n';
    await expect(
      expectStack(synthesize(512, 'a')).toSatisfyPolicy(novacron, lenient),
    ).rejects.toThrow(/^NovaCron would refuse novacron_vm[.]a\S*[.] .*512/);
  });

  test('does not answer for what only an apply knows, or what does not compile', async () => {
    const late = 'package late\n\ndeny contains "x" if input.resource.network_id == "net_1"\n';
    await expect(expectStack(synthesize(2, 'a')).toSatisfyPolicy(novacron, late)).rejects.toThrow(
      /^The policy reads what only an apply knows of novacron_vm[.]a/,
    );
    await expect(
      expectStack(synthesize(2, 'a')).toSatisfyPolicy(novacron, 'package a\n\nallow if x\n'),
    ).rejects.toThrow('policy.create was refused: rule-invalid');
  });
});

describe('the functions for frameworks without matchers', () => {
  const small = 'package small\n\ndeny contains "too many cores" if input.resource.cpu_cores > 4\n';

  test('pass where the matchers do, and throw an AssertionError with their words', async () => {
    await assertDistinctNodes(synthesize(2, 'a', 'b'), novacron);
    await assertPolicySatisfied(synthesize(4, 'a'), novacron, small);
    const shared = assertDistinctNodes(synthesize(2, 'a', 'b', 'c'), novacron);
    await expect(shared).rejects.toThrow(/^the VMs share nodes:\n/);
    await expect(assertPolicySatisfied(synthesize(8, 'a'), novacron, small)).rejects.toMatchObject({
      name: 'AssertionError',
      message: expect.stringMatching(/^the policy denies:\nnovacron_vm[.]a\S*: too many cores$/),
    });
  });
});
