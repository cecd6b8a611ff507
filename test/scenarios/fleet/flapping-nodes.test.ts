/** A node that falls silent and returns again and again. */
import { describe, expect, test } from '@jest/globals';
import { ok } from '@novacron/contract/result';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

/** Longer than the lease, so the node is lost each time, and shorter than the time to a fence. */
const SILENT_MS = 28_000;
const BACK_MS = 15_000;
const TIMES = 7;

const asked: string[] = [];
const DEVICES: FenceDevices = {
  automaticAfterMs: 60_000,
  list: () =>
    SHARED_STORAGE_FLEET.nodes.map(({ name }) => ({
      node: name,
      kind: 'redfish',
      address: `https://bmc-of-${name}`,
      identity: 'unchecked',
    })),
  read: async () => ok({ power: 'on', uuid: null }),
  powerOff: async (name) => {
    asked.push(name);
    return ok(undefined);
  },
};

describe('a node that flaps', () => {
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, fenceDevices: DEVICES });

  async function flap(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await bench().fleet.stopAgent('node-a');
      await bench().advance(SILENT_MS);
      bench().fleet.restartAgent('node-a');
      await bench().advance(BACK_MS);
    }
  }

  test('keeps its VMs, and is one incident that pages people three times', async () => {
    const healing = { on_node_loss: 'restart' } as const;
    const { id } = await makeVm(bench(), { healing, placement: { node: 'node-a' } });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    await flap(4);
    const [incident] = (await bench().expectOk('incident.list', {})).items;
    if (incident === undefined) throw new Error('there is an incident');
    expect(incident).toMatchObject({ cause: 'node_lost', state: 'resolved', occurrences: 4 });
    await bench().fleet.stopAgent('node-a');
    await bench().advance(SILENT_MS);
    await bench().expectOk('incident.ack', { id: incident.id, comment: 'its cable is loose' });
    bench().fleet.restartAgent('node-a');
    await bench().advance(BACK_MS);
    await flap(TIMES - 5);
    await bench().fleet.stopAgent('node-a');
    await bench().advance(SILENT_MS);
    const { items } = await bench().expectOk('incident.list', {});
    expect(items).toMatchObject([
      { id: incident.id, state: 'acknowledged', comment: 'its cable is loose', occurrences: 8 },
    ]);
    bench().fleet.restartAgent('node-a');
    await bench().advance(BACK_MS);
    const { items: events } = await bench().expectOk('event.list', { target: [incident.id] });
    const pages = events.filter(({ priority }) => priority === 'critical');
    expect(pages.map(({ type }) => type)).toEqual([
      'incident.opened',
      'incident.reopened',
      'incident.reopened',
    ]);
    expect(asked).toEqual([]);
    expect(await bench().expectOk('vm.get', { id })).toMatchObject({
      node: 'node-a',
      status: 'running',
    });
    const recoveries = await bench().expectOk('operation.list', { kind: ['vm.recover'] });
    expect(recoveries.items).toEqual([]);
  });
});
