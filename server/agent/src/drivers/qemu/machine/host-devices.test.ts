import { describe, expect, test } from '@jest/globals';
import { chooseDevices, deviceFacts, type HostDevice, kindOf } from './host-devices.ts';

const device = (address: string, kind: string, model: string): HostDevice => ({
  address,
  kind,
  model,
  group: address,
});
const DEVICES = [
  device('a1', 'gpu', 'a'),
  device('a2', 'gpu', 'a'),
  device('b1', 'gpu', 'b'),
  device('n1', 'nic', 'x'),
];

test.each([
  ['0x030000', 'gpu'],
  ['0x030200', 'gpu'],
  ['0x020000', 'nic'],
  ['0x010802', 'nvme'],
  ['0x120000', 'accelerator'],
  ['0x0c0330', 'usb'],
  ['0x040300', 'pci'],
])('the PCI class %s is a %s', (pciClass, kind) => {
  expect(kindOf(pciClass)).toBe(kind);
});

test('devices are announced by kind and model', () => {
  expect(deviceFacts(DEVICES)).toEqual([
    { kind: 'gpu', model: 'a', count: 2 },
    { kind: 'gpu', model: 'b', count: 1 },
    { kind: 'nic', model: 'x', count: 1 },
  ]);
  expect(deviceFacts([])).toEqual([]);
});

describe('the devices of a machine', () => {
  test.each([
    ['of the model with fewest left', [{ kind: 'gpu', count: 1 }], [], ['b1']],
    ['of one model', [{ kind: 'gpu', count: 2 }], [], ['a1', 'a2']],
    ['of the model asked for', [{ kind: 'gpu', model: 'a', count: 1 }], [], ['a1']],
    ['that no other machine has', [{ kind: 'gpu', model: 'a', count: 1 }], ['a1'], ['a2']],
    [
      'for each request others',
      [
        { kind: 'gpu', count: 1 },
        { kind: 'gpu', count: 1 },
        { kind: 'nic', count: 1 },
      ],
      [],
      ['b1', 'a1', 'n1'],
    ],
    ['none where there are too few', [{ kind: 'gpu', count: 3 }], [], undefined],
    ['none where others have them', [{ kind: 'nic', count: 1 }], ['n1'], undefined],
  ])('are %s', (_what, wishes, taken, addresses) => {
    const chosen = chooseDevices(DEVICES, new Set(taken), wishes);
    expect(chosen?.map(({ address }) => address)).toEqual(addresses);
  });
});
