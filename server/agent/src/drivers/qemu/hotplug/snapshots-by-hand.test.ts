/** External snapshots that programs for backups take at the monitor of a machine. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { bad, good } from '../../driver-bench.ts';
import { volumeNode } from '../machine/build-command-line.ts';
import { atOperatorsMonitor } from '../test-kit/operators-monitor.ts';
import { idleSpec } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const { site, ids, vmId, order, open } = useQemuSite();

const at = (command: string, args: object) =>
  atOperatorsMonitor(join(site.runDir('node-01'), vmId()), command, args);

test('a disk that goes on in another file is neither left nor copied without it', async () => {
  const driver = await open('node-01');
  const spec = idleSpec();
  const volume = { volume_id: ids('vol'), size_gb: 1 };
  await good(driver.create(order(1), spec));
  await good(driver.start(order(2)));
  await good(driver.attach(order(3), volume));
  const snapshot = {
    snapshot_id: ids('snap'),
    signal: new AbortController().signal,
  };
  const larger = { spec: idleSpec({ disk_gb: 2 }), restart: 'forbidden' } as const;
  const needOwnDisk = (node: string) => [
    () => driver.migrate(order(4), { toNode: 'node-02', size: spec }),
    () => driver.stop(order(4)),
    ...(node === 'root-node'
      ? [() => driver.configure(order(4), larger)]
      : [
          () => driver.takeSnapshot(snapshot, volume),
          () => driver.attach(order(4), { ...volume, size_gb: 2 }),
          () => driver.detach(order(4), volume.volume_id),
        ]),
  ];
  for (const [node, what] of [
    ['root-node', `The root disk of ${vmId()}`],
    [volumeNode(volume.volume_id), `The volume ${volume.volume_id} of ${vmId()}`],
  ] as const) {
    const file = join(site.directory, `${node}.qcow2`);
    const overlay = { 'snapshot-file': file, 'snapshot-node-name': 'by-hand' };
    await at('blockdev-snapshot-sync', { 'node-name': node, ...overlay });
    for (const act of needOwnDisk(node)) {
      expect(await bad<unknown>(act())).toEqual({
        message:
          `${what} goes on in ${file}, since someone took a snapshot at the monitor of QEMU: ` +
          'merge that file into the disk there first (block-commit).',
        next: 'final',
      });
    }
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running', generation: 3 }]);
    const job = { 'job-id': 'merge', device: 'by-hand' };
    await at('block-commit', job);
    await waitUntil('the end of the merge', async () => {
      await at('block-job-complete', { device: 'merge' });
      return true as const;
    });
    await waitUntil('the end of the job', async () => {
      expect(await at('query-block-jobs', {})).toEqual([]);
      return true as const;
    });
  }
  await good(driver.takeSnapshot(snapshot, volume));
  expect(await good(driver.configure(order(4), larger))).toMatchObject({ effect: 'live' });
  expect(await good(driver.stop(order(5)))).toMatchObject({ status: 'stopped' });
});
