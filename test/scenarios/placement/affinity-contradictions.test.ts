import { describe, expect, test } from '@jest/globals';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

type Placement = InputOf<'vm.create'>['placement'];

describe('rules of several VMs that contradict each other', () => {
  const bench = useBench();
  const session = 'session-1';

  const near = (vm: string): Placement => ({ affinity: [{ vm }] });

  async function preview(name: string, placement: Placement) {
    const input = { ...SMALL_VM, name, placement };
    const operation = 'vm.create';
    const { problems } = await bench().expectOk('admission.preview', { operation, input, session });
    return problems;
  }

  test('are named with the smallest set of them, when the VM is created', async () => {
    await makeVm(bench(), { name: 'c' });
    await makeVm(bench(), { name: 'b', placement: near('c') });
    const refused = await bench().expectProblem('vm.create', {
      ...SMALL_VM,
      name: 'a',
      placement: { affinity: [{ vm: 'b' }], anti_affinity: [{ vm: 'c' }] },
    });
    expect(refused).toMatchObject({
      code: 'no-capacity',
      detail: expect.stringContaining(
        'No fleet has a place for it, because these rules contradict each other: ' +
          'a must share its node with b; b must share its node with c; ' +
          'a must not share its node with c.',
      ),
      remedy: 'Give up one of the rules named.',
      data: { conflict: expect.arrayContaining(['b must share its node with c']) },
    });
  });

  test('VMs of a plan that wait for each other are refused: none can be first', async () => {
    expect(await preview('a', near('b'))).toMatchObject([
      {
        detail: expect.stringContaining('there is no VM b'),
        remedy: expect.stringContaining('depends_on'),
      },
    ]);
    expect(await preview('b', near('a'))).toMatchObject([
      {
        detail: expect.stringContaining(
          'so none can be the first: b must share its node with a; a must share its node with b.',
        ),
        remedy: expect.stringContaining('Leave the rule out of one of them'),
      },
    ]);
  });

  test('a VM that must be near one in another zone is refused with that reason', async () => {
    await makeVm(bench(), { name: 'b', placement: { zone: 'zone-b' } });
    const placement: Placement = { zone: 'zone-a', affinity: [{ vm: 'b', level: 'zone' }] };
    expect(await preview('a', placement)).toMatchObject([
      {
        detail: expect.stringContaining(
          'a must share its zone with b; a must be in zone zone-a; b must be in zone zone-b.',
        ),
      },
    ]);
  });
});
