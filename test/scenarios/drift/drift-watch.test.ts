import { describe, expect, test } from '@jest/globals';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const TERRAFORM = { client: 'terraform', deployment: 'shop' } as const;

/** Time limit for a change to reach its drift record. Unit: ms. */
const SOON_MS = 1_000;

/** Period after its disappearance in which a returning drift counts as flapping. Unit: ms. */
const FLAP_MS = 600_000;

describe('the watch over drift', () => {
  const bench = useBench();

  async function applyNetwork(name = 'n', block = 0) {
    const asked = { name, cidr: `10.${block}.0.0/16` };
    const { resource } = await bench().expectOk('network.create', asked, TERRAFORM);
    await bench().advance(SOON_MS);
    return resource.id;
  }

  const rename = async (id: Awaited<ReturnType<typeof applyNetwork>>, name: string) => {
    await bench().expectOk('network.update', { id, name });
    await bench().advance(SOON_MS);
  };

  const typesOf = async (id: string) => {
    const { items } = await bench().expectOk('event.list', {});
    const own = items.filter(({ target, source }) => target === id && source === 'drift');
    return own.map(({ type }) => type);
  };

  const records = () => bench().store.read({ from: 'drift_records' });

  test('writes a change by API down within a second, and its end', async () => {
    const id = await applyNetwork();
    await rename(id, 'm');
    expect(await records()).toMatchObject([{ id, status: 'open', flaps: 0 }]);
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([{ detected_at: expect.any(String), flaps: 0 }]);
    await rename(id, 'n');
    expect(await records()).toMatchObject([{ id, status: 'resolved' }]);
    expect(await typesOf(id)).toEqual(['drift.detected', 'drift.resolved']);
    const { items: audit } = await bench().expectOk('audit.list', { resource_id: id });
    const reported = audit.filter(({ operation }) => operation.startsWith('drift.'));
    expect(reported.map(({ operation }) => operation)).toEqual([
      'drift.resolved',
      'drift.detected',
      'drift.baseline',
    ]);
  });

  test('hears from its node of a machine that lost its power, and waits for no round', async () => {
    const made = await bench().expectOk('vm.create', SMALL_VM, TERRAFORM);
    await bench().end(made.operation);
    await bench().advance(SOON_MS);
    const vm = await bench().expectOk('vm.get', { id: made.resource.id });
    bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'power-off' });
    await bench().advance(SOON_MS);
    expect(await records()).toMatchObject([{ id: vm.id, status: 'open' }]);
  });

  test('reports a flapping field once, and counts', async () => {
    const id = await applyNetwork();
    for (const name of ['m', 'n', 'm', 'n', 'm', 'n']) await rename(id, name);
    expect(await records()).toMatchObject([{ status: 'resolved', flaps: 2 }]);
    expect(await typesOf(id)).toEqual(['drift.detected', 'drift.resolved', 'drift.flapping']);
    await bench().advance(FLAP_MS + 300_000);
    expect(await records()).toEqual([]);
    expect((await typesOf(id)).at(-1)).toBe('drift.resolved');
  });

  test('finds by its scan changes without an event, and changed or removed baselines', async () => {
    const [quiet, forged] = [await applyNetwork('a', 1), await applyNetwork('b', 2)];
    const removed = await applyNetwork('c', 3);
    const [network] = await bench().store.read({ from: 'networks', where: { id: quiet } });
    const [baseline] = await bench().store.read({ from: 'baselines', where: { id: forged } });
    if (network === undefined || baseline === undefined) throw new Error('nothing was applied');
    const desired_json = network.desired_json.replace('"a"', '"z"');
    const applied_json = baseline.applied_json.replace('"b"', '"y"');
    await bench().store.commit([
      { kind: 'put', into: 'networks', row: { ...network, desired_json } },
      { kind: 'put', into: 'baselines', row: { ...baseline, applied_json } },
      { kind: 'drop', from: 'baselines', id: removed },
    ]);
    await bench().advance(301_000);
    const found = await records();
    expect(new Map(found.map(({ id, status }) => [id, status]))).toEqual(
      new Map([
        [quiet, 'open'],
        [forged, 'tampered'],
        [removed, 'tampered'],
      ]),
    );
    expect(await typesOf(removed)).toEqual(['drift.tampered']);
    expect(await typesOf(forged)).toEqual(['drift.tampered']);
    expect(await bench().store.read({ from: 'drift_scans' })).toMatchObject([
      { after_id: '', finished_at_ms: expect.any(Number) },
    ]);
  });

  test('goes on with a scan that was interrupted, where it was', async () => {
    const first = await applyNetwork('a', 1);
    const second = await applyNetwork('b', 2);
    const row = { id: 'scan', after_id: first, started_at_ms: 1, finished_at_ms: 0, compared: 7 };
    await bench().store.commit([{ kind: 'put', into: 'drift_scans', row }]);
    await bench().restartServer();
    await bench().advance(301_000);
    expect(await bench().store.read({ from: 'drift_scans' })).toMatchObject([
      { started_at_ms: 1, after_id: '', compared: 7 },
    ]);
    expect(second > first).toBe(true);
  });

  test('forgets the record of what is gone', async () => {
    const id = await applyNetwork();
    await rename(id, 'm');
    await bench().expectOk('network.delete', { id });
    await bench().advance(SOON_MS);
    expect(await records()).toMatchObject([{ status: 'resolved' }]);
  });

  test('notices that a volume lost its VM, although no event is about the volume', async () => {
    const made = await bench().expectOk('vm.create', SMALL_VM, TERRAFORM);
    await bench().end(made.operation);
    const asked = { name: 'data', size_gb: 1, attached_to: made.resource.id };
    const volume = await bench().expectOk('volume.create', asked, TERRAFORM);
    await bench().end(volume.operation);
    await bench().advance(SOON_MS);
    const gone = await bench().expectOk('vm.delete', { id: made.resource.id });
    await bench().end(gone.operation);
    await bench().advance(SOON_MS);
    expect(await records()).toMatchObject([{ id: volume.resource.id, status: 'open' }]);
  });

  test('blames a change that a server with a slower clock dated before the apply', async () => {
    const id = await applyNetwork();
    await rename(id, 'm');
    const [entry] = await bench().store.read({
      from: 'audit',
      where: { resource_id: id, operation: 'network.update' },
    });
    const [baseline] = await bench().store.read({ from: 'baselines', where: { id } });
    if (entry === undefined || baseline === undefined) throw new Error('nothing was written');
    const row = { ...entry, at_ms: baseline.applied_at_ms - 500 };
    await bench().store.commit([{ kind: 'put', into: 'audit', row }]);
    const { items } = await bench().expectOk('drift.report', {});
    expect(items).toMatchObject([{ causes: [{ client: entry.client }] }]);
  });

  test('takes JSON that is written another way for the same', async () => {
    const id = await applyNetwork();
    const [row] = await bench().store.read({ from: 'networks', where: { id } });
    if (row === undefined) throw new Error('nothing was applied');
    const entries = Object.entries(JSON.parse(row.desired_json)).reverse();
    const desired_json = JSON.stringify(Object.fromEntries(entries), null, 2);
    await bench().store.commit([{ kind: 'put', into: 'networks', row: { ...row, desired_json } }]);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });
});
