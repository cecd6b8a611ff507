/**
 * Reads the header of an image file before any program opens it: an image that refers to other
 * files could give a guest files of its host. The format is declared and never probed. Sources:
 * QEMU's `docs/interop/qcow2.txt`; VMware's "Virtual Disk Format 5.0"; ECMA-119, which is ISO 9660.
 */

/** The formats in which an image can be given, by the ends of their names. */
export const IMAGE_FORMATS = ['qcow2', 'raw', 'vmdk', 'iso'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Length of a file's start that suffices for {@link readImageHeader}. Unit: bytes. */
export const HEADER_BYTES = 1_048_576;

/** Result of reading a header; the reason for a refusal is a clause that begins with a verb. */
export type ImageHeader =
  | { readonly kind: 'accepted'; readonly virtualBytes: number }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads a header.
 * @param head - the beginning of the file: {@link HEADER_BYTES}, or all of a shorter one
 * @param fileBytes - length of the file
 */
export function readImageHeader(
  format: ImageFormat,
  head: Uint8Array,
  fileBytes: number,
): ImageHeader {
  switch (format) {
    case 'qcow2':
      return readQcow2(head);
    case 'vmdk':
      return readVmdk(head);
    case 'iso':
      return readIso(head, fileBytes);
    default:
      return readRaw(head, fileBytes);
  }
}

function refused(why: string): ImageHeader {
  return { kind: 'refused', why };
}

/** A size that fits into a number; qcow2 and VMDK have room for larger ones. */
function accepted(virtualBytes: bigint): ImageHeader {
  if (virtualBytes > BigInt(Number.MAX_SAFE_INTEGER)) return refused('has an absurd virtual size');
  return { kind: 'accepted', virtualBytes: Number(virtualBytes) };
}

const QCOW2_MAGIC = 'QFI\xfb';
const QCOW2_V2_BYTES = 72;
const QCOW2_V3_BYTES = 104;
/** Compression type and extended tables: all others are damage, other files, or unknown. */
const QCOW2_FEATURES = 0b11000n;
const QCOW2_DATA_FILE = 0b100n;
/** QEMU's own limit on the first table. Unit: entries. */
const L1_ENTRIES_MAX = 4_194_304;
const EXTENSION_DATA_FILE = 0x44415441;

function readQcow2(head: Uint8Array): ImageHeader {
  const isQcow2 = head.length >= QCOW2_V2_BYTES && startsWith(head, QCOW2_MAGIC);
  if (!isQcow2) return refused('is not in the format qcow2');
  const view = viewOf(head);
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) return refused(`has version ${version} of qcow2`);
  if (version === 3 && head.length < QCOW2_V3_BYTES) return refused('ends within its header');
  if (view.getBigUint64(8) !== 0n) return refused('has a backing file');
  const clusterBits = view.getUint32(20);
  if (clusterBits < 9 || clusterBits > 21) return refused('has an invalid cluster size');
  if (view.getUint32(32) !== 0) return refused('is encrypted');
  if (view.getUint32(36) > L1_ENTRIES_MAX) return refused('has tables of an absurd size');
  const features = version === 3 ? view.getBigUint64(72) : 0n;
  if ((features & QCOW2_DATA_FILE) !== 0n) return refused('has its data in another file');
  if ((features & ~QCOW2_FEATURES) !== 0n) return refused('is damaged or of a later version');
  const start = version === 3 ? view.getUint32(100) : QCOW2_V2_BYTES;
  if (findExtension(head, start, EXTENSION_DATA_FILE)) return refused('names another data file');
  return accepted(view.getBigUint64(24));
}

/** Whether a header has an extension of a type. They end with one of type 0. */
function findExtension(head: Uint8Array, start: number, wanted: number): boolean {
  const view = viewOf(head);
  let place = start;
  while (place + 8 <= head.length) {
    const type = view.getUint32(place);
    if (type === 0) return false;
    if (type === wanted) return true;
    place += 8 + Math.ceil(view.getUint32(place + 4) / 8) * 8;
  }
  return false;
}

const LITTLE_ENDIAN = true;

const VMDK_MAGIC = 'KDMV';
const VMDK_BYTES = 79;
const SECTOR = 512;
const NO_PARENT = 'ffffffff';

