import { cpSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import type { LostProcess } from './machine/machines.ts';
import type { QemuOptions } from './open-qemu-driver.ts';
import { idleSpec, listQemuOf } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const NODE = 'node-01';

const { site, order } = useQemuSite();
let driver: Driver;
let lost: LostProcess[];

beforeEach(async () => {
  lost = [];
  driver = await open();
  await good(driver.create(order(1), idleSpec()));
  await good(driver.start(order(2)));
});

function open(options: Partial<QemuOptions> = {}): Promise<Driver> {
  return site.open(NODE, { onLost: (each) => lost.push(each), ...options });
}

/** The agent ends, its files change, and it starts again. */
async function reopen(change: () => unknown): Promise<void> {
  await driver.close();
  await change();
  driver = await open();
}

const stored = (name: string): string => join(site.runDir(NODE), order().vm_id, name);

async function killQemu(): Promise<void> {
  for (const pid of listQemuOf(site.directory)) process.kill(pid, 'SIGKILL');
  await waitUntil('QEMU to end', () =>
    listQemuOf(site.directory).length === 0 ? true : undefined,
  );
}

const found = async () => good(driver.inspect());

describe('a VM that runs without its record', () => {
  test.each([
    ['file', () => rmSync(stored('machine.json'))],
    ['directory', () => rmSync(join(site.runDir(NODE), order().vm_id), { recursive: true })],
  ])('runs on and is named, where its %s is gone', async (_what, removeIt) => {
    const before = listQemuOf(site.directory);
    await reopen(removeIt);
    expect(lost).toEqual([{ vm_id: order().vm_id, pid: before[0] }]);
    expect(await found()).toEqual([]);
    expect(await bad(driver.create(order(3), idleSpec()))).toMatchObject({ next: 'final' });
    expect(listQemuOf(site.directory)).toEqual(before);
    await good(driver.deleteDisk(order(4)));
    expect(listQemuOf(site.directory)).toEqual([]);
  });

  test('is managed again when its record is back', async () => {
    const record = readFileSync(stored('machine.json'));
    await reopen(() => rmSync(stored('machine.json')));
    await reopen(() => writeFileSync(stored('machine.json'), record));
    expect(await found()).toMatchObject([{ status: 'running' }]);
    expect(await good(driver.stop(order(3), 'forced'))).toMatchObject({ status: 'stopped' });
  });
});

describe('a VM that is missing', () => {
  const kept = (name: string): string => join(site.storageDir, 'disks', order().vm_id, name);
  const missing = () => ({ spec: idleSpec(), volumes: [] });
  const define = () => driver.define(order(3), missing());
  const loseIt = async () => {
    await good(driver.stop(order(2), 'forced'));
    await reopen(() => rmSync(join(site.runDir(NODE), order().vm_id), { recursive: true }));
  };

  test('is made again around its root disk, as the guest that it was', async () => {
    const files = ['root.qcow2', 'seed.img'];
    const inodes = () => files.map((name) => statSync(kept(name)).ino);
    const before = inodes();
    await loseIt();
    expect(await found()).toEqual([]);
    expect(await good(define())).toMatchObject({ status: 'stopped', generation: 3 });
    expect(inodes()).toEqual(before);
    expect(await good(driver.start(order(4)))).toMatchObject({ status: 'running' });
    await reopen(() => undefined);
    expect(await found()).toMatchObject([{ status: 'running', generation: 4 }]);
  });

  test('is not made again where it runs without a record', async () => {
    const [pid] = listQemuOf(site.directory);
    await reopen(() => rmSync(stored('machine.json')));
    expect(await bad(define())).toEqual({
      message:
        `${order().vm_id} runs on this node without a record, as process ${pid}: shut its guest ` +
        'down, or end the process.',
      next: 'final',
    });
    expect(listQemuOf(site.directory)).toEqual([pid]);
  });

  test.each([
    ['is lost', () => rmSync(kept('root.qcow2')), 'its content is lost'],
    ['was not finished', () => setOwner({ state: 'making' }), 'its content is lost'],
    ['belongs to another node', () => setOwner({ node: 'node-02' }), 'belongs to node-02'],
  ])('is not made again where its root disk %s', async (_what, change, says) => {
    await loseIt();
    change();
    expect(await bad(define())).toEqual({ message: expect.stringContaining(says), next: 'final' });
    expect(await found()).toEqual([]);
  });

  function setOwner(change: object): void {
    const owner = JSON.parse(readFileSync(kept('owner.json'), 'utf8'));
    writeFileSync(kept('owner.json'), JSON.stringify({ ...owner, ...change }));
  }
});

describe('a damaged file of a process', () => {
  test('is not needed to find the process', async () => {
    await reopen(() => writeFileSync(stored('process.json'), ''));
    expect(await found()).toMatchObject([{ status: 'running', stop_reason: null }]);
    expect(await good(driver.stop(order(3), 'forced'))).toMatchObject({ stop_reason: 'command' });
  });

  test('does not keep a VM from starting after a restart of the host', async () => {
    await reopen(async () => {
      await killQemu();
      writeFileSync(stored('process.json'), '');
      writeFileSync(join(site.runDir(NODE), 'boot.json'), '');
    });
    const { signal } = new AbortController();
    await driver.startAfterHostRestart?.({ signal }, () => undefined);
    expect(await found()).toMatchObject([{ status: 'running' }]);
  });
});

describe('a command that stops a VM', () => {
  const reason = () => JSON.parse(readFileSync(stored('machine.json'), 'utf8')).stop_reason;

  test('is the reason also where the agent dies before the VM has ended', async () => {
    const [pid = 0] = listQemuOf(site.directory);
    // It does not end while it is halted, so the agent is interrupted in the middle.
    process.kill(pid, 'SIGSTOP');
    const stopping = driver.stop(order(3), 'forced');
    await waitUntil('the reason', () => (reason() === 'command' ? true : undefined));
    const copy = join(site.directory, 'copy');
    cpSync(site.runDir(NODE), copy, { recursive: true, filter: (path) => !path.endsWith('.sock') });
    process.kill(pid, 'SIGCONT');
    await stopping;
    await reopen(() => {
      for (const name of ['machine.json', 'process.json']) {
        cpSync(join(copy, order().vm_id, name), stored(name));
      }
    });
    expect(await found()).toMatchObject([{ status: 'stopped', stop_reason: 'command' }]);
  });

  test('is no reason any more, where it did not come to the end', async () => {
    const record = JSON.parse(readFileSync(stored('machine.json'), 'utf8'));
    const interrupted = JSON.stringify({ ...record, stop_reason: 'command' });
    await reopen(() => writeFileSync(stored('machine.json'), interrupted));
    expect(await found()).toMatchObject([{ status: 'running', stop_reason: null }]);
    await killQemu();
    await waitUntil('the crash', async () => {
      const [machine] = await found();
      return machine?.status === 'stopped' && reason() === 'crash' ? true : undefined;
    });
  });
});

describe('storage without room for a record', () => {
  test('does not keep a VM from being deleted', async () => {
    symlinkSync('/dev/full', `${stored('machine.json')}.part`);
    await good(driver.deleteDisk(order(3)));
    expect(listQemuOf(site.directory)).toEqual([]);
    expect(await found()).toEqual([]);
  });
});

describe('a VM whose disk another node has by now', () => {
  test('does not start from an older copy of the run directory', async () => {
    await good(driver.stop(order(3), 'forced'));
    const owner = join(site.storageDir, 'disks', order().vm_id, 'owner.json');
    const made = JSON.parse(readFileSync(owner, 'utf8'));
    writeFileSync(owner, JSON.stringify({ ...made, node: 'node-02' }));
    expect(await bad(driver.start(order(4)))).toEqual({
      message: `The root disk of ${order().vm_id} belongs to node-02: only that node starts it.`,
      next: 'final',
    });
  });
});
