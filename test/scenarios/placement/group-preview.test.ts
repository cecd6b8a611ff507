import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const { name: _name, ...SIZES } = SMALL_VM;

describe('the preview of a VM group', () => {
  const bench = useBench();

  const groupOf = (size: number, name = 'shop') => ({
    name,
    min_size: 1,
    max_size: 16,
    desired_size: size,
    vm: { ...SIZES, anti_affinity: 'alone' },
    idempotency_key: `create-${name}-of-${size}`,
  });

  async function previewGroup(session: string, size: number, unknown: string[] = []) {
    const input = groupOf(size);
    const asked = { operation: 'vm_group.create', input, session, unknown } as const;
    return bench().expectOk('admission.preview', asked);
  }

  async function previewVm(session: string, name: string) {
    const input = { ...SMALL_VM, name, anti_affinity: 'alone' };
    return bench().expectOk('admission.preview', { operation: 'vm.create', input, session });
  }

  async function nodeNames() {
    return (await bench().expectOk('node.list', {})).items.map(({ name }) => name).toSorted();
  }

  test('places the members beside the other VMs of its run, and these beside them', async () => {
    const nodes = await nodeNames();
    for (const [at, node] of nodes.entries()) {
      const session = `session-${at}`;
      const input = {
        ...SMALL_VM,
        name: `first-${at}`,
        anti_affinity: 'alone',
        placement: { node },
      };
      await bench().expectOk('admission.preview', { operation: 'vm.create', input, session });
      const group = groupOf(nodes.length - 1, `shop-${at}`);
      const asked = { operation: 'vm_group.create', input: group, session } as const;
      const { member_previews: members } = await bench().expectOk('admission.preview', asked);
      // No two of them share a node, so every node has one.
      expect([node, ...members.map((member) => member.node)].toSorted()).toEqual(nodes);
      expect(members[0]?.name).toBe(`shop-${at}-1`);
      const last = await previewVm(session, `last-${at}`);
      expect(last.problems).toMatchObject([{ code: 'no-capacity' }]);
    }
  });

  test('shows every run the same until the group is created, and its create again', async () => {
    const { member_previews: members } = await previewGroup('session-1', 2);
    expect(members).toHaveLength(2);
    expect((await previewGroup('session-2', 2)).member_previews).toEqual(members);
    // A member that is shown already stays where it is when the group is planned larger.
    const larger = await previewGroup('session-3', 3);
    expect(larger.member_previews.slice(0, 2)).toEqual(members);
    const { operation } = await bench().expectOk('vm_group.create', groupOf(2));
    await bench().end(operation);
    expect((await previewGroup('session-4', 2)).member_previews).toEqual(members);
    const kept = (await bench().expectOk('placement_preview.list', {})).items;
    expect(kept.map(({ name }) => name)).toEqual(['shop-3']);
  });

  test('is empty while a value is unknown, without a run, and without a place', async () => {
    expect((await previewGroup('session-1', 2, ['vm'])).member_previews).toEqual([]);
    const alone = { operation: 'vm_group.create', input: groupOf(2) } as const;
    expect((await bench().expectOk('admission.preview', alone)).member_previews).toEqual([]);
    const tooMany = await previewGroup('session-1', (await nodeNames()).length + 1);
    expect(tooMany.problems).toMatchObject([{ code: 'no-capacity' }]);
    expect(tooMany.member_previews).toEqual([]);
    expect((await bench().expectOk('placement_preview.list', {})).items).toEqual([]);
  });
});
