import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { problem } from '@novacron/contract/problem/problem';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { decodeDefinition } from '@novacron/server/app/kernel/definitions/operation-definition';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const NODE = { zone: 'zone-a', rack: 'rack-a', cpu_cores: 8, memory_gb: 16, disk_gb: 200 };
const FLEET: Fleet = {
  nodes: ['node-a', 'node-b'].map((name) => ({ ...NODE, name })),
  storage_pools: { ssd: { size_gb: 100 }, hdd: { size_gb: 100 }, nvme: { size_gb: 100 } },
};

const BYTES_PER_GB = 1_073_741_824;

/** A few rounds of the removal. Unit: ms. */
const ROUNDS_MS = 15_000;

/** Time after which a server has stored another heartbeat of every agent. Unit: ms. */
const BEATS_MS = 30_000;

/** Longer than a node may be silent. Unit: ms. */
const LOST_MS = 120_000;

/** The header of a qcow2 image. */
function qcow2(sizeGb: number, change: (head: Buffer) => void = () => undefined): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(sizeGb * BYTES_PER_GB), 24);
  head.writeUInt32BE(2, 36);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

describe('the import of a volume', () => {
  const bench = useBench({ fleet: FLEET });

  /** Sends an image, or its beginning, to the server. */
  async function upload(content: Buffer, format = 'qcow2', bytes = content.length) {
    const digits = createHash('sha256').update(content).digest('hex');
    const file = `${digits}.${format}`;
    const sent = await bench().deps.images?.append({
      file,
      tenantId: bench().admin.tenantId,
      offset: 0,
      total: content.length,
      content: (async function* () {
        yield content.subarray(0, bytes);
      })(),
    });
    expect(sent).toMatchObject({ ok: true });
    return `uploaded:${file}`;
  }

  /** Imports a volume like Terraform, so that its baseline is stored. */
  async function importIt(input: InputOf<'volume.import'>) {
    const as = { client: 'terraform' } as const;
    const { operation, resource } = await bench().expectOk('volume.import', input, as);
    return { id: resource.id, ended: await bench().end(operation) };
  }

  /** Returns the volume usage of the pool and of the tenant. */
  async function usedGb(): Promise<unknown> {
    const [pool] = await bench().store.read({ from: 'storage_pools', where: { id: 'ssd' } });
    const { usage } = await bench().expectOk('tenant.get', { id: bench().admin.tenantId });
    return { pool: pool?.size_gb_used, volumes: usage?.volumes, volume_gb: usage?.volume_gb };
  }

  const NOTHING = { pool: 0, volumes: 0, volume_gb: 0 };

  /** The commands of an operation. */
  async function commandsOf(id: string) {
    const [row] = await bench().store.read({ from: 'operations', where: { target_id: id } });
    if (row === undefined) throw new Error('the operation is stored');
    return decodeDefinition(row).steps.flatMap(({ action }) =>
      action.kind === 'agent' ? [{ node: action.node, ...action.action }] : [],
    );
  }

  async function announceStorage(freeGb: Readonly<Record<string, number>>): Promise<void> {
    for (const [node, driver] of bench().fleet.drivers) {
      const storage = {
        pool: `pool-of-${node}`,
        sharing: 'local',
        size_gb: 100,
        free_gb: freeGb[node] ?? 0,
      };
      Object.assign(driver, { storage: () => storage });
    }
    await bench().advance(BEATS_MS);
  }

  test('makes a volume of the size of its image, which does not drift', async () => {
    const image = await upload(qcow2(3));
    const { id, ended } = await importIt({ name: 'data', image });
    expect(ended).toMatchObject({ status: 'succeeded', steps: [{ name: 'import' }] });
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({
      name: 'data',
      size_gb: 3,
      type: 'ssd',
      status: 'available',
      source_snapshot_id: null,
    });
    expect(await usedGb()).toEqual({ pool: 3, volumes: 1, volume_gb: 3 });
    expect(await bench().store.read({ from: 'baselines', where: { id } })).toHaveLength(1);
    await bench().advance(LOST_MS);
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('gives it the size and the VM that are asked for, on the node of the VM', async () => {
    await announceStorage({ 'node-a': 90, 'node-b': 50 });
    const vm = await makeVm(bench(), { placement: { node: 'node-b' } });
    const image = await upload(qcow2(3));
    const { id, ended } = await importIt({ name: 'data', image, size_gb: 5, attached_to: vm.id });
    expect(ended).toMatchObject({ status: 'succeeded' });
    const volume = { volume_id: id, size_gb: 5, storage_class: 'ssd', pool: 'pool-of-node-b' };
    expect(await commandsOf(id)).toMatchObject([
      { node: 'node-b', kind: 'import-volume', size_gb: 5, storage_class: 'ssd' },
      { node: 'node-b', kind: 'attach', volume },
    ]);
    expect(await bench().expectOk('volume.get', { id })).toMatchObject({
      size_gb: 5,
      status: 'attached',
      attached_to: vm.id,
    });
    expect((await bench().expectOk('drift.report', {})).items).toEqual([]);
  });

  test('without a VM goes to the storage with the most room, and is attached there', async () => {
    await announceStorage({ 'node-a': 50, 'node-b': 90 });
    const { id } = await importIt({ name: 'data', image: await upload(qcow2(3)) });
    expect(await commandsOf(id)).toMatchObject([{ node: 'node-b', kind: 'import-volume' }]);
    const vm = await makeVm(bench(), { placement: { node: 'node-a' } });
    const away = { id, attached_to: vm.id };
    expect(await bench().expectProblem('volume.update', away)).toMatchObject({ code: 'in-use' });
  });

  test.each([
    [
      'with a backing file',
      () => upload(qcow2(3, (head) => head.writeBigUInt64BE(512n, 8))),
      'No volume can be made from the image: it has a backing file.',
      'qemu-img convert -O qcow2',
    ],
    [
      'that is not what its name says',
      () => upload(qcow2(3), 'raw'),
      'No volume can be made from the image: it is declared to be raw and begins as qcow2.',
      'qemu-img convert',
    ],
    [
      'of a CD-ROM',
      () => upload(Buffer.alloc(512), 'iso'),
      'No volume can be made from the image: it is a CD-ROM, not a disk.',
      'Make a template of it.',
    ],
    [
      'of which half was uploaded',
      () => upload(qcow2(3), 'qcow2', 100),
      expect.stringMatching(/^The image [0-9a-f]{64}[.]qcow2 is not on this server: it was not/),
      'novacron volume import NAME --file FILE',
    ],
    [
      'that is larger than the volume',
      () => upload(qcow2(9)),
      'The disk in the image has 9 GB: a volume of 5 GB is too small.',
      'Set the size to 9 GB or more, or leave it out.',
    ],
    [
      'with a larger disk than volumes have',
      () => upload(qcow2(70_000)),
      'No volume can be made from the image: it has a disk of 70000 GB, and a volume has at most ' +
        '65536 GB.',
      'Make the disk smaller',
    ],
    [
      'without a format in its address',
      async () => 'https://images.example.com/data',
      'The address of the image, https://images.example.com/data, does not say that it is a ' +
        'disk image.',
      'ends in .qcow2',
    ],
    [
      'of another server without its checksum',
      async () => 'https://images.example.com/data.qcow2',
      'The image comes from another server, and the SHA-256 of the image is not given.',
      'Set image_checksum',
    ],
  ])('refuses an image %s, and takes no room', async (_what, made, detail, remedy) => {
    const image = await made();
    const refused = await bench().expectProblem('volume.import', {
      name: 'data',
      image,
      size_gb: 5,
    });
    expect(refused).toMatchObject({
      code: 'validation-failed',
      detail,
      remedy: expect.stringContaining(remedy),
    });
    expect(await usedGb()).toEqual(NOTHING);
  });

  test('refuses another checksum than the image has', async () => {
    const image = await upload(qcow2(3));
    const image_checksum = `sha256:${'0'.repeat(64)}`;
    const input = { name: 'data', image, image_checksum };
    expect(await bench().expectProblem('volume.import', input)).toMatchObject({
      code: 'validation-failed',
      detail: expect.stringMatching(/^An uploaded image is named by its checksum, and this one is/),
    });
  });

  test('refuses a pool that is full', async () => {
    const image = await upload(qcow2(101));
    expect(await bench().expectProblem('volume.import', { name: 'data', image })).toMatchObject({
      code: 'no-capacity',
      detail: '101 GB of ssd are requested; the storage pool has less free.',
    });
  });

  /** Previews an import before its image is sent. */
  async function preview(input: Readonly<Record<string, unknown>>) {
    const asked = { operation: 'volume.import' as const, unknown: ['image'], input };
    const { problems } = await bench().expectOk('admission.preview', asked);
    return problems;
  }

  /** Has nodes announce what they say without a server to fetch images from. */
  async function forgetServer(...names: readonly string[]): Promise<void> {
    for (const node of await bench().store.read({
      from: 'nodes',
      where: { name: { in: names } },
    })) {
      const capabilities = { ...JSON.parse(node.capabilities_json), snapshotExport: 'no' };
      const otherwise = problem('conflict', { detail: 'It is gone.', remedy: 'Try again.' });
      const set = { capabilities_json: JSON.stringify(capabilities) };
      const change = { kind: 'update', table: 'nodes', id: node.id, set, otherwise } as const;
      expect((await bench().store.commit([change])).ok).toBe(true);
    }
  }

  test('is refused before its image is sent, by all that does not depend on it', async () => {
    expect(await preview({ name: 'data', size_gb: 3 })).toEqual([]);
    const taken = await bench().expectOk('volume.create', { name: 'taken', size_gb: 1 });
    await bench().end(taken.operation);
    const rule =
      'package novacron\n\ndeny contains "volumes have at most 200 GB" if {\n' +
      '  input.action == "create_volume"\n  input.resource.size_gb > 200\n}\n';
    await bench().expectOk('policy.create', { name: 'small-volumes', type: 'resource', rule });
    const found = await preview({ name: 'taken', size_gb: 201 });
    expect(found.map(({ code }) => code)).toEqual(['name-taken', 'policy-denied']);
    expect(await preview({ name: 'data', size_gb: 1, type: 'tape' })).toMatchObject([
      { code: 'validation-failed' },
    ]);
    expect(await usedGb()).toEqual({ pool: 1, volumes: 1, volume_gb: 1 });
  });

  test('is refused with its quota, and for a caller who may not, before it is sent', async () => {
    const { tenantId } = bench().admin;
    await bench().expectOk('tenant.update', { id: tenantId, quotas: { volume_gb: 2 } });
    expect(await preview({ name: 'data', size_gb: 3 })).toMatchObject([{ code: 'quota-exceeded' }]);
    const as = { principal: { ...bench().admin, role: 'viewer', permissions: undefined } as never };
    const asked = { operation: 'volume.import' as const, unknown: ['image'], input: { name: 'x' } };
    const { problems } = await bench().expectOk('admission.preview', asked, as);
    expect(problems).toMatchObject([{ code: 'forbidden' }]);
  });

  test('goes to a node that can fetch the image, and is refused without one', async () => {
    await announceStorage({ 'node-a': 90, 'node-b': 50 });
    const image = await upload(qcow2(3));
    await forgetServer('node-a');
    const { id } = await importIt({ name: 'data', image });
    expect(await commandsOf(id)).toMatchObject([{ node: 'node-b', kind: 'import-volume' }]);
    const vm = await makeVm(bench(), { placement: { node: 'node-a' } });
    const detail = expect.stringContaining('the agent of node-a, where this VM is, does not know');
    const remedy = expect.stringContaining('with --image-server, the https address of the server');
    const attached = { name: 'more', size_gb: 3, attached_to: vm.id };
    const refused = { code: 'in-use', detail, remedy };
    expect(await preview(attached)).toMatchObject([refused]);
    expect(await bench().expectProblem('volume.import', { ...attached, image })).toMatchObject(
      refused,
    );
    await forgetServer('node-a', 'node-b');
    const none = { code: 'in-use', detail: expect.stringMatching(/^No ready node can fetch /) };
    expect(await preview({ name: 'more', size_gb: 3 })).toMatchObject([{ ...none, remedy }]);
    // An image with an address does not come from the server.
    const address = { image: 'https://images.example.com/data.qcow2' };
    expect(await preview({ name: 'more', size_gb: 3, ...address })).toEqual([]);
  });

  test('that a node refuses leaves no volume and no room, and its content is removed', async () => {
    await announceStorage({ 'node-a': 90, 'node-b': 50 });
    const image = await upload(qcow2(3));
    bench()
      .fleet.drivers.get('node-a')
      ?.faults.add({ kind: 'fail-final', action: 'import-volume' });
    const { id, ended } = await importIt({ name: 'data', image });
    expect(ended).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('The simulated import-volume failed on demand.') },
    });
    expect(await bench().expectProblem('volume.get', { id })).toMatchObject({ code: 'not-found' });
    expect(await usedGb()).toEqual(NOTHING);
    await bench().advance(ROUNDS_MS);
    const where = { target_id: id, kind: 'volume.cleanup' };
    const removals = await bench().store.read({ from: 'operations', where });
    expect(removals).toMatchObject([{ status: 'succeeded' }]);
    // The name is free, and nothing is in the way of another attempt.
    bench().fleet.drivers.get('node-a')?.faults.clear();
    expect((await importIt({ name: 'data', image })).ended).toMatchObject({ status: 'succeeded' });
  });

  test('goes on after a restart of the server, and of the agent that was killed', async () => {
    const image = await upload(qcow2(3));
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ kind: 'hang', action: 'import-volume', times: 1 });
    }
    const { operation, resource } = await bench().expectOk('volume.import', {
      name: 'data',
      image,
    });
    await bench().advance(1_000);
    const [{ node } = { node: '' }] = await commandsOf(resource.id);
    await bench().fleet.killAgent(node);
    await bench().restartServer();
    bench().fleet.restartAgent(node);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await bench().expectOk('volume.get', { id: resource.id })).toMatchObject({
      status: 'available',
    });
    expect(await usedGb()).toEqual({ pool: 3, volumes: 1, volume_gb: 3 });
  });

  test('that is cancelled ends at once, and leaves no volume and no room', async () => {
    const image = await upload(qcow2(3));
    for (const driver of bench().fleet.drivers.values()) {
      driver.faults.add({ kind: 'hang', action: 'import-volume' });
    }
    const { operation, resource } = await bench().expectOk('volume.import', {
      name: 'data',
      image,
    });
    await bench().advance(1_000);
    await bench().expectOk('operation.cancel', { id: operation.id });
    const cancelledMs = bench().deps.clock.nowMs();
    expect(await bench().end(operation)).toMatchObject({ status: 'failed' });
    expect(bench().deps.clock.nowMs() - cancelledMs).toBeLessThan(ROUNDS_MS);
    const { id } = resource;
    expect(await bench().expectProblem('volume.get', { id })).toMatchObject({ code: 'not-found' });
    expect(await usedGb()).toEqual(NOTHING);
  });

  test('is done once for an idempotency key', async () => {
    const image = await upload(qcow2(3));
    const input = { name: 'data', image, idempotency_key: 'import/data' };
    const first = await bench().expectOk('volume.import', input);
    const second = await bench().expectOk('volume.import', input);
    await bench().end(first.operation);
    const third = await bench().expectOk('volume.import', input);
    expect([second.resource.id, third.resource.id]).toEqual([first.resource.id, first.resource.id]);
    expect(await usedGb()).toEqual({ pool: 3, volumes: 1, volume_gb: 3 });
    const other = { ...input, name: 'other' };
    expect(await bench().expectProblem('volume.import', other)).toMatchObject({
      code: 'idempotency-key-reused',
    });
  });

  test('belongs to its tenant, and another one has its own of the same name', async () => {
    const made = await bench().expectOk('tenant.create', { name: 'research' });
    const found = await bench().application.authenticate(made.secret ?? '');
    const as: { principal: Principal } = { principal: found.ok ? found.value : bench().admin };
    const input = { name: 'data', image: await upload(qcow2(3)) };
    const { id } = await importIt(input);
    expect(await bench().expectProblem('volume.get', { id }, as)).toMatchObject({
      code: 'not-found',
    });
    const theirs = await bench().expectOk('volume.import', input, as);
    await bench().endAll();
    expect(theirs.resource).toMatchObject({ tenant_id: made.resource.id, size_gb: 3 });
    const vm = await makeVm(bench());
    const foreign = { ...input, name: 'more', attached_to: vm.id };
    expect(await bench().expectProblem('volume.import', foreign, as)).toMatchObject({
      code: 'reference-unknown',
    });
  });

  test('is a new volume to policies', async () => {
    const rule =
      'package novacron\n\ndeny contains "volumes have at most 2 GB" if {\n' +
      '  input.action == "create_volume"\n  input.resource.size_gb > 2\n}\n';
    await bench().expectOk('policy.create', { name: 'small-volumes', type: 'resource', rule });
    const image = await upload(qcow2(3));
    expect(await bench().expectProblem('volume.import', { name: 'data', image })).toMatchObject({
      code: 'policy-denied',
      detail: expect.stringContaining('volumes have at most 2 GB'),
    });
  });

  test('is asked of no agent that does not know it', async () => {
    const vm = await makeVm(bench());
    const image = await upload(qcow2(3));
    for (const { id } of await bench().store.read({ from: 'nodes' })) {
      const otherwise = problem('conflict', { detail: 'The node is not there.', remedy: '' });
      const set = { capabilities_json: '{"snapshots":"yes","hotplugDisk":"yes"}' };
      await bench().store.commit([{ kind: 'update', table: 'nodes', id, set, otherwise }]);
    }
    expect(await bench().expectProblem('volume.import', { name: 'data', image })).toMatchObject({
      code: 'no-capacity',
      detail: 'No ready node makes volumes from images.',
      remedy: expect.stringContaining('start an agent whose driver imports images'),
    });
    const attached = { name: 'data', image, attached_to: vm.id };
    expect(await bench().expectProblem('volume.import', attached)).toMatchObject({
      code: 'in-use',
      detail:
        `The volume data cannot be imported for ${vm.name}: the agent of ${vm.node}, where this ` +
        'VM is, makes no volumes from images.',
    });
    expect(await usedGb()).toEqual(NOTHING);
  });
});
