import { describe, expect, test } from '@jest/globals';
import { maskHostDetails, maskPaths } from './mask-host-details.ts';

const MASKED: readonly (readonly [string, string])[] = [
  [
    "The program qemu-img failed (info): Could not open '/tmp/a1/storage/import-1.part': Image is.",
    'The program qemu-img failed (info): Could not open a path of the host: Image is.',
  ],
  ['move /srv/disks/vm_1 away first.', 'move a path of the host away first.'],
  ['The file /run/x/machine.json is damaged.', 'The file a path of the host is damaged.'],
  ['(/dev/sda).', '(a path of the host).'],
  ['The agent cannot write /srv/a.json: full', 'The agent cannot write a path of the host: full'],
  ['The device 0000:65:00.0 cannot be given.', 'The device of the host cannot be given.'],
  ['connect ECONNREFUSED 192.168.77.2:49152.', 'connect ECONNREFUSED an address of the host.'],
  ['at vintr (192.168.77.1/24).', 'at vintr (an address of the host).'],
  ['connect to fd00::7 failed', 'connect to an address of the host failed'],
  ['connect to [fd00::7]:443 failed', 'connect to an address of the host failed'],
];

const KEPT = [
  'The image at https://images.example/debian/12.qcow2 has the checksum aa.',
  'The server of https://203.0.113.9:8443/a/b.img sent another part.',
  'It has 3/4 of it, and/or more: try again at 12:30:05.',
  'There are 2.5 GB; QEMU 9.2.0 on node-01.',
  'The machine with the MAC address 52:54:00:00:00:01 is in std::vector.',
];

describe('a message of a driver', () => {
  test.each(MASKED)('%s', (said, masked) => {
    expect(maskHostDetails(said)).toBe(masked);
  });

  test.each(KEPT)('has nothing of a host: %s', (said) => {
    expect(maskHostDetails(said)).toBe(said);
  });

  test('about a guest keeps its addresses', () => {
    const seen = '10.0.0.5:80 refuses; connect ENOENT /run/novacron/vm_1/agent.sock';
    expect(maskPaths(seen)).toBe('10.0.0.5:80 refuses; connect ENOENT a path of the host');
  });
});
