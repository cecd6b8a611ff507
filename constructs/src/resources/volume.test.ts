import { expect, test } from '@jest/globals';
import { VolumeType } from '../props/choices.ts';
import { Size } from '../props/size.ts';
import { MACHINE } from '../test-kit/machine.ts';
import { attributesOf, findTrouble, synthesize } from '../test-kit/synthesize.ts';
import { Snapshot } from './snapshot.ts';
import { Vm } from './vm.ts';
import { Volume } from './volume.ts';

const size = Size.gibibytes(50);

test('a volume says its size and its class', () => {
  const attributes = attributesOf('storage', (stack) => {
    new Volume(stack, 'data', { size: Size.tebibytes(1), type: VolumeType.NVME });
  });
  expect(attributes).toEqual({ name: 'shop-data', size_gb: 1024, type: 'nvme' });
});

test('a volume begins with a snapshot of another one', () => {
  const { resource } = synthesize((stack) => {
    const volume = new Volume(stack, 'data', { size });
    const source = new Snapshot(stack, 'before', { volume, description: 'Before the upgrade' });
    new Volume(stack, 'rehearsal', { size, source });
  });
  const [snapshot] = Object.entries(resource.novacron_snapshot ?? {});
  const [data] = Object.entries(resource.novacron_storage ?? {});
  expect(snapshot?.[1]).toEqual({
    name: 'shop-before',
    description: 'Before the upgrade',
    volume_id: `\${novacron_storage.${data?.[0]}.id}`,
  });
  expect(Object.values(resource.novacron_storage ?? {})[1]).toMatchObject({
    source_snapshot_id: `\${novacron_snapshot.${snapshot?.[0]}.id}`,
  });
});

test('a size in part of a gibibyte and an unknown class are reported', () => {
  const trouble = findTrouble((stack) => {
    new Volume(stack, 'data', { size: Size.mebibytes(1536), type: VolumeType.custom('sdd') });
  });
  expect(trouble).toContain('[shop/data] `size` must be a whole number; it is 1.5.');
  expect(trouble).toContain(
    '[shop/data] `type` must be one of "ssd", "hdd", "nvme"; did you mean "ssd"? It is "sdd".',
  );
});

test('a volume is attached to one VM at a time', () => {
  const trouble = findTrouble((stack) => {
    const [one, other] = ['one', 'other'].map(
      (id) => new Vm(stack, id, { ...MACHINE, isolated: true }),
    );
    const volume = new Volume(stack, 'data', { size });
    if (one === undefined || other === undefined) return;
    one.attach(volume);
    one.attach(volume);
    other.attach(volume);
  });
  expect(trouble).toBe(
    'shop/data is attached to shop/one already, and a volume can be attached to one VM at a ' +
      'time. ' +
      'Create another volume for shop/other.',
  );
});

test('a VM that waits for the volume that waits for it is reported, with the way out', () => {
  const trouble = findTrouble((stack) => {
    const data = new Volume(stack, 'data', { size });
    const userData = `mount ${data.volumeId}`;
    new Vm(stack, 'db', { ...MACHINE, isolated: true, userData }).attach(data);
  });
  expect(trouble).toMatch(
    /shop\/(\w+) -> shop\/\w+ -> shop\/\1 form a dependency cycle, so none can/,
  );
  expect(trouble).toContain('a VM does not need a reference to a volume that is attached to it.');
});

test('volumes and snapshots of other configurations are imported by id or found by name', () => {
  const { data } = synthesize((stack) => {
    expect(Volume.fromVolumeId(stack, 'v', 'vol_1').volumeId).toBe('vol_1');
    expect(Snapshot.fromSnapshotId(stack, 's', 'snap_1').snapshotId).toBe('snap_1');
    const volume = Volume.fromVolumeName(stack, 'old', 'old-data');
    new Snapshot(stack, 'copy', { volume });
    const source = Snapshot.fromSnapshotName(stack, 'kept', 'nightly');
    new Volume(stack, 'data', { size, source });
  });
  expect(Object.values(data?.novacron_storage ?? {})).toEqual([{ name: 'old-data' }]);
  expect(Object.values(data?.novacron_snapshot ?? {})).toEqual([{ name: 'nightly' }]);
});
