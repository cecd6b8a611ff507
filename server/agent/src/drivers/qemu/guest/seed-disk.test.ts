import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { VmId } from '@novacron/contract/ids';
import { systemTimers } from '@novacron/runtime/timers';
import type { Driver } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { openQmpClient } from '../qmp/open-qmp-client.ts';
import { type GuestConsole, guestConsole } from '../test-kit/guest-console.ts';
import { idleSpec, listQemuOf, smallSpec } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';
import { type FatFiles, readFatImage } from './fat-image.ts';
import { readIsoImage } from './iso-image.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGuestKeyOfThisTest someone@example.com';
const SCRIPT = '#!/bin/sh\necho "token of this test"\n';
const GUEST = { ssh_keys: [KEY], user_data: SCRIPT, password: 'word of this test' };
const SECRETS = ['token of this test', 'word of this test'];

const scene = useQemuSite();
const { site, order, open } = scene;
let driver: Driver;
let vmId: VmId;
let guest: GuestConsole;

beforeEach(async () => {
  vmId = scene.vmId();
  guest = guestConsole(site.runDir('node-01'), vmId);
  driver = await open('node-01');
});

function seedPath(): string {
  return join(site.storageDir, 'disks', vmId, 'seed.img');
}

function seedFiles(): FatFiles {
  const files = readFatImage(readFileSync(seedPath()));
  if (files === undefined) throw new Error('the seed disk is damaged');
  return files;
}

function metaData() {
  return JSON.parse(seedFiles().get('meta-data')?.toString('utf8') ?? '');
}

/** All files of the site with a text in them. */
function filesWith(text: string): readonly string[] {
  return readdirSync(site.directory, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = join(site.directory, name);
    return statSync(file).isFile() && readFileSync(file).includes(text);
  });
}

