import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { findQemu } from '../../../../../test/support/services/find-qemu.ts';
import type { Driver, UnreadMachine } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { recordProcess } from './machine/machine-process.ts';

import { openQemuDriver, type QemuOptions } from './open-qemu-driver.ts';
import { idleSpec, listQemuOf, smallSpec, TEST_HOST } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

const { site, ids, order } = useQemuSite();

const open = (options: Partial<QemuOptions> = {}): Promise<Driver> => site.open('node-01', options);

/** Directory of the root disk of the machine of the test. */
function diskDirectory(): string {
  return join(site.storageDir, 'disks', order().vm_id);
}

function templateFile(name: string): string {
  return join(site.storageDir, 'templates', 'default', name);
}

const makeDisk = (...args: readonly string[]): void => {
  execFileSync(findQemu().image, ['create', '-q', '-f', 'qcow2', ...args]);
};

describe('a directory that cannot be used', () => {
  async function openingProblem(options: Partial<QemuOptions>): Promise<string> {
    const found = await openQemuDriver({
      node: 'node-01',
      capacity: { cpu_cores: 1, memory_mib: 64, disk_gb: 1 },
      host: TEST_HOST,
      runDir: site.runDir('node-01'),
      storageDir: site.storageDir,
      programs: findQemu(),
      clock: { nowMs: () => 0 },
      timers: systemTimers,
      ...options,
    });
    if (found.ok) throw new Error('the driver was opened');
    return found.error.detail.replaceAll(site.directory, 'SITE');
  }

  test('is named, with the reason', async () => {
    writeFileSync(join(site.directory, 'file'), '');
    const runDir = join(site.directory, 'file', 'run');
    expect(await openingProblem({ runDir })).toMatch(
      /^The run directory SITE[/]file[/]run cannot be used: ENOTDIR: /,
    );
    const storageDir = join(site.directory, 'file');
    expect(await openingProblem({ storageDir })).toMatch(
      /^The storage directory SITE[/]file cannot be used: EEXIST: /,
    );
  });

  test('has too long a path for sockets', async () => {
    const runDir = join(site.directory, 'x'.repeat(100));
    expect(await openingProblem({ runDir })).toMatch(/is too long for the sockets in it[.]$/);
  });
});

describe('a storage that is not mounted', () => {
  /** Simulates an unmounted file system: its mount point is empty. */
  function unmount(): void {
    renameSync(site.storageDir, `${site.storageDir}.away`);
    mkdirSync(site.storageDir);
  }

  function mount(): void {
    rmSync(site.storageDir, { recursive: true });
    renameSync(`${site.storageDir}.away`, site.storageDir);
  }

  const missing = {
    message: expect.stringMatching(/ has no pool[.]json, .* mount the storage there[.]$/),
    next: 'retry',
  };

  test('is not taken for an empty one, and is used again when it is back', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    unmount();
    const other = { ...order(1), vm_id: ids('vm') };
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    for (const answer of [
      driver.create(other, idleSpec()),
      driver.start(order(2)),
      driver.attach(order(2), volume),
      driver.deleteDisk(order(2)),
      driver.delete(order(2)),
      driver.inspectSnapshots(),
    ]) {
      expect(await bad<unknown>(answer)).toEqual(missing);
    }
    expect(readdirSync(site.storageDir)).toEqual([]);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped' }]);
    const pool = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await driver.storagesAway?.()).toEqual([{ pool, message: missing.message }]);
    mount();
    expect(await driver.storagesAway?.()).toEqual([]);
    await good(driver.deleteDisk(order(3)));
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test('does not keep the agent from finding its machines', async () => {
    await (await open()).create(order(1), idleSpec());
    unmount();
    const driver = await open();
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped' }]);
    expect(await bad(driver.start(order(2)))).toEqual(missing);
  });

  test('is noticed at the first start of this release by the absence of disks', async () => {
    await (await open()).create(order(1), idleSpec());
    rmSync(join(site.storageDir, 'pool.json'));
    rmSync(join(site.runDir('node-01'), 'pool.json'));
    unmount();
    const driver = await open();
    expect(await bad(driver.start(order(2)))).toMatchObject({
      message: expect.stringMatching(/ has none of the disks of this node: mount the storage/),
      next: 'retry',
    });
    mount();
    expect(await good(driver.deleteDisk(order(3)))).toBeNull();
  });

  test('of another pool is refused, and nodes that share one agree on its id', async () => {
    const driver = await open();
    await site.open('node-02');
    const poolOf = (directory: string) => readFileSync(join(directory, 'pool.json'), 'utf8');
    expect(poolOf(site.runDir('node-02'))).toBe(poolOf(site.runDir('node-01')));
    writeFileSync(join(site.storageDir, 'pool.json'), JSON.stringify({ id: 'another' }));
    expect(await bad(driver.create(order(1), idleSpec()))).toMatchObject({
      message: expect.stringContaining(' is the pool another, and this node uses the pool '),
      next: 'retry',
    });
  });
});

