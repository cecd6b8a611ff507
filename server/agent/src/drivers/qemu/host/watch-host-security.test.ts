import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type HostPlaces, readHostSecurity, watchHostSecurity } from './watch-host-security.ts';

const EFI_VARIABLE = 'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'novacron-host-'));
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

const places = (): HostPlaces => ({ root, sshd: '/nowhere/sshd', timedatectl: '/nowhere/time' });

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
  expect(await readHostSecurity({ root, sshd, timedatectl })).toEqual({
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

test('an open host', async () => {
  write(EFI_VARIABLE, new Uint8Array([6, 0, 0, 0, 0]));
  write('sys/devices/system/cpu/vulnerabilities/mds', 'Vulnerable: no microcode\n');
  write('sys/kernel/mm/ksm/run', '1\n');
  write('proc/modules', 'usb_storage 1 0 - Live 0x0\n');
  write('run/reboot-required', '');
  const sshd = makeProgram('sshd', 'permitrootlogin yes\\npasswordauthentication yes\\n');
  const timedatectl = makeProgram('timedatectl', 'no\\n');
  expect(await readHostSecurity({ root, sshd, timedatectl })).toMatchObject({
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
  const read = await watchHostSecurity({ nowMs: () => nowMs }, places());
  const first = read();
  write('run/reboot-required', '');
  expect(read()).toBe(first);
  nowMs += 3_600_000;
  read();
  for (let turns = 0; turns < 100 && read() === first; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(read()).toMatchObject({ reboot_required: true });
});
