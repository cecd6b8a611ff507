import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import {
  type GuestSettings,
  holdSettings,
  instanceIdOf,
  NO_SETTINGS,
  nextInstanceId,
  planFiles,
  withIdentity,
} from './cloud-init-files.ts';
import { sha512Crypt } from './sha512-crypt.ts';

const VM = 'vm_01jd3v6t7re3h8z9k2m4n5p6q7';
const UNCONNECTED = { name: 'web-01', nic: null };
const MAC = '52:54:00:aa:bb:cc';

function settingsOf(given: Partial<GuestSettings>): GuestSettings {
  return { ...NO_SETTINGS, ...given };
}

function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  return files.get(name)?.toString('utf8') ?? '';
}

function documentOf(files: ReadonlyMap<string, Buffer>, name: string) {
  return parse(textOf(files, name));
}

describe('metadata', () => {
  test('names instance and host and has the keys, as YAML and whatever they contain', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.string(), (ssh_keys, name) => {
        const files = planFiles(VM, settingsOf({ ssh_keys }), { name, nic: null });
        expect(documentOf(files, 'meta-data')).toEqual({
          'instance-id': VM,
          'local-hostname': name,
          'public-keys': ssh_keys,
        });
      }),
    );
  });

  test('follows a new name without being another instance', () => {
    const before = planFiles(VM, settingsOf({ password: 'secret' }), UNCONNECTED);
    const after = withIdentity(before, { name: 'web-02', nic: null });
    expect(documentOf(after, 'meta-data')).toMatchObject({
      'instance-id': VM,
      'local-hostname': 'web-02',
    });
    expect(after.get('vendor-data')).toBe(before.get('vendor-data'));
  });
});

describe('user data', () => {
  const multipart = 'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x--\n';
  test.each([
    ['#cloud-config\nruncmd: [ "echo ä" ]\n'],
    ['#!/bin/sh\necho done\n'],
    [multipart],
    ['bm90IHVzZXIgZGF0YQ=='],
    [''],
  ])('%j is passed on unchanged', (user_data) => {
    const files = planFiles(VM, settingsOf({ user_data }), UNCONNECTED);
    expect(textOf(files, 'user-data')).toBe(user_data);
  });

  test('none is an empty file, which cloud-init requires', () => {
    expect(textOf(planFiles(VM, NO_SETTINGS, UNCONNECTED), 'user-data')).toBe('');
  });

  test.each([
    ['gzip', gzipSync(multipart)],
    ['a script', Buffer.from('#!/bin/sh\necho done\n')],
    ['a multipart archive', Buffer.from(multipart)],
  ])('%s that is given as base64 is decoded', (_what, content) => {
    const user_data = content.toString('base64').replaceAll(/(.{76})/g, '$1\n');
    const files = planFiles(VM, settingsOf({ user_data }), UNCONNECTED);
    expect(files.get('user-data')).toEqual(content);
  });
});

