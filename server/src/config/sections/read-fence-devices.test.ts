import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSecretFile } from '../read-secret.ts';
import { readFenceDevices } from './read-fence-devices.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-fencing-'));
  write('node-01.password', 'secret\n');
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const read = (text: string) => readFenceDevices(write('fence-devices.yaml', text), readSecretFile);

const WHOLE = `
automatic: true
after_seconds: 90
devices:
  node-01:
    kind: ipmi
    address: 10.0.0.11:6230
    username: admin
    password_file: node-01.password
    cipher_suite: 17
  node-02:
    kind: redfish
    address: https://bmc-02.example
    username: admin
    password_file: node-01.password
    identity: unchecked
    system: /redfish/v1/Systems/1
    certificate_sha256: "${'AB:'.repeat(31)}AB"
`;

test('a file names the controllers of nodes, and the files of their passwords', () => {
  expect(read(WHOLE)).toEqual({
    ok: true,
    value: {
      automaticAfterMs: 90_000,
      devices: [
        {
          node: 'node-01',
          kind: 'ipmi',
          address: '10.0.0.11:6230',
          identity: 'compare',
          username: 'admin',
          password: 'secret',
          cipherSuite: 17,
          system: undefined,
          certificateSha256: undefined,
        },
        {
          node: 'node-02',
          kind: 'redfish',
          address: 'https://bmc-02.example',
          identity: 'unchecked',
          username: 'admin',
          password: 'secret',
          cipherSuite: undefined,
          system: '/redfish/v1/Systems/1',
          certificateSha256: 'ab'.repeat(32),
        },
      ],
      storages: [],
    },
  });
});

test('nodes are powered off by themselves only where the file says so', () => {
  expect(read('devices: {}')).toEqual({
    ok: true,
    value: { automaticAfterMs: undefined, devices: [], storages: [] },
  });
});

const STORAGES = `
storages:
  cut-san:
    kind: command
    program: /usr/sbin/fence_dummy
    options: { type: file }
    password_file: node-01.password
    plugs: { node-01: "17" }
  cut-lun:
    kind: scsi-pr
    devices: [/dev/mapper/vms]
    hosts: { node-01: root@10.0.0.1, node-02: null }
    timeout_seconds: 5
  cut-nfs:
    kind: nfs-export
    host: root@storage-01
    path: /srv/vms
    clients: { node-01: 10.0.0.1 }
`;

test('a file names storages that cut nodes off, without any controller', () => {
  expect(read(STORAGES)).toEqual({
    ok: true,
    value: {
      automaticAfterMs: undefined,
      devices: [],
      storages: [
        {
          pool: 'cut-san',
          nodes: ['node-01'],
          kind: 'command',
          settings: {
            program: '/usr/sbin/fence_dummy',
            options: { type: 'file' },
            password: 'secret',
            plugs: { 'node-01': '17' },
            timeoutMs: 20_000,
          },
        },
        {
          pool: 'cut-lun',
          nodes: ['node-01', 'node-02'],
          kind: 'scsi-pr',
          settings: {
            devices: ['/dev/mapper/vms'],
            hosts: { 'node-01': 'root@10.0.0.1', 'node-02': null },
            timeoutMs: 5_000,
          },
        },
        {
          pool: 'cut-nfs',
          nodes: ['node-01'],
          kind: 'nfs-export',
          settings: {
            host: 'root@storage-01',
            path: '/srv/vms',
            clients: { 'node-01': '10.0.0.1' },
            timeoutMs: 20_000,
          },
        },
      ],
    },
  });
});

test.each<[string, string, RegExp]>([
  ['/usr/sbin/fence_dummy', 'fence_dummy', /^storages.cut-san.program: must be an absolute path/],
  ['type: file', 'type: "a\\nb"', /^storages.cut-san.options.type: must be one line/],
  ['node-01.password', 'gone', /^storages.cut-san.password_file: cannot be read/],
  ['/dev/mapper/vms', '/dev/a b', /^storages.cut-lun.devices.0: must have no spaces/],
  ['root@10.0.0.1, node-02: null', 'null', /^storages.cut-lun.hosts: must name two nodes/],
  ['root@storage-01', '"-oProxyCommand=x"', /^storages.cut-nfs.host: must have no spaces/],
  ['path: /srv/vms', 'path: "/srv/vms;reboot"', /^storages.cut-nfs.path: must have no spaces/],
  ['node-01: 10.0.0.1 }', 'node-01: 10.0.0.0/8 }', /^storages.cut-nfs.clients.node-01: must be/],
  ['timeout_seconds: 5', 'timeout_seconds: 500', /^storages.cut-lun.timeout_seconds: /],
])('%j as %j is refused', (right, wrong, fault) => {
  const refused = read(STORAGES.replace(right, wrong));
  expect(refused.ok ? [] : refused.error).toEqual([expect.stringMatching(fault)]);
});

const device = (more: string) =>
  `devices: { a: { kind: ipmi, username: u, password_file: node-01.password, ${more} } }`;
const redfish = (address: string) =>
  `devices: { a: { kind: redfish, username: u, password_file: node-01.password, ` +
  `address: "${address}" } }`;

test.each([
  ['{', /^.*fence-devices.yaml is neither YAML nor JSON/],
  ['devices: none', /^devices: /],
  ['after_seconds: 5\ndevices: {}', /^after_seconds: /],
  ['devices: {}\ndevice: {}', /^Unrecognized key.*device/],
  [device('address: "http://x"'), /^devices.a.address: must be HOST or HOST:PORT/],
  [device('address: x, password: y'), /^devices.a: .*password/],
  [redfish('http://10.0.0.1'), /^devices.a.address: must be https/],
  [redfish('https://10.0.0.1/redfish'), /^devices.a.address: must be https/],
  [device('address: x').replace('node-01.password', 'gone'), /^devices.a.password_file: cannot be/],
])('%j is refused', (text, fault) => {
  const refused = read(text);
  expect(refused.ok ? [] : [...refused.error, ''].slice(0, 1)).toEqual([
    expect.stringMatching(fault),
  ]);
});

test('a file that is not there is refused', () => {
  expect(readFenceDevices(join(directory, 'none.yaml'), readSecretFile)).toEqual({
    ok: false,
    error: [expect.stringContaining('none.yaml cannot be read')],
  });
});
