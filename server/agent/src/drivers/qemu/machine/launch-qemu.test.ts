/** Hosts on which QEMU cannot start a machine: real QEMU, under limits of the host. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { bad, good } from '../../driver-bench.ts';
import { idleSpec, listQemuOf } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const { site, ids, order, vmId, open } = useQemuSite();

/** Address space of QEMU besides the memory of its guest, of which the machine has more. */
const FREE_KIB = 1_500_000;

test('a host without free memory starts no machine now, and starts it later', async () => {
  const spec = idleSpec({ memory_mib: 2_048 });
  const capacity = { cpu_cores: 4, memory_mib: 4_096, disk_gb: 10 };
  const { qemu, image } = findQemu();
  const limited = join(site.directory, 'limited-qemu');
  writeFileSync(limited, `#!/bin/sh\nulimit -v ${FREE_KIB}\nexec '${qemu}' "$@"\n`, {
    mode: 0o700,
  });
  const full = await open('node-01', { capacity, programs: { qemu: limited, image } });
  await good(full.create(order(1), spec));
  expect(await bad(full.start(order(2)))).toEqual({
    message: expect.stringMatching(
      /^QEMU ended at its start: .*cannot set up guest memory.*Cannot allocate memory[.]$/,
    ),
    next: 'retry',
  });
  expect(listQemuOf(site.directory)).toEqual([]);
  expect(await good(full.inspect())).toMatchObject([{ status: 'stopped', generation: 1 }]);
  await full.close();
  const driver = await open('node-01', { capacity });
  expect(await good(driver.start(order(2)))).toMatchObject({ status: 'running' });
});

test('a directory of a machine that cannot be made leaves no machine and no disk', async () => {
  const driver = await open('node-01');
  const inTheWay = join(site.runDir('node-01'), vmId());
  writeFileSync(inTheWay, '');
  const refused = await bad(driver.create(order(1), idleSpec()));
  expect(refused).toMatchObject({ next: 'retry' });
  expect(refused.message).toContain(vmId());
  expect(await good(driver.inspect())).toEqual([]);
  expect(existsSync(inTheWay)).toBe(false);
  expect(existsSync(join(site.storageDir, 'disks', vmId()))).toBe(false);
  await good(driver.create(order(1), idleSpec()));
  expect(await good(driver.start(order(2)))).toMatchObject({ status: 'running' });
});

test('a disk that is not there is named, and its machine is not started once more', async () => {
  const driver = await open('node-01');
  const volume = { volume_id: ids('vol'), size_gb: 1 };
  await good(driver.create(order(1), idleSpec()));
  await good(driver.attach(order(1), volume));
  const refusal = (disk: string, file: string) => ({
    message:
      `QEMU ended at its start: ${disk} cannot be opened: Could not open '${file}': No such ` +
      'file or directory.',
    next: 'final',
  });
  const file = join(site.storageDir, 'volumes', `${volume.volume_id}.qcow2`);
  renameSync(file, `${file}.away`);
  expect(await bad(driver.start(order(2)))).toEqual(
    refusal(`the volume ${volume.volume_id}`, file),
  );
  renameSync(`${file}.away`, file);
  const root = join(site.storageDir, 'disks', vmId(), 'root.qcow2');
  renameSync(root, `${root}.away`);
  expect(await bad(driver.start(order(2)))).toEqual(refusal('the root disk', root));
  writeFileSync(root, 'no disk');
  expect(await bad(driver.start(order(2)))).toEqual({
    message:
      'QEMU ended at its start: the root disk cannot be opened: Image is not in qcow2 format.',
    next: 'final',
  });
  renameSync(`${root}.away`, root);
  expect(await good(driver.start(order(2)))).toMatchObject({ status: 'running' });
});

test('a QEMU that ends without a word has the signal or the exit code', async () => {
  const program = join(site.directory, 'broken-qemu');
  const { image } = findQemu();
  const driver = await open('node-01', { programs: { qemu: program, image } });
  await good(driver.create(order(1), idleSpec()));
  for (const [script, ending] of [
    ['kill -SEGV $$', 'SIGSEGV'],
    ['exit 3', 'exit code 3'],
  ]) {
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    expect(await bad(driver.start(order(2)))).toMatchObject({
      message: `QEMU ended at its start: it wrote nothing (${ending}).`,
    });
  }
});
