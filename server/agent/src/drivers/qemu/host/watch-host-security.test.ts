import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import { type HostPlaces, readHostSecurity, watchHostSecurity } from './watch-host-security.ts';

const EFI_VARIABLE = 'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

let root = '';

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'novacron-host-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Uint8Array): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function makeProgram(name: string, output: string): string {
  const file = write(`bin/${name}`, `#!/bin/sh\nprintf '${output}'\n`);
  chmodSync(file, 0o755);
  return file;
}

const places = (): HostPlaces => ({
  root,
  sshd: '/nowhere/sshd',
  timedatectl: '/nowhere/time',
  storageDirs: [root],
});

test('a protected host', async () => {
  write(EFI_VARIABLE, new Uint8Array([6, 0, 0, 0, 1]));
  write('sys/devices/system/cpu/vulnerabilities/meltdown', 'Mitigation: PTI\n');
  write('sys/devices/system/cpu/vulnerabilities/l1tf', 'Not affected\n');
  write('sys/kernel/mm/ksm/run', '0\n');
  write('sys/module/apparmor/parameters/enabled', 'Y\n');
  write('proc/modules', 'ext4 1 0 - Live 0x0\n');
  write('run/auditd.pid', '1\n');
  const sshd = makeProgram('sshd', 'port 22\\npermitrootlogin no\\npasswordauthentication no\\n');
  const timedatectl = makeProgram('timedatectl', 'yes\\n');
  expect(await readHostSecurity({ ...places(), sshd, timedatectl })).toEqual({
    kernel: release(),
    secure_boot: true,
    reboot_required: false,
    cpu_flaws: [],
    memory_merging: false,
    guest_confinement: 'apparmor',
    audit_daemon: true,
    usb_storage: false,
    ssh_root_login: 'no',
    ssh_passwords: false,
    clock_synchronized: true,
  });
});

/** Mounts `/`, and the storage on a logical volume that is on two devices. */
function makeDevices(uuids: readonly string[]): void {
  write(
    'proc/self/mountinfo',
    `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 253:0 / ${root} rw - ext4 /dev/dm-0 rw\n`,
  );
  write('sys/dev/block/253:0/dm/uuid', 'LVM-abc\n');
  for (const [number, uuid] of uuids.entries()) {
    write(`sys/dev/block/253:0/slaves/dm-${number + 1}/dm/uuid`, `${uuid}\n`);
  }
}

test.each([
  ['all of its devices are', ['CRYPT-LUKS2-a-x', 'CRYPT-LUKS2-b-y'], true],
  ['one of its devices is not', ['CRYPT-LUKS2-a-x', 'LVM-b'], false],
])('storage is encrypted by whether %s', async (_name, uuids, expected) => {
  makeDevices(uuids);
  expect(await readHostSecurity(places())).toMatchObject({ storage_encrypted: expected });
});

test('storage of another machine may be encrypted or not', async () => {
  write('proc/self/mountinfo', '24 1 0:42 / / rw - nfs4 nas:/vms rw\n');
  expect(await readHostSecurity(places())).not.toHaveProperty('storage_encrypted');
});

test('an open host', async () => {
  write(EFI_VARIABLE, new Uint8Array([6, 0, 0, 0, 0]));
  write('sys/devices/system/cpu/vulnerabilities/mds', 'Vulnerable: no microcode\n');
  write('sys/kernel/mm/ksm/run', '1\n');
  write('proc/modules', 'usb_storage 1 0 - Live 0x0\n');
  write('run/reboot-required', '');
  const sshd = makeProgram('sshd', 'permitrootlogin yes\\npasswordauthentication yes\\n');
  const timedatectl = makeProgram('timedatectl', 'no\\n');
  expect(await readHostSecurity({ ...places(), sshd, timedatectl })).toMatchObject({
    secure_boot: false,
    reboot_required: true,
    cpu_flaws: ['mds'],
    memory_merging: true,
    guest_confinement: 'none',
    audit_daemon: false,
    usb_storage: true,
    ssh_root_login: 'yes',
    ssh_passwords: true,
    clock_synchronized: false,
  });
});

test('a fact that cannot be read is absent', async () => {
  mkdirSync(join(root, 'sys/firmware/efi'), { recursive: true });
  const found = Object.keys(await readHostSecurity(places()));
  expect(found.toSorted()).toEqual([
    'audit_daemon',
    'guest_confinement',
    'kernel',
    'reboot_required',
  ]);
});

test('is read again after an hour', async () => {
  let nowMs = 0;
  const read = watchHostSecurity({ nowMs: () => nowMs }, places());
  const readNext = (before: object) =>
    waitUntil('the host to be read', async () => (read() === before ? undefined : read()));
  const first = await readNext(read());
  expect(first).toMatchObject({ reboot_required: false });
  write('run/reboot-required', '');
  expect(read()).toBe(first);
  nowMs += 3_600_000;
  expect(await readNext(first)).toMatchObject({ reboot_required: true });
});