describe('QEMU that cannot be used', () => {
  test('leaves a machine as it was, and says what to install', async () => {
    const { image } = findQemu();
    const driver = await open({ programs: { qemu: 'no-such-qemu', image } });
    await good(driver.create(order(1), idleSpec()));
    expect(await bad(driver.start(order(2)))).toEqual({
      message: 'The program no-such-qemu is not on this node: install qemu-system-x86.',
      next: 'final',
    });
    const same = { status: 'stopped', generation: 1, stop_reason: null };
    expect(await good(driver.inspect())).toMatchObject([same]);
  });

  test('says why it ended, and leaves no process', async () => {
    const driver = await open({ host: { ...TEST_HOST, cpuModel: 'no-such-cpu' } });
    await good(driver.create(order(1), idleSpec()));
    expect(await bad(driver.start(order(2)))).toMatchObject({
      message: expect.stringMatching(/^QEMU ended at its start: .*no-such-cpu.*[.]$/),
      next: 'final',
    });
    expect(listQemuOf(site.directory)).toEqual([]);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped', generation: 1 }]);
  });

  test('without qemu-img makes no machine and leaves no disk', async () => {
    const { qemu } = findQemu();
    const driver = await open({ programs: { qemu, image: 'no-such-program' } });
    expect(await bad(driver.create(order(1), idleSpec()))).toEqual({
      message: 'The program qemu-img is not on this node: install qemu-utils.',
      next: 'final',
    });
    expect(await good(driver.inspect())).toEqual([]);
    expect(existsSync(diskDirectory())).toBe(false);
  });
});

