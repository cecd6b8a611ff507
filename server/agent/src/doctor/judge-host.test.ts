import { describe, expect, test } from '@jest/globals';
import { err, ok } from '@novacron/contract/result';
import type { DirectoryFinding, HostFindings } from './host-findings.ts';
import { isAble, judgeHost, VMS } from './judge-host.ts';
import { writeJson, writeLines } from './write-checks.ts';

const GB = 1_073_741_824;

function directory(path: string, overrides: Partial<DirectoryFinding> = {}): DirectoryFinding {
  return {
    path,
    state: 'there',
    trouble: undefined,
    barrier: undefined,
    freeBytes: 100 * GB,
    fileSystem: 'local',
    direct: 'yes',
    ...overrides,
  };
}

const SCOPES: HostFindings['scopes'] = {
  cgroups: 'v2',
  controllers: ['cpu', 'io', 'memory'],
  manager: 'systemd',
  user: 'root',
  program: 'there',
};

/** A host that has everything, but for what the test says. */
function host(overrides: Partial<HostFindings> = {}): HostFindings {
  return {
    qemu: ok('release 7.2.22'),
    image: ok('release 7.2.22'),
    prlimit: ok('can be used'),
    firmware: ok('OVMF, also with Secure Boot'),
    swtpm: ok('swtpm can be used'),
    accelerator: ok({ accelerator: 'kvm', reason: 'a probe guest ran under it' }),
    vmUser: ok('another'),
    vmUserName: 'novacron-vm',
    networks: [{ name: 'nft', trouble: undefined, remedy: 'apt-get install nftables' }],
    tunnel: { address: '192.0.2.1', link: 'there' },
    dataDir: directory('/var/lib/agent'),
    runDir: directory('/var/lib/agent/machines'),
    storageDir: directory('/srv/vms'),
    storage: 'local',
    volumeStorage: [],
    reserve: { cpu_cores: 0, memory_gb: 2, disk_gb: 10 },
    room: { cpu_cores: 4, memory_gb: 14, disk_gb: 90 },
    lock: 'free',
    scopes: SCOPES,
    clock: { state: 'synchronized' },
    bus: ok('bus:4222 answers'),
    ...overrides,
  };
}

/** The lines of what is not well. */
const troubles = (overrides: Partial<HostFindings>) =>
  writeLines(judgeHost(host(overrides)), VMS)
    .split('\n')
    .filter((line) => /^(limited|missing)/.test(line));

test('a host without UEFI firmware runs other VMs, and hears what to install', () => {
  const firmware = err('OVMF is not on this host');
  expect(troubles({ firmware })).toEqual([
    'limited UEFI firmware: OVMF is not on this host; no VM with firmware = "uefi", or none with ' +
      'secure_boot, is placed here -> apt-get install ovmf, and restart the agent',
  ]);
  expect(isAble(judgeHost(host({ firmware })))).toBe('yes');
});

test('a host without swtpm runs VMs without a TPM', () => {
  expect(troubles({ swtpm: err('swtpm is not on this host') })).toEqual([
    'limited virtual TPM: swtpm is not on this host; no VM with a TPM is placed here -> ' +
      'apt-get install swtpm, and restart the agent',
  ]);
});

