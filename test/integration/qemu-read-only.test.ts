/** The file system of the run directory becomes read-only, as after an error of its disk. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bad, good } from '../../server/agent/src/drivers/driver-bench.ts';
import { idleSpec, listQemuOf } from '../../server/agent/src/drivers/qemu/test-kit/qemu-bench.ts';
import { useQemuSite } from '../../server/agent/src/drivers/qemu/test-kit/use-qemu-site.ts';
import { launchAgent } from '../../server/agent/src/test-kit/launch-agent.ts';
import { findMount } from '../support/services/find-mount.ts';
import { type NatsServer, startNats } from '../support/services/start-nats.ts';
import { waitUntil } from '../support/src/wait-until.ts';

const NODE = 'node-01';
const { mount, umount } = findMount();
const { site, ids, order } = useQemuSite({ end: async () => setWritable('yes') });
let nats: NatsServer;
let writable: 'yes' | 'no' = 'yes';

beforeAll(async () => {
  nats = await startNats({ jetstream: 'off' });
});
afterAll(() => nats.remove());
beforeEach(() => mkdirSync(site.runDir(NODE)));

/** A read-only view over the directory; files that are open stay as they are. */
function setWritable(next: typeof writable): void {
  if (next === writable) return;
  const directory = site.runDir(NODE);
  if (next === 'yes') {
    execFileSync(umount, ['-l', directory]);
  } else {
    execFileSync(mount, ['--bind', directory, directory]);
    execFileSync(mount, ['-o', 'remount,bind,ro', directory]);
  }
  writable = next;
}

/** Arguments of an agent or of its doctor. */
function places(): readonly string[] {
  const directories = {
    'data-dir': join(site.directory, 'data'),
    'run-dir': site.runDir(NODE),
    'storage-dir': site.storageDir,
  };
  return Object.entries(directories).flatMap(([name, value]) => [`--${name}`, value]);
}

test('a VM is refused with the reason, leaves nothing, and is made later', async () => {
  const driver = await site.open(NODE);
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
  setWritable('no');
  const other = { ...order(1), vm_id: ids('vm') };
  expect(await bad(driver.create(other, idleSpec()))).toEqual({
    message: expect.stringMatching(/^The agent cannot write .*machine[.]json [(]EROFS: read-only /),
    next: 'retry',
  });
  expect(existsSync(join(site.storageDir, 'disks', other.vm_id))).toBe(false);
  expect(await good(driver.inspect())).toMatchObject([{ vm_id: order().vm_id, status: 'running' }]);
  setWritable('yes');
  await good(driver.create(other, idleSpec()));
  await good(driver.start({ ...other, generation: 2 }));
  expect(await good(driver.inspect())).toMatchObject([
    { status: 'running' },
    { status: 'running' },
  ]);
  await driver.close();
});

test('a stop that cannot be recorded says so, and is recorded when it is repeated', async () => {
  const driver = await site.open(NODE);
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
  setWritable('no');
  const refused = {
    message: expect.stringContaining('EROFS: read-only file system'),
    next: 'retry',
  };
  expect(await bad(driver.stop(order(3)))).toEqual(refused);
  expect(await bad(driver.deleteDisk(order(4)))).toEqual(refused);
  expect(existsSync(join(site.storageDir, 'disks', order().vm_id, 'root.qcow2'))).toBe(true);
  setWritable('yes');
  expect(await good(driver.stop(order(3)))).toMatchObject({ status: 'stopped', generation: 3 });
  expect(listQemuOf(site.runDir(NODE))).toEqual([]);
  await good(driver.deleteDisk(order(4)));
  expect(existsSync(join(site.storageDir, 'disks', order().vm_id))).toBe(false);
  expect(existsSync(join(site.runDir(NODE), order().vm_id))).toBe(false);
  await driver.close();
});

test('a VM whose process ends is noticed, though that cannot be recorded', async () => {
  const driver = await site.open(NODE);
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
  setWritable('no');
  for (const pid of listQemuOf(site.runDir(NODE))) process.kill(pid, 'SIGKILL');
  await waitUntil('the end to be noticed', async () => {
    const [machine] = await good(driver.inspect());
    return machine?.status === 'stopped' && machine.stop_reason === 'crash' ? true : undefined;
  });
  setWritable('yes');
  await good(driver.start(order(3)));
  await driver.close();
});

test('an agent does not start, and its doctor says the command that mends it', async () => {
  setWritable('no');
  const remedy = `mount -o remount,rw ${JSON.stringify(site.runDir(NODE))}`;
  const doctor = launchAgent(['doctor', '--accel', 'tcg', ...places()]);
  expect(await doctor.end()).toBe(1);
  const line = doctor.said.stdout.split('\n').find((each) => each.includes('run directory: '));
  expect(line).toMatch(/^missing run directory: .*: it is on a read-only file system; the agent/);
  expect(line).toContain(`-> as root: ${remedy}`);
  const node = ['--node', NODE, '--zone', 'zone-a', '--rack', 'rack-1', '--bus', nats.url];
  const driver = ['--driver', 'qemu', '--accel', 'tcg', ...places()];
  const agent = launchAgent([...node, ...driver]);
  expect(await agent.end()).toBe(1);
  expect(agent.said.stderr).toMatch(
    /^Error: The run directory .* cannot be used: EROFS: read-only .*\nAs root, run: /m,
  );
  expect(agent.said.stderr).toContain(remedy);
});