describe('a guest', () => {
  test('finds its settings on its seed disk, and changed ones after a restart', async () => {
    const network = { network_id: 'net_1', cidr: '10.0.0.0/24' };
    await good(driver.create(order(1), smallSpec({ guest: GUEST, network })));
    await good(driver.start(order(2)));
    await guest.awaitBoots(1);
    const shown = await guest.run('show-seed');
    expect(shown).toContain(`--- user-data\n${SCRIPT}`);
    expect(shown).toContain(KEY);
    expect(shown).toMatch(/--- network-config\n[^-]*"macaddress": "52:54:00:00:00:01"/);
    expect(shown).toMatch(/--- vendor-data\n#cloud-config\n[^-]*"password": "\$6\$/);
    expect(shown).toContain(`"instance-id": "${vmId}"`);
    expect(await guest.run('[ -e /sys/block/vdb ] || echo none')).toBe('none');
    const gzipped = gzipSync('#cloud-config\n');
    const user_data = gzipped.toString('base64');
    const spec = smallSpec({ name: 'renamed-01', guest: { ...GUEST, user_data }, network });
    const changed = await good(driver.configure(order(3), { spec, restart: 'allowed' }));
    expect(changed.effect).toBe('restart');
    await guest.awaitBoots(2);
    const digest = createHash('md5').update(gzipped).digest('hex');
    expect(await guest.run('show-seed user-data | md5sum')).toContain(digest);
    expect(await guest.run('show-seed meta-data')).toMatch(
      new RegExp(`"instance-id": "${vmId}.2",\\s+"local-hostname": "renamed-01"`),
    );
  });
});

describe('a Windows guest', () => {
  const ANSWERS = '<unattend><!-- token of this test --></unattend>';
  const windows = (more: object = {}) =>
    smallSpec({ guest_os: 'windows', guest: { ...GUEST, answer_file: ANSWERS, ...more } });
  const isoFiles = () => readIsoImage(readFileSync(seedPath())) ?? new Map<string, Buffer>();

  /** Shows the disc to a kernel without a driver for SATA by a second device. */
  async function showDisc(): Promise<void> {
    const path = join(site.runDir('node-01'), vmId, 'qmp-operator.sock');
    const monitor = await openQmpClient({ path, timers: systemTimers });
    const file = { driver: 'file', filename: seedPath(), locking: 'off' };
    await monitor.execute('blockdev-add', {
      'node-name': 'disc',
      driver: 'raw',
      'read-only': true,
      file,
    });
    const bus = 'port1';
    await monitor.execute('device_add', {
      driver: 'virtio-blk-pci',
      id: 'disc',
      drive: 'disc',
      bus,
    });
    monitor.close();
  }

  test('finds its answer file on a disc that another system reads', async () => {
    await good(driver.create(order(1), windows()));
    await good(driver.start(order(2)));
    await guest.awaitBoots(1);
    const [pid] = listQemuOf(site.directory);
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(args).toContain('ide-cd,id=seed,bus=ide.1');
    expect(args).not.toContain('token of this test');
    await showDisc();
    const shown = await guest.run(
      'while [ ! -e /dev/vdb ]; do sleep 0.2; done; blkid /dev/vdb; mkdir -p /disc; ' +
        'mount -t iso9660 -o ro /dev/vdb /disc; ls /disc; ' +
        'cat /disc/Autounattend.xml; echo; cat /disc/meta-data',
    );
    expect(shown).toMatch(/LABEL="cidata"/i);
    for (const name of ['Unattend.xml', 'user-data', 'network-config'])
      expect(shown).toContain(name);
    expect(shown).toContain(ANSWERS);
    expect(shown).toContain('"admin-password": "word of this test"');
  });

  test('gets another answer file with a restart, and keeps its system', async () => {
    await good(driver.create(order(1), windows()));
    const answer_file = '<unattend/>';
    const spec = windows({ answer_file });
    const changed = await good(driver.configure(order(2), { spec, restart: 'allowed' }));
    expect(JSON.stringify(changed.machine.spec)).not.toContain('unattend');
    expect(isoFiles().get('Autounattend.xml')?.toString()).toBe(answer_file);
    expect(isoFiles().get('meta-data')?.toString()).toContain(`"instance-id": "${vmId}.2"`);
    const linux = smallSpec({ guest: GUEST });
    await good(driver.configure(order(3), { spec: linux, restart: 'allowed' }));
    expect(isoFiles().has('meta-data')).toBe(true);
  });

  test('has secrets in no file but its disc', async () => {
    await good(driver.create(order(1), windows()));
    for (const secret of SECRETS) {
      expect(filesWith(secret)).toEqual([join('storage', 'disks', vmId, 'seed.img')]);
    }
  });
});

describe('the seed disk', () => {
  test('is the only file with secrets, and is removed with the root disk', async () => {
    await good(driver.create(order(1), idleSpec({ guest: GUEST })));
    await good(driver.start(order(2)));
    expect(filesWith('token of this test')).toEqual([join('storage', 'disks', vmId, 'seed.img')]);
    expect(filesWith('word of this test')).toEqual([]);
    expect(statSync(seedPath()).mode & 0o777).toBe(0o600);
    const [pid] = listQemuOf(site.directory);
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    for (const secret of SECRETS) expect(args).not.toContain(secret);
    await good(driver.delete(order(3)));
    expect(existsSync(seedPath())).toBe(false);
  });

  test('is for the same instance where no setting of the guest changes', async () => {
    await good(driver.create(order(1), idleSpec({ guest: GUEST })));
    const larger = idleSpec({ memory_mib: 192 });
    await good(driver.configure(order(2), { spec: larger, restart: 'allowed' }));
    const again = { ...larger, guest: GUEST };
    await good(driver.configure(order(3), { spec: again, restart: 'allowed' }));
    expect(metaData()['instance-id']).toBe(vmId);
    const other = { ...larger, guest: { ...GUEST, password: 'another' } };
    await good(driver.configure(order(4), { spec: other, restart: 'allowed' }));
    expect(metaData()['instance-id']).toBe(`${vmId}.2`);
  });

  test('is as before where the machine cannot run with a change', async () => {
    await good(driver.create(order(1), idleSpec({ guest: GUEST })));
    await good(driver.start(order(2)));
    await guest.awaitBoots(1);
    const before = readFileSync(seedPath());
    const user_data = 'x'.repeat(2_097_152);
    const spec = idleSpec({ guest: { ...GUEST, user_data } });
    expect(await bad(driver.configure(order(3), { spec, restart: 'allowed' }))).toEqual({
      message: 'User data and SSH keys of the guest are too large together.',
      next: 'final',
    });
    expect(readFileSync(seedPath()).equals(before)).toBe(true);
    expect(await good(driver.inspect())).toMatchObject([{ status: 'running' }]);
  });

  test('is made again for the same instance at a target that does not have it', async () => {
    const spec = idleSpec({ guest: GUEST });
    await good(driver.create(order(1), spec));
    const given = { spec: { ...spec, guest: { ...GUEST, user_data: null } }, restart: 'allowed' };
    await good(driver.configure(order(2), { ...given, restart: 'allowed' }));
    await good(driver.start(order(3)));
    const before = seedFiles();
    rmSync(seedPath());
    const there = await open('node-02');
    await good(there.prepareIncoming(order(4), { spec: given.spec, volumes: [] }));
    for (const name of ['meta-data', 'user-data', 'network-config']) {
      expect(seedFiles().get(name)).toEqual(before.get(name));
    }
    expect(metaData()['instance-id']).toBe(`${vmId}.2`);
    await good(there.delete(order(4)));
  });

  test('that is damaged is refused by its name', async () => {
    await good(driver.create(order(1), idleSpec()));
    writeFileSync(seedPath(), 'damaged');
    expect(await bad(driver.start(order(2)))).toEqual({
      message: `The seed disk ${seedPath()} is damaged: remove it and change the guest again.`,
      next: 'final',
    });
  });
});
