/**
 * A host that hangs, and whose guests write on, is powered off before its VMs start elsewhere: no
 * write of the old QEMU to a shared disk comes after one of the new. The kernel records who writes.
 */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { startWriteLog, type WriteLog } from '../../support/services/start-write-log.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { type FencedHosts, startFencedHosts } from './test-kit/fenced-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

const WAIT_MS = 120_000;

/** Numbers, each on the disk before the next one. */
const WRITER = '{ while true; do echo $((n=n+1)) | dd of=/dev/vda conv=fsync 2>/dev/null; done & }';
const READ = 'dd if=/dev/vda bs=16 count=1 2>/dev/null';

let fleet: FencedHosts;
let log: WriteLog;

beforeAll(async () => {
  log = await startWriteLog();
  fleet = await startFencedHosts();
});
afterAll(async () => {
  await fleet?.remove();
  await log?.stop();
});

const numberIn = (text: string): number => Number.parseInt(text, 10);

test('a hung host writes nothing after its VM has begun to write elsewhere', async () => {
  const { site, bmcOf, makeVm, vmIn, awaitChannels } = fleet;
  const [home, away] = [site.hosts['node-01'], site.hosts['node-02']];
  await awaitChannels();
  bmcOf('node-01').powers(dirname(home.runDir));
  const id = await makeVm('writer', 'node-01');
  const guest = guestConsole(home.runDir, id);
  await guest.awaitBoots(1);
  await guest.run(WRITER);
  const old = home.machineOf(id);
  const disk = join(home.storageDir, 'disks', id, 'root.qcow2');
  const writers = () => log.writesBelow(dirname(disk)).filter(({ path }) => path === disk);
  await waitUntil('the guest to write', () =>
    writers().filter(({ pid }) => pid === old).length > 100 ? true : undefined,
  );

  home.hangAgent();
  // Its guest does not notice, and writes until the power is off.
  const written = numberIn(await guest.run(READ));
  const before = writers().length;
  await waitUntil(
    'the VM to run on the other host',
    async () => {
      const { status, node } = await vmIn(id);
      return status === 'running' && node === 'node-02' ? true : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  expect(bmcOf('node-01').power()).toBe('off');
  const moved = guestConsole(away.runDir, id);
  await moved.awaitBoots(1);
  expect(numberIn(await moved.run(READ))).toBeGreaterThanOrEqual(written);
  await moved.run(WRITER);
  const young = away.machineOf(id);
  await waitUntil('the guest to write there', () =>
    writers().filter(({ pid }) => pid === young).length > 100 ? true : undefined,
  );

  const after = writers()
    .slice(before)
    .map(({ pid }) => pid);
  const lastOld = after.lastIndexOf(old);
  expect(lastOld).toBeGreaterThan(0);
  expect(after.slice(0, lastOld).every((pid) => pid === old)).toBe(true);
  expect(after.slice(lastOld + 1)).toContain(young);
});