describe('a password', () => {
  test('is a hash in vendor data, and in no file as it was given', () => {
    const password = 'correct horse battery staple';
    const files = planFiles(VM, settingsOf({ password }), UNCONNECTED);
    const vendorData = documentOf(files, 'vendor-data');
    const salt = String(vendorData.password).split('$')[2] ?? '';
    expect(vendorData).toMatchObject({
      password: sha512Crypt(password, salt),
      chpasswd: { expire: false },
    });
    for (const name of files.keys()) expect(textOf(files, name)).not.toContain('horse');
    expect(textOf(files, 'vendor-data')).toMatch(/^#cloud-config\n/);
  });

  test('is left out where there is none', () => {
    const files = planFiles(VM, NO_SETTINGS, UNCONNECTED);
    expect(documentOf(files, 'vendor-data')).toEqual({
      updates: { network: { when: ['boot-new-instance', 'boot'] } },
    });
  });
});

describe('the network configuration', () => {
  const base = { network_id: 'net_1', cidr: '10.1.2.0/24', ip_address: '10.1.2.7' };

  function interfaceFor(network: typeof base & Record<string, unknown>) {
    const files = planFiles(VM, NO_SETTINGS, { name: 'web-01', nic: { mac: MAC, network } });
    return documentOf(files, 'network-config');
  }

  test.each([
    ['asks by DHCP while no gateway is known', base, { dhcp4: true }],
    [
      'asks by DHCP of IPv6',
      { ...base, cidr: 'fd00::/64', ip_address: 'fd00::7', mtu: 1_450 },
      { dhcp6: true, mtu: 1_450 },
    ],
    [
      'is static with a gateway',
      { ...base, gateway: '10.1.2.1', dns_servers: ['10.1.2.2'], mtu: 1_450 },
      {
        mtu: 1_450,
        addresses: ['10.1.2.7/24'],
        routes: [{ to: '0.0.0.0/0', via: '10.1.2.1' }],
        nameservers: { addresses: ['10.1.2.2'] },
      },
    ],
    [
      'is static with a gateway of IPv6',
      { ...base, cidr: 'fd00::/64', ip_address: 'fd00::7', gateway: 'fd00::1' },
      { addresses: ['fd00::7/64'], routes: [{ to: '::/0', via: 'fd00::1' }] },
    ],
  ])('%s', (_what, network, expected) => {
    expect(interfaceFor(network)).toEqual({
      version: 2,
      ethernets: { eth0: { match: { macaddress: MAC }, 'set-name': 'eth0', ...expected } },
    });
  });

  test('has further interfaces by their addresses, without routes and name servers', () => {
    const gateway = '10.1.2.1';
    const files = planFiles(VM, NO_SETTINGS, {
      name: 'web-01',
      nic: { mac: MAC, network: { ...base, gateway } },
      further: [
        { mac: '52:54:00:00:00:02', network: { ...base, gateway, dns_servers: ['10.1.2.2'] } },
        { mac: '52:54:00:00:00:03', network: base },
      ],
    });
    const named = (name: string, macaddress: string) => ({
      match: { macaddress },
      'set-name': name,
    });
    expect(documentOf(files, 'network-config')).toEqual({
      version: 2,
      ethernets: {
        eth0: {
          ...named('eth0', MAC),
          addresses: ['10.1.2.7/24'],
          routes: [{ to: '0.0.0.0/0', via: gateway }],
        },
        eth1: { ...named('eth1', '52:54:00:00:00:02'), addresses: ['10.1.2.7/24'] },
        eth2: { ...named('eth2', '52:54:00:00:00:03'), dhcp4: true },
      },
    });
  });

  test('has no interface where the machine has none', () => {
    const files = planFiles(VM, NO_SETTINGS, UNCONNECTED);
    expect(documentOf(files, 'network-config')).toEqual({ version: 2, ethernets: {} });
  });
});

describe('another instance', () => {
  const settings = settingsOf({
    ssh_keys: ['ssh-ed25519 A'],
    user_data: '#!/bin/sh',
    password: 'p',
  });
  const files = planFiles(VM, settings, UNCONNECTED);

  test('is needed where a setting differs, and only there', () => {
    expect(holdSettings(files, settings)).toBe(true);
    for (const change of [
      { ssh_keys: [] },
      { user_data: null },
      { user_data: '#!/bin/bash' },
      { password: 'q' },
      { password: null },
    ]) {
      expect(holdSettings(files, { ...settings, ...change })).toBe(false);
    }
    expect(holdSettings(planFiles(VM, NO_SETTINGS, UNCONNECTED), settings)).toBe(false);
    expect(holdSettings(planFiles(VM, NO_SETTINGS, UNCONNECTED), NO_SETTINGS)).toBe(true);
  });

  test('has the next number, and keeps the host keys of the guest', () => {
    const second = nextInstanceId(VM);
    expect([second, nextInstanceId(second)]).toEqual([`${VM}.2`, `${VM}.3`]);
    const again = planFiles(second, settings, UNCONNECTED);
    expect(instanceIdOf(again)).toBe(second);
    expect(documentOf(again, 'vendor-data')).toMatchObject({ ssh_deletekeys: false });
    expect(documentOf(files, 'vendor-data')).not.toHaveProperty('ssh_deletekeys');
  });
});

describe('the files of a Windows guest', () => {
  const ANSWERS = '<unattend><!-- token --></unattend>';
  const windows = (more: Partial<GuestSettings> = {}) =>
    settingsOf({ os: 'windows', password: 'word', answer_file: ANSWERS, ...more });

  test('are what cloudbase-init and Windows Setup read', () => {
    const files = planFiles(VM, windows({ user_data: '#ps1\n' }), UNCONNECTED);
    expect([...files.keys()].sort()).toEqual([
      'Autounattend.xml',
      'Unattend.xml',
      'meta-data',
      'network-config',
      'user-data',
    ]);
    expect(textOf(files, 'Autounattend.xml')).toBe(ANSWERS);
    expect(textOf(files, 'Unattend.xml')).toBe(ANSWERS);
    expect(JSON.parse(textOf(files, 'meta-data'))).toMatchObject({
      'instance-id': VM,
      'admin-password': 'word',
    });
  });

  test('have no answers and no password where there are none', () => {
    const files = planFiles(VM, windows({ password: null, answer_file: null }), UNCONNECTED);
    expect([...files.keys()].sort()).toEqual(['meta-data', 'network-config', 'user-data']);
    expect(textOf(files, 'meta-data')).not.toContain('admin-password');
  });

  test('keep the password where the machine is renamed', () => {
    const files = withIdentity(planFiles(VM, windows(), UNCONNECTED), {
      ...UNCONNECTED,
      name: 'renamed',
    });
    expect(JSON.parse(textOf(files, 'meta-data'))).toMatchObject({
      'local-hostname': 'renamed',
      'admin-password': 'word',
    });
  });

  test.each([
    {},
    { password: 'other' },
    { password: null },
    { answer_file: '<unattend/>' },
    { answer_file: null },
  ])('hold their settings, and not those with %j', (more) => {
    const files = planFiles(VM, windows(), UNCONNECTED);
    expect(holdSettings(files, windows(more))).toBe(Object.keys(more).length === 0);
  });
});
