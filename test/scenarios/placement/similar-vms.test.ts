/** Similar VMs of a tenant are kept apart in every decision alike, rules or none. */
import { describe, expect, test } from '@jest/globals';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const WEB = { ...SMALL_VM, metadata: { tier: 'web' } };

/** Fills the nodes that have no web server, so that nothing but the spread prefers them. */
const FILLER = { metadata: { tier: 'batch' } };

describe('similar VMs', () => {
  const bench = useBench();

  /** A web server on node-a, which is the emptiest node all the same. */
  async function placeFirst() {
    const small = { cpu_cores: 6, memory_gb: 12 };
    await makeVm(bench(), { ...FILLER, ...small, name: 'filler-b', placement: { node: 'node-b' } });
    const large = { cpu_cores: 8, memory_gb: 16 };
    await makeVm(bench(), { ...FILLER, ...large, name: 'filler-c', placement: { node: 'node-c' } });
    return makeVm(bench(), { ...WEB, name: 'web-00', placement: { node: 'node-a' } });
  }

  test.each(['balanced', 'spread'] as const)(
    'lead a preview, a reservation and a create to the same node: %s',
    async (strategy) => {
      await placeFirst();
      const vm = { ...WEB, placement: { strategy } };
      const tried = await bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input: vm,
      });
      const { name: _, ...size } = vm;
      const room = { ...size, name: 'room', ttl_seconds: 3_600 };
      const { resource: reserved } = await bench().expectOk('reservation.create', room);
      await bench().expectOk('reservation.delete', { id: reserved.id });
      const created = await bench().expectOk('vm.create', vm);
      expect({
        attempt: tried.placement?.target_node,
        reservation: reserved.node,
        create: created.resource.node,
      }).toEqual({ attempt: 'node-b', reservation: 'node-b', create: 'node-b' });
    },
  );

  test('have a label in common: a VM without a similar one takes the emptiest node', async () => {
    await placeFirst();
    const { resource } = await bench().expectOk('vm.create', {
      ...SMALL_VM,
      metadata: { tier: 'db' },
    });
    expect(resource.node).toBe('node-a');
  });

  test('are counted once while one of them moves', async () => {
    const web = await placeFirst();
    await bench().expectOk('vm.migrate', { id: web.id, node: 'node-b', force: true });
    const vm = { ...WEB, name: 'web-02' };
    const asked = { operation: 'vm.create', input: vm } as const;
    const tried = await bench().expectOk('admission.preview', asked);
    const created = await bench().expectOk('vm.create', vm);
    expect(created.resource.node).toBe(tried.placement?.target_node);
  });
});