function readVmdk(head: Uint8Array): ImageHeader {
  if (startsWith(head, '# Disk DescriptorFile')) return refused('has its data in other files');
  const isVmdk = head.length >= VMDK_BYTES && startsWith(head, VMDK_MAGIC);
  if (!isVmdk) return refused('is not in the format VMDK');
  const view = viewOf(head);
  const capacity = view.getBigUint64(12, LITTLE_ENDIAN);
  if (capacity === 0n) return refused('has its data in other files');
  const start = view.getBigUint64(28, LITTLE_ENDIAN) * BigInt(SECTOR);
  const end = start + view.getBigUint64(36, LITTLE_ENDIAN) * BigInt(SECTOR);
  if (start === 0n || end > BigInt(head.length)) return refused('has no descriptor at its start');
  const [text = ''] = textIn(head, Number(start), Number(end)).split('\0');
  const why = explainDescriptor(text);
  return why === undefined ? accepted(capacity * BigInt(SECTOR)) : refused(why);
}

function explainDescriptor(text: string): string | undefined {
  const kind = /^createType\s*=\s*"([^"]*)"/im.exec(text)?.[1];
  if (kind !== 'monolithicSparse' && kind !== 'streamOptimized') {
    return `is of the type ${JSON.stringify(kind ?? '')}, whose data is in other files`;
  }
  const parent = /^parentCID\s*=\s*(\S+)/im.exec(text)?.[1] ?? NO_PARENT;
  if (parent.toLowerCase() !== NO_PARENT || /^parentFileNameHint/im.test(text)) {
    return 'has a backing file';
  }
  const extents = text.match(/^(?:RW|RDONLY|NOACCESS)\s.*$/gim) ?? [];
  const [extent = ''] = extents;
  const isOwn = /^RW\s+\d+\s+SPARSE\s+"[^"/\\:]+"\s*$/i.test(extent);
  return extents.length === 1 && isOwn ? undefined : 'has extents in other files';
}

/** The first descriptor of an ISO 9660 volume is behind the 16 sectors of the system. */
const ISO_MAGIC = 'CD001';
const ISO_MAGIC_AT = 32_769;

function readIso(head: Uint8Array, fileBytes: number): ImageHeader {
  const said = textIn(head, ISO_MAGIC_AT, ISO_MAGIC_AT + ISO_MAGIC.length);
  if (said !== ISO_MAGIC) return refused('is not an ISO 9660 image');
  return { kind: 'accepted', virtualBytes: fileBytes };
}

/** Beginnings of files that are no raw disks. */
const OTHER_FORMATS = [
  [QCOW2_MAGIC, 'qcow2'],
  [VMDK_MAGIC, 'VMDK'],
  ['# Disk DescriptorFile', 'VMDK'],
  ['vhdxfile', 'VHDX'],
  ['conectix', 'VHD'],
  ['<<< Oracle VM VirtualBox', 'VDI'],
  ['<<< QEMU VM Virtual Disk', 'VDI'],
  ['\x1f\x8b', 'gzip'],
  ['\xfd7zXZ\0', 'xz'],
  ['\x28\xb5\x2f\xfd', 'Zstandard'],
  ['PK\x03\x04', 'ZIP'],
  ['<!DOCTYPE', 'HTML'],
] as const;

/**
 * Returns the format of a file that cannot be a raw disk: `gzip`; undefined if it may be a raw
 * disk.
 */
export function findOtherFormat(head: Uint8Array): string | undefined {
  return OTHER_FORMATS.find(([magic]) => startsWith(head, magic))?.[1];
}

function readRaw(head: Uint8Array, fileBytes: number): ImageHeader {
  const other = findOtherFormat(head);
  if (other !== undefined) return refused(`is declared to be raw and begins as ${other}`);
  if (fileBytes === 0) return refused('is empty');
  return { kind: 'accepted', virtualBytes: fileBytes };
}

function startsWith(head: Uint8Array, magic: string): boolean {
  return textIn(head, 0, magic.length) === magic;
}

function viewOf(head: Uint8Array): DataView {
  return new DataView(head.buffer, head.byteOffset, head.byteLength);
}

/** Some bytes as text, a character each. */
function textIn(head: Uint8Array, start: number, end: number): string {
  return Array.from(head.subarray(start, end), (byte) => String.fromCharCode(byte)).join('');
}
