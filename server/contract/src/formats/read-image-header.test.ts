import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IMAGE_FORMATS, readImageHeader } from './read-image-header.ts';

const GB = 1_073_741_824;

/** Changes a copy of a header. */
type Change = (head: Buffer) => void;

function qcow2(change: Change = () => undefined): Buffer {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(GB), 24);
  head.writeUInt32BE(2, 36);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

const DESCRIPTOR =
  'version=1\nCID=1\nparentCID=ffffffff\ncreateType="monolithicSparse"\n' +
  'RW 2097152 SPARSE "disk.vmdk"\n';

function vmdk(descriptor = DESCRIPTOR, change: Change = () => undefined): Buffer {
  const head = Buffer.alloc(2_048);
  head.write('KDMV', 'latin1');
  head.writeUInt32LE(1, 4);
  head.writeBigUInt64LE(2_097_152n, 12);
  head.writeBigUInt64LE(1n, 28);
  head.writeBigUInt64LE(2n, 36);
  head.write(descriptor, 512, 'latin1');
  change(head);
  return head;
}

function read(format: (typeof IMAGE_FORMATS)[number], head: Buffer): string | number {
  const found = readImageHeader(format, head, head.length);
  return found.kind === 'accepted' ? found.virtualBytes : found.why;
}

describe('a qcow2 header', () => {
  test('says the size that a guest sees', () => {
    expect(read('qcow2', qcow2())).toBe(GB);
    expect(
      read(
        'qcow2',
        qcow2((head) => head.writeUInt32BE(2, 4)),
      ),
    ).toBe(GB);
  });

  const cases: readonly (readonly [string, Change])[] = [
    ['is not in the format qcow2', (head) => head.write('QFI ')],
    ['has version 9 of qcow2', (head) => head.writeUInt32BE(9, 4)],
    ['has a backing file', (head) => head.writeBigUInt64BE(512n, 8)],
    ['has an invalid cluster size', (head) => head.writeUInt32BE(40, 20)],
    ['has an absurd virtual size', (head) => head.writeBigUInt64BE(2n ** 63n, 24)],
    ['is encrypted', (head) => head.writeUInt32BE(2, 32)],
    ['has tables of an absurd size', (head) => head.writeUInt32BE(2 ** 31, 36)],
    ['has its data in another file', (head) => head.writeBigUInt64BE(4n, 72)],
    ['is damaged or of a later version', (head) => head.writeBigUInt64BE(2n, 72)],
    ['is damaged or of a later version', (head) => head.writeBigUInt64BE(1n << 40n, 72)],
    [
      'names another data file',
      (head) => {
        head.writeUInt32BE(0xe2792aca, 104);
        head.writeUInt32BE(5, 108);
        head.writeUInt32BE(0x44415441, 120);
      },
    ],
  ];
  test.each(cases)('that %s is refused', (why, change) => {
    expect(read('qcow2', qcow2(change))).toBe(why);
  });
});

describe('a VMDK header', () => {
  test('says the size that a guest sees', () => {
    expect(read('vmdk', vmdk())).toBe(GB);
    const streamed = DESCRIPTOR.replace('monolithicSparse', 'streamOptimized');
    expect(read('vmdk', vmdk(streamed))).toBe(GB);
  });

  test.each([
    [
      'has its data in other files',
      Buffer.from('# Disk DescriptorFile\nRW 1 FLAT "/etc/shadow" 0'),
    ],
    ['has its data in other files', vmdk(DESCRIPTOR, (head) => head.writeBigUInt64LE(0n, 12))],
    ['is not in the format VMDK', Buffer.alloc(512)],
    ['has no descriptor at its start', vmdk(DESCRIPTOR, (head) => head.writeBigUInt64LE(0n, 28))],
    [
      'has no descriptor at its start',
      vmdk(DESCRIPTOR, (head) => head.writeBigUInt64LE(2n ** 60n, 36)),
    ],
    [
      'is of the type "monolithicFlat", whose data is in other files',
      vmdk(DESCRIPTOR.replace('monolithicSparse', 'monolithicFlat')),
    ],
    ['has a backing file', vmdk(DESCRIPTOR.replace('ffffffff', '12345678'))],
    ['has a backing file', vmdk(`${DESCRIPTOR}parentFileNameHint="/etc/shadow"\n`)],
    ['has extents in other files', vmdk(DESCRIPTOR.replace('disk.vmdk', '/etc/shadow'))],
    ['has extents in other files', vmdk(DESCRIPTOR.replace('disk.vmdk', 'nbd:host'))],
    ['has extents in other files', vmdk(`${DESCRIPTOR}RW 1 FLAT "other" 0\n`)],
  ])('that %s is refused', (why, head) => {
    expect(read('vmdk', head)).toBe(why);
  });
});

test('a raw image is as large as its file, and begins as no other format', () => {
  expect(read('raw', Buffer.alloc(4_096))).toBe(4_096);
  expect(read('raw', qcow2())).toBe('is declared to be raw and begins as qcow2');
  expect(read('raw', vmdk())).toBe('is declared to be raw and begins as VMDK');
  expect(read('raw', Buffer.from('\x1f\x8b', 'latin1'))).toBe(
    'is declared to be raw and begins as gzip',
  );
  expect(read('raw', Buffer.alloc(0))).toBe('is empty');
});

test('any bytes are accepted with a safe size or refused, and never more', () => {
  const starts = fc.constantFrom(Buffer.alloc(0), qcow2(), vmdk());
  const edits = fc.array(fc.tuple(fc.nat({ max: 1_200 }), fc.nat({ max: 255 })));
  const format = fc.constantFrom(...IMAGE_FORMATS);
  fc.assert(
    fc.property(starts, edits, fc.nat({ max: 2_048 }), format, (start, changes, length, kind) => {
      const head = Buffer.from(start.subarray(0, length));
      for (const [place, byte] of changes) if (place < head.length) head[place] = byte;
      const found = readImageHeader(kind, head, head.length);
      const isSafe = found.kind === 'refused' || Number.isSafeInteger(found.virtualBytes);
      expect(isSafe).toBe(true);
    }),
  );
});
