import { describe, expect, test } from '@jest/globals';
import type { Network } from '@novacron/contract/kinds/network/network';
import type { VmGroup } from '@novacron/contract/kinds/vm-group/vm-group';
import type { Volume } from '@novacron/contract/kinds/volume/volume';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const SIZE = { cpu_cores: 1, memory_gb: 1, disk_gb: 4 };

/** A kind with its requests, and what the command line calls it. */
interface Case {
  readonly words: string;
  readonly command: string;
  readonly delete: 'network.delete' | 'volume.delete' | 'vm_group.delete';
  readonly make: () => Promise<Protected>;
}

/** What was made, and how its protection is changed. */
interface Protected {
  readonly id: Network['id'] | Volume['id'] | VmGroup['id'];
  readonly protect: (deletion_protection: boolean) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    words: 'network',
    command: 'network',
    delete: 'network.delete',
    make: async () => {
      const input = { name: 'kept', cidr: '10.7.0.0/24', deletion_protection: true };
      const { id } = (await bench().expectOk('network.create', input)).resource;
      const protect = (deletion_protection: boolean) =>
        bench().expectOk('network.update', { id, deletion_protection });
      return { id, protect };
    },
  },
  {
    words: 'volume',
    command: 'storage',
    delete: 'volume.delete',
    make: async () => {
      const input = { name: 'kept', size_gb: 1, deletion_protection: true };
      const { id } = (await bench().expectOk('volume.create', input)).resource;
      await bench().endAll();
      const protect = (deletion_protection: boolean) =>
        bench().expectOk('volume.update', { id, deletion_protection });
      return { id, protect };
    },
  },
  {
    words: 'VM group',
    command: 'group',
    delete: 'vm_group.delete',
    make: async () => {
      const id = await makeGroup({ deletion_protection: true });
      const protect = (deletion_protection: boolean) =>
        bench().expectOk('vm_group.update', { id, deletion_protection });
      return { id, protect };
    },
  },
];

async function makeGroup(more: { readonly deletion_protection?: boolean } = {}) {
  const input = { name: 'kept', vm: SIZE, min_size: 1, max_size: 3, ...more };
  const { resource, operation } = await bench().expectOk('vm_group.create', input);
  await bench().end(operation);
  return resource.id;
}

describe.each(CASES)('deletion_protection of a $words', ({ words, command, ...requests }) => {
  test('refuses the deletion, in a plan as well, until it is off', async () => {
    const { id, protect } = await requests.make();
    const refusal = {
      code: 'deletion-protected',
      detail: `The ${words} kept is protected from deletion: its deletion_protection is true.`,
      remedy:
        'Set deletion_protection to false and apply that first ' +
        `(novacron ${command} update kept --no-deletion-protection); then delete it.`,
    };
    expect(await bench().expectProblem(requests.delete, { id })).toMatchObject(refusal);
    const ask = { operation: requests.delete, input: { id }, moment: 'plan' } as const;
    expect(await bench().expectOk('admission.preview', ask)).toMatchObject({
      problems: [{ code: 'deletion-protected', detail: refusal.detail }],
    });
    await protect(false);
    await bench().endAll();
    expect(await bench().expectOk('admission.preview', ask)).toMatchObject({ problems: [] });
    await bench().expectOk(requests.delete, { id });
    await bench().endAll();
  });
});

test('a protected group scales in, and its members are replaced', async () => {
  const id = await makeGroup({ deletion_protection: true });
  const { operation } = await bench().expectOk('vm_group.scale', { id, size: 2 });
  await bench().end(operation);
  const scaledIn = await bench().expectOk('vm_group.scale', { id, size: 1 });
  expect(await bench().end(scaledIn.operation)).toMatchObject({ status: 'succeeded' });
  const { member_ids } = await bench().expectOk('vm_group.get', { id });
  const replaced = await bench().expectOk('vm_group.replace_members', { id, member_ids });
  expect(await bench().end(replaced.operation)).toMatchObject({ status: 'succeeded' });
  await bench().expectOk('vm_group.update', { id, deletion_protection: false });
});

test('a protected member refuses what deletes it: its group, and its replacement', async () => {
  const id = await makeGroup();
  const [member] = (await bench().expectOk('vm.list', {})).items;
  if (member === undefined) throw new Error('the group has a member');
  const set = { id: member.id, deletion_protection: true };
  await bench().end((await bench().expectOk('vm.update', set)).operation);
  const refusal = { code: 'deletion-protected', detail: expect.stringContaining('The VM kept-1') };
  expect(await bench().expectProblem('vm_group.delete', { id })).toMatchObject(refusal);
  const ask = { operation: 'vm_group.delete', input: { id }, moment: 'plan' } as const;
  expect(await bench().expectOk('admission.preview', ask)).toMatchObject({ problems: [refusal] });
  const replace = { id, member_ids: [member.id] };
  expect(await bench().expectProblem('vm_group.replace_members', replace)).toMatchObject(refusal);
});
