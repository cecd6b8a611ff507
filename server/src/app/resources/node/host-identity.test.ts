import { expect, test } from '@jest/globals';
import { compareHosts } from './host-identity.ts';

const HOST = '00112233-4455-6677-8899-aabbccddeeff';

test.each([
  ['RFC 9562', HOST, 'same'],
  ['upper case', HOST.toUpperCase(), 'same'],
  ['SMBIOS', '33221100-5544-7766-8899-aabbccddeeff', 'same'],
  ['IPMI', 'ffeeddcc-bbaa-9988-7766-554433221100', 'same'],
  ['IPMI of SMBIOS', 'ffeeddccbbaa99886677445500112233', 'same'],
  ['another machine', '00112233-4455-6677-8899-aabbccddeefe', 'different'],
  ['nothing', null, 'unknown'],
  ['zeros', '00000000-0000-0000-0000-000000000000', 'unknown'],
  ['too little', '0011', 'unknown'],
] as const)('a device that says %s', (_order, said, identity) => {
  expect(compareHosts(HOST, said)).toBe(identity);
});

test('an agent that announces no UUID', () => {
  expect(compareHosts(undefined, HOST)).toBe('unknown');
});
