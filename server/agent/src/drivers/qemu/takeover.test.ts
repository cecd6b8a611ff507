/** A node takes over a VM of another one with which it shares its storage. */
import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { idleSpec, listQemuOf } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, ids, order } = useQemuSite();
let first: Driver;
let second: Driver;

beforeEach(async () => {
  first = await site.open('node-01');
  second = await site.open('node-02');
  await good(first.create(order(1), idleSpec()));
  await good(first.start(order(2)));
});

const missing = { spec: idleSpec(), volumes: [] };
const takeOver = () => second.define(order(3), { ...missing, takeover: 'yes' });

/** The host of the first node dies: its agent, and QEMU with it. */
async function die(): Promise<void> {
  await first.close();
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  // Its locks go a moment after the process.
  await waitUntil('the disk to be free', async () => {
    const answer = await takeOver();
    return answer.ok || answer.error.next === 'final' ? true : undefined;
  });
}

test('a VM that still runs is not taken over: its disk is locked', async () => {
  const before = listQemuOf(site.directory);
  expect(await bad(takeOver())).toMatchObject({
    message: expect.stringContaining('A disk is in use by a machine here or on another node'),
    next: 'retry',
  });
  expect(await good(second.inspect())).toEqual([]);
  expect(listQemuOf(site.directory)).toEqual(before);
  expect(await good(first.stop(order(3), 'forced'))).toMatchObject({ status: 'stopped' });
  expect(await good(first.start(order(4)))).toMatchObject({ status: 'running' });
});

test('a VM of a dead node runs on the other one, and not on the first again', async () => {
  await die();
  expect(await good(takeOver())).toMatchObject({ status: 'stopped', generation: 3 });
  expect(await good(second.start(order(3)))).toMatchObject({ status: 'running' });
  first = await site.open('node-01');
  expect(await good(first.inspect())).toMatchObject([{ status: 'stopped', generation: 2 }]);
  expect(await bad(first.start(order(4)))).toEqual({
    message: `The root disk of ${order(1).vm_id} belongs to node-02: only that node starts it.`,
    next: 'final',
  });
  await good(first.forget(order(4)));
  expect(await good(first.inspect())).toEqual([]);
  expect(await good(second.inspect())).toMatchObject([{ status: 'running' }]);
});

test('a VM is taken over by a node that has an older record of it', async () => {
  const copy = join(site.directory, 'copy');
  cpSync(site.runDir('node-01'), copy, {
    recursive: true,
    filter: (name) => !name.endsWith('.sock'),
  });
  await die();
  // The second node has it, with more cores; the first is back from a copy and takes it again.
  const grown = { ...missing, spec: idleSpec({ cpu_cores: 2 }) };
  const asked = { spec: grown.spec, restart: 'forbidden' } as const;
  await good(second.configure(order(4), asked));
  rmSync(site.runDir('node-01'), { recursive: true });
  renameSync(copy, site.runDir('node-01'));
  first = await site.open('node-01');
  expect(await good(first.inspect())).toMatchObject([{ status: 'stopped', generation: 2 }]);
  await good(first.define(order(5), { ...grown, takeover: 'yes' }));
  expect(await good(first.start(order(6)))).toMatchObject({ status: 'running', spec: grown.spec });
  expect(await bad(second.start(order(7)))).toMatchObject({ next: 'final' });
});

describe('a VM whose disks stay locked', () => {
  const ignoring = (generation = 3) =>
    second.define(order(generation), { ...missing, takeover: 'yes', locks: 'ignored' });

  test('runs on the other node where a person says so, and takes locks again later', async () => {
    // Its host is suspended: it writes nothing, and holds its locks as NFS holds those of the dead.
    const frozen = listQemuOf(site.directory);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    expect(await bad(takeOver())).toMatchObject({
      message: expect.stringContaining('A disk is in use by a machine here or on another node'),
    });
    expect(await good(ignoring())).toMatchObject({ status: 'stopped', generation: 3 });
    expect(await good(second.start(order(3)))).toMatchObject({ status: 'running' });
    const isNew = (pid: number) => !frozen.includes(pid);
    expect(lockingOf(listQemuOf(site.directory).filter(isNew))).toEqual([['off']]);
    for (const pid of frozen) process.kill(pid, 'SIGKILL');
    await good(second.stop(order(4), 'forced'));
    await waitUntil('the locks to be free', () =>
      listQemuOf(site.directory).length === 0 ? true : undefined,
    );
    expect(await good(second.start(order(5)))).toMatchObject({ status: 'running' });
    expect(lockingOf(listQemuOf(site.directory))).toEqual([['on']]);
  });

  test('is refused where only a volume is locked', async () => {
    const other = ids('vm');
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    const ofOther = (generation: number) => ({ ...order(generation), vm_id: other });
    await good(first.create(ofOther(1), idleSpec()));
    await good(first.attach(ofOther(2), volume));
    await die();
    // The volume is in use by another VM.
    first = await site.open('node-01');
    await good(first.start(ofOther(3)));
    const moved = { spec: idleSpec(), volumes: [volume], takeover: 'yes' } as const;
    await good(second.forget(order(3)));
    expect(await bad(second.define(order(4), moved))).toMatchObject({
      message: expect.stringContaining('A disk is in use by a machine here or on another node'),
      next: 'retry',
    });
    expect(await good(second.inspect())).toEqual([]);
    expect(await good(second.define(order(4), { ...moved, locks: 'ignored' }))).toMatchObject({
      status: 'stopped',
    });
    expect(await good(second.start(order(4)))).toMatchObject({ status: 'running' });
  });
});

/** With which locks each process opens disks that it writes to. */
function lockingOf(pids: readonly number[]): readonly (readonly string[])[] {
  return pids.map((pid) => {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const disks = args.filter((each) => each.includes('root.qcow2'));
    return [...new Set(disks.map((each) => JSON.parse(each).file.locking as string))];
  });
}

test('without a takeover the disk of another node is left alone', async () => {
  expect(await bad(second.define(order(3), missing))).toMatchObject({
    message: `The root disk of ${order(1).vm_id} belongs to node-01.`,
    next: 'final',
  });
});