describe('the image of a template', () => {
  test('has to be there', async () => {
    const driver = await open();
    for (const template of ['debian-12', '../default', '..']) {
      const refused = await bad(driver.create(order(1), smallSpec({ template })));
      expect(refused.message).toMatch(/^The template \S+ is not on this node: put its image into /);
    }
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test.each([
    [
      'is no qcow2',
      (file: string) => writeFileSync(file, 'text'),
      /disk[.]qcow2 of default is not in the format qcow2[.]$/,
    ],
    [
      'refers to another file',
      (file: string) => {
        makeDisk(`${file}.base`, '1M');
        makeDisk('-F', 'qcow2', '-b', `${file}.base`, file);
      },
      /disk[.]qcow2 of default has a backing file[.]$/,
    ],
    [
      'is larger than the disk',
      (file: string) => makeDisk(file, '5G'),
      /^The image of default is larger than the root disk of 1 GB: set disk_gb to 5 or more[.]$/,
    ],
  ] as const)('that %s is refused for good', async (_what, make, message) => {
    const driver = await open();
    make(templateFile('disk.qcow2'));
    const refused = await bad(driver.create(order(1), smallSpec()));
    expect(refused).toEqual({ message: expect.stringMatching(message), next: 'final' });
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test('is copied: the machine depends on no file of the template', async () => {
    const driver = await open();
    makeDisk(templateFile('disk.qcow2'), '16M');
    await good(driver.create(order(1), smallSpec()));
    const root = join(diskDirectory(), 'root.qcow2');
    const said = execFileSync(findQemu().image, ['info', '--output=json', root]).toString();
    expect(JSON.parse(said)).toMatchObject({ 'virtual-size': 1_024 ** 3 });
    expect(JSON.parse(said)).not.toHaveProperty('backing-filename');
  });
});

describe('a root disk', () => {
  function writeOwner(owner: object): void {
    mkdirSync(diskDirectory(), { recursive: true });
    writeFileSync(join(diskDirectory(), 'owner.json'), JSON.stringify(owner));
    writeFileSync(join(diskDirectory(), 'root.qcow2'), 'content');
  }

  test('of an interrupted creation is made again', async () => {
    const driver = await open();
    writeOwner({ node: 'node-01', state: 'making' });
    await good(driver.create(order(1), idleSpec()));
    expect(await good(driver.start(order(2)))).toMatchObject({ status: 'running' });
  });

  test.each([
    [{ node: 'node-02', state: 'made' }, /belongs to node-02: only a live migration moves it[.]$/],
    [{ node: 'node-01', state: 'made' }, /without a machine: move \S+ away first[.]$/],
  ])('with the owner %j is neither replaced nor removed', async (owner, message) => {
    const driver = await open();
    writeOwner(owner);
    const refused = await bad(driver.create(order(1), idleSpec()));
    expect(refused).toEqual({ message: expect.stringMatching(message), next: 'final' });
    await good(driver.delete(order(2)));
    expect(readFileSync(join(diskDirectory(), 'root.qcow2'), 'utf8')).toBe('content');
  });

  test('stays when its machine is forgotten, and goes with a removal of the disk', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    await good(driver.forget(order(2)));
    expect(existsSync(join(site.runDir('node-01'), order().vm_id))).toBe(false);
    const kept = ['owner.json', 'root.qcow2', 'seed.img'];
    expect(readdirSync(diskDirectory()).sort()).toEqual(kept);
    expect(await bad(driver.create(order(3), idleSpec()))).toMatchObject({ next: 'final' });
    await good(driver.deleteDisk(order(3)));
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test.each(['delete', 'deleteDisk'] as const)(
    'that a later command of another node took over is not removed: %s',
    async (removal) => {
      const driver = await open();
      await good(driver.create(order(1), idleSpec()));
      writeOwner({ node: 'node-02', state: 'made', generation: 7 });
      await driver[removal](order(6));
      expect(readFileSync(join(diskDirectory(), 'root.qcow2'), 'utf8')).toBe('content');
      await good(driver[removal](order(8)));
      expect(readFileSync(join(diskDirectory(), 'root.qcow2'), 'utf8')).toBe('content');
    },
  );

  test('of this node is not removed by a late command, with or without its machine', async () => {
    const driver = await open();
    writeOwner({ node: 'node-01', state: 'made', generation: 7 });
    expect(await bad(driver.deleteDisk(order(6)))).toEqual({
      message:
        `The root disk of ${order().vm_id} belongs to a later command (generation 7): the one of ` +
        'generation 6 removes nothing.',
      next: 'final',
    });
    expect(readFileSync(join(diskDirectory(), 'root.qcow2'), 'utf8')).toBe('content');
    await good(driver.deleteDisk(order(7)));
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test.each([
    ['with its content', ['root.qcow2', 'hardware.json']],
    ['without content', []],
  ])('whose removal was interrupted, %s, is removed by the next one', async (_, files) => {
    const driver = await open();
    writeOwner({ node: 'node-01', state: 'removing', generation: 2 });
    rmSync(join(diskDirectory(), 'root.qcow2'));
    for (const name of files) writeFileSync(join(diskDirectory(), name), '{}');
    await good(driver.deleteDisk(order(2)));
    expect(existsSync(diskDirectory())).toBe(false);
    await good(driver.create(order(3), idleSpec()));
  });

  test('is made where a full storage took only its directory', async () => {
    const driver = await open();
    mkdirSync(diskDirectory(), { recursive: true });
    expect(await good(driver.create(order(1), idleSpec()))).toMatchObject({ status: 'stopped' });
  });

  test('is removed from a full storage', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    // Every write to this device fails as on a full disk.
    symlinkSync('/dev/full', join(diskDirectory(), 'owner.json.part'));
    await good(driver.deleteDisk(order(2)));
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test('of an interrupted deletion is removed when the deletion is repeated', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    writeOwner({ node: 'node-01', state: 'removing' });
    rmSync(join(site.runDir('node-01'), order().vm_id), { recursive: true });
    await driver.close();
    const next = await open();
    expect(await good(next.inspect())).toEqual([]);
    await good(next.delete(order(2)));
    expect(existsSync(diskDirectory())).toBe(false);
  });

  test('that another process uses is not opened a second time', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    const volume = { volume_id: ids('vol'), size_gb: 1 };
    await good(driver.attach(order(3), volume));
    const other = { ...order(1), vm_id: ids('vm') };
    await good(driver.create(other, idleSpec()));
    expect(await bad(driver.attach(other, volume))).toMatchObject({
      message: expect.stringMatching(/^A disk is in use by a machine here or on another node: /),
      next: 'retry',
    });
    await good(driver.stop(order(4), 'forced'));
    await good(driver.attach(other, volume));
    await good(driver.start(other));
    expect(await bad(driver.start(order(5)))).toMatchObject({
      message: expect.stringMatching(/^QEMU ended at its start: .*lock.*[.]$/),
      next: 'retry',
    });
    const found = (await good(driver.inspect())).map(({ status }) => status);
    expect(found).toEqual(['stopped', 'running']);
  });
});

describe('a creation that ends between the record and the disk', () => {
  const ownerFile = () => join(site.storageDir, 'disks', order().vm_id, 'owner.json');

  test('is completed by the command that is repeated', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    const made = JSON.parse(readFileSync(ownerFile(), 'utf8'));
    writeFileSync(ownerFile(), JSON.stringify({ ...made, state: 'making' }));
    await good(driver.create(order(1), idleSpec()));
    expect(JSON.parse(readFileSync(ownerFile(), 'utf8'))).toMatchObject({ state: 'made' });
  });

  test('leaves no machine without a disk', async () => {
    const once = join(site.directory, 'once');
    const image = join(site.directory, 'qemu-img');
    // Once, the file of the owner cannot be written after the disk: as on storage that is full.
    const block = `if rm '${once}' 2>/dev/null; then ln -s /dev/full '${ownerFile()}.part'; fi`;
    writeFileSync(image, `#!/bin/sh\n${block}\nexec ${findQemu().image} "$@"\n`, { mode: 0o755 });
    writeFileSync(once, '');
    const driver = await open({ programs: { ...findQemu(), image } });
    expect(await bad(driver.create(order(1), idleSpec()))).toMatchObject({ next: 'retry' });
    expect(await good(driver.inspect())).toEqual([]);
    expect(await good(driver.create(order(1), idleSpec()))).toMatchObject({ status: 'stopped' });
    expect(existsSync(join(ownerFile(), '..', 'root.qcow2'))).toBe(true);
  });
});

describe('a record that cannot be read', () => {
  test('keeps one machine away, whose files stay, and the others are served', async () => {
    const other = { ...order(1), vm_id: ids('vm') };
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    await good(driver.start(order(2)));
    await good(driver.create(other, { ...idleSpec(), name: 'other' }));
    await driver.close();
    const file = join(site.runDir('node-01'), order().vm_id, 'machine.json');
    const whole = readFileSync(file);
    writeFileSync(file, '{');
    const damaged: UnreadMachine[] = [];
    const again = await open({ onDamaged: (each) => damaged.push(each) });
    const reason = expect.stringMatching(
      /machine[.]json is damaged: restore it.*does not know the machine/,
    );
    expect(damaged).toEqual([{ vm_id: order().vm_id, reason }]);
    expect(await good(again.inspect())).toMatchObject([{ vm_id: other.vm_id }]);
    expect(again.damaged && (await good(again.damaged()))).toEqual(damaged);
    expect(await good(again.start({ ...other, generation: 2 }))).toMatchObject({
      status: 'running',
    });
    const refused = { message: reason, next: 'final' };
    expect(await bad(again.create(order(3), idleSpec()))).toEqual(refused);
    expect(await bad(again.deleteDisk(order(3)))).toEqual(refused);
    expect(await bad(again.forget(order(3)))).toEqual(refused);
    expect(readFileSync(file, 'utf8')).toBe('{');
    // Its guest has run on, and the agent need not start again.
    writeFileSync(file, whole);
    expect(await good(again.stop(order(4), 'forced'))).toMatchObject({ status: 'stopped' });
    expect(again.damaged && (await good(again.damaged()))).toEqual([]);
  });
});

describe('a process whose monitor cannot be reached', () => {
  test('is noticed when it ends, however late', async () => {
    const driver = await open();
    await good(driver.create(order(1), idleSpec()));
    await driver.close();
    // It stands for a QEMU that is ending: still in the list of processes, its monitor closed.
    const ending = spawn('sleep', ['600'], { stdio: 'ignore' });
    const ended = once(ending, 'exit');
    try {
      const record = recordProcess(Number(ending.pid));
      const path = join(site.runDir('node-01'), order().vm_id, 'process.json');
      writeFileSync(path, JSON.stringify(record));
      const again = await open();
      expect(await good(again.inspect())).toMatchObject([{ status: 'running' }]);
      ending.kill('SIGKILL');
      await ended;
      const stopped = { status: 'stopped', stop_reason: 'crash' };
      expect(await good(again.inspect())).toMatchObject([stopped]);
      expect(existsSync(path)).toBe(false);
    } finally {
      ending.kill('SIGKILL');
    }
  });
});

describe('what machines use together', () => {
  test('is counted while they are being made, side by side', async () => {
    const driver = await open({ capacity: { cpu_cores: 4, memory_mib: 1_024, disk_gb: 10 } });
    const orders = ['a', 'b', 'c'].map(() => ({ ...order(1), vm_id: ids('vm') }));
    const spec = idleSpec({ disk_gb: 4 });
    const answers = await Promise.all(orders.map((each) => driver.create(each, spec)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    expect(answers.find(({ ok }) => !ok)).toEqual({
      ok: false,
      error: {
        message: '4 GB of disk do not fit: the node has 10 and 8 are taken.',
        next: 'retry',
      },
    });
  });
});

describe('a guest secret', () => {
  test('is not in any file of the driver', async () => {
    const driver = await open();
    const guest = { ssh_keys: [], user_data: 'user-data-secret', password: 'password-secret' };
    await good(driver.create(order(1), { ...idleSpec(), guest }));
    const record = join(site.runDir('node-01'), order().vm_id, 'machine.json');
    expect(readFileSync(record, 'utf8')).not.toMatch(/-secret/);
    await good(driver.create(order(2), { ...idleSpec(), guest }));
  });
});