describe('a host that has everything', () => {
  test('gets a line for each thing, and all are ok', () => {
    expect(writeLines(judgeHost(host()), VMS)).toBe(`\
ok      QEMU: release 7.2.22
ok      qemu-img: release 7.2.22
ok      prlimit: can be used
ok      UEFI firmware: OVMF, also with Secure Boot
ok      virtual TPM: swtpm can be used
ok      KVM: a probe guest ran under it
ok      user of VMs: QEMU runs as novacron-vm
ok      nft: can be used
ok      tunnel address: a link has 192.0.2.1
ok      data directory: /var/lib/agent, 100 GB are free
ok      run directory: /var/lib/agent/machines, 100 GB are free
ok      storage directory: /srv/vms, 100 GB are free
ok      direct access: the storage is read and written past the page cache
ok      room for VMs: 4 cores, 14 GB memory and 90 GB disk
ok      lock: no agent runs on the data directory
ok      limits of VMs: each VM gets a scope of systemd
ok      clock: it is synchronized
ok      message bus: bus:4222 answers
VMs can run here.
`);
  });

  test('may be without a bus and a tunnel that were not named', () => {
    const checks = judgeHost(host({ bus: undefined, tunnel: undefined }));
    expect(checks.map(({ name }) => name)).not.toContain('message bus');
    expect(isAble(checks)).toBe('yes');
  });
});

describe('without it no VM runs', () => {
  test.each<[Partial<HostFindings>, RegExp]>([
    [
      { room: { cpu_cores: 2, memory_gb: -0.125, disk_gb: 20 } },
      /^missing room for VMs: 2 cores, -0.125 GB .* keeps 0 cores, 2 GB .* -> keep less/,
    ],
    [
      { qemu: err('qemu-system-x86_64: it is not on this host') },
      /^missing QEMU: .* on this host; no VM runs -> apt-get install qemu-system-x86$/,
    ],
    [
      { image: err('qemu-img: it is release 6.2.0') },
      /^missing qemu-img: .* 6[.]2[.]0; no disk can be made -> apt-get install qemu-utils$/,
    ],
    [
      { prlimit: err('it is not on this host') },
      /^missing prlimit: it is .*; no image can be checked -> apt-get install util-linux$/,
    ],
    [
      { accelerator: err('KVM does not work on this host: ENOENT') },
      /^missing KVM: KVM does .* ENOENT; no VM runs with --accel kvm -> enable .* group kvm$/,
    ],
    [
      { vmUser: err('there is no user vms on this host') },
      /^missing user of VMs: there is no user vms on this host; the agent does not start -> user/,
    ],
    [
      { runDir: directory('/run dir', { trouble: 'it is not writable for this user' }) },
      /^missing run directory: \/run dir: .*; the agent does not start -> as root: .* "\/run dir"$/,
    ],
    [
      {
        runDir: directory('/r/machines', {
          trouble: 'it is on a read-only file system',
          readOnlyMount: '/r',
        }),
      },
      /^missing run directory: \/r\/machines: it .* -> as root: mount -o remount,rw "\/r"$/,
    ],
    [
      { storageDir: directory('/srv/own/vms', { barrier: '/srv/own' }) },
      /^missing way to the storage directory: novacron-vm cannot pass through \/srv\/own; the/,
    ],
    [
      {
        volumeStorage: [
          { storageClass: 'nvme', sharing: 'local', directory: directory('/n', { barrier: '/n' }) },
        ],
      },
      /^missing way to the directory of nvme volumes: novacron-vm cannot pass through \/n;/,
    ],
    [
      { bus: err('bus:4222 does not answer') },
      /^missing message bus: .* answer; no command reaches the agent -> start it, or correct --bus/,
    ],
  ])('%j', (found, line) => {
    expect(troubles(found)).toEqual([expect.stringMatching(line)]);
    expect(isAble(judgeHost(host(found)))).toBe('no');
    expect(writeLines(judgeHost(host(found)), VMS)).toMatch(
      /\nVMs cannot run here: 1 missing[.]\n$/,
    );
  });
});

describe('VMs run with a limit', () => {
  test.each<[Partial<HostFindings>, RegExp]>([
    [
      { accelerator: ok({ accelerator: 'tcg', reason: 'KVM does not work: EACCES' }) },
      /^limited KVM: KVM does not work: EACCES; guests run in software .* -> enable /,
    ],
    [
      { accelerator: ok({ accelerator: 'tcg', reason: 'it was asked for' }) },
      /^limited KVM: it was asked for; .* -> use --accel auto$/,
    ],
    [
      { vmUser: ok('root'), vmUserName: 'root' },
      /^limited user of VMs: QEMU runs as root; who breaks out .* -> useradd --system .*-vm$/,
    ],
    [
      { networks: 'not wanted' },
      /^limited networks: --networks user was said; guests have an interface in user mode.*-> use /,
    ],
    [
      {
        networks: [{ name: 'nft', trouble: 'nft is missing', remedy: 'apt-get install nftables' }],
      },
      /^limited nft: nft is missing; guests have .* -> apt-get install nftables$/,
    ],
    [
      { tunnel: { address: '192.0.2.9', link: 'missing' } },
      /^limited tunnel address: no link has 192[.]0[.]2[.]9; .* with --tunnel-address$/,
    ],
    [
      { storageDir: directory('/srv', { freeBytes: 9 * GB }) },
      /^limited storage directory: \/srv: 9 GB are free; a full disk pauses guests/,
    ],
    [
      { runDir: directory('/run/novacron', { fileSystem: 'memory' }) },
      /^limited run directory: \/run\/novacron is in memory; its content is lost when the host/,
    ],
    [
      { storageDir: directory('/nfs', { fileSystem: 'shared', direct: 'no' }) },
      /^limited direct access: .* has none; a VM that migrates here may read data that another/,
    ],
    [
      { storage: 'shared', storageDir: directory('/srv', { direct: 'no' }) },
      /^limited direct access: .* has none; a VM that migrates here may read .* direct access, or/,
    ],
    [
      {
        volumeStorage: [
          { storageClass: 'hdd', sharing: 'shared', directory: directory('/h', { direct: 'no' }) },
        ],
      },
      /^limited direct access of hdd volumes: the file system of the hdd volumes has none; a VM/,
    ],
    [
      { scopes: { ...SCOPES, cgroups: 'v1' } },
      /^limited limits of VMs: cgroups have version 1; .* systemd[.]unified_cgroup_hierarchy=1$/,
    ],
    [{ scopes: { ...SCOPES, cgroups: 'none' } }, /: no cgroups are mounted; QEMU runs without/],
    [{ scopes: { ...SCOPES, manager: 'other' } }, /: systemd is not the first process; QEMU runs/],
    [{ scopes: { ...SCOPES, user: 'other' } }, /: only root makes scopes; .* -> run the agent as/],
    [{ scopes: { ...SCOPES, program: 'missing' } }, / -> apt-get install systemd$/],
    [
      { scopes: { ...SCOPES, controllers: ['cpu'] } },
      /: cgroups have no controller memory; scopes of VMs have no such limit -> boot without/,
    ],
    [
      { clock: { state: 'behind' } },
      /^limited clock: it is earlier than .* -> timedatectl set-ntp true$/,
    ],
    [{ clock: { state: 'not synchronized' } }, /^limited clock: it is not synchronized; /],
  ])('%j', (found, line) => {
    expect(troubles(found)).toEqual([expect.stringMatching(line)]);
    expect(isAble(judgeHost(host(found)))).toBe('yes');
    expect(writeLines(judgeHost(host(found)), VMS)).toMatch(
      /\nVMs can run here, with 1 limited[.]\n$/,
    );
  });
});

test('what costs nothing is no limit', () => {
  expect(troubles({ lock: 'held', clock: { state: 'not known' } })).toEqual([]);
  expect(troubles({ storageDir: directory('/srv', { direct: 'no' }) })).toEqual([]);
  const lines = writeLines(
    judgeHost(host({ dataDir: directory('/new', { state: 'to be made' }) })),
    VMS,
  );
  expect(lines).toContain('data directory: /new will be made, 100 GB are free\n');
});

test('programs read the same', () => {
  const checks = judgeHost(host({ qemu: err('it is not on this host') }));
  expect(JSON.parse(writeJson(checks, VMS))).toEqual({ can_run_vms: 'no', checks });
});
