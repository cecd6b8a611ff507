/**
 * Small CD-ROM images, made and read in memory: no program of the host is needed, and what is
 * written into one never lies in a second file. Names are those of the Joliet directory, which
 * Windows and Linux read; readers of plain ISO 9660 find numbered files.
 * Sources: ECMA-119 (ISO 9660); Microsoft's "Joliet Specification", 1995.
 */
import type { FatFiles } from './fat-image.ts';

const SECTOR = 2_048;
/** All images are of one size, so that a guest that migrates sees the same disc. */
const SECTORS = 1_024;

/** Size of every image. Unit: bytes. */
const IMAGE_BYTES = SECTORS * SECTOR;

/** Positions within the image. Unit: sectors. */
const PRIMARY = 16;
const JOLIET = 17;
const TERMINATOR = 18;
const DATA = 25;

/** The tables of one of the two directories. Unit: sectors. */
interface DirectoryPlaces {
  readonly tableLittle: number;
  readonly tableBig: number;
  readonly root: number;
}

const PRIMARY_PLACES: DirectoryPlaces = { tableLittle: 19, tableBig: 20, root: 21 };
const JOLIET_PLACES: DirectoryPlaces = { tableLittle: 22, tableBig: 23, root: 24 };

const PATH_TABLE_BYTES = 10;

/** The first of January 1980: images are repeatable. */
const RECORD_DATE = [80, 1, 1, 0, 0, 0, 0] as const;
const VOLUME_DATE = '1980010100000000';

const IS_DIRECTORY = 2;

/** Preparer of the image, by which NovaCron recognizes it. */
const PREPARER = 'NOVACRON';
const PREPARER_AT = 446;

/** Offsets of the name's length and of the name in a directory record. */
const NAME_LENGTH_AT = 32;
const NAME_AT = 33;

/** The version of a file, which ends its name. */
const VERSION = ';1';

/**
 * Makes an image with files in its root directory.
 * @param label - at most 16 characters, small letters
 * @returns the image, 2 MiB; undefined where the files do not fit
 */
export function writeIsoImage(label: string, files: FatFiles): Buffer | undefined {
  const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1));
  const extents = placeFiles(sorted);
  const last = extents.at(-1);
  if (last !== undefined && last.sector + sectorsOf(last.content) > SECTORS) return undefined;
  const primary = extents.map((extent, index) => {
    const name = Buffer.from(`FILE${String(index).padStart(4, '0')}.${VERSION}`);
    return fileRecord(name, extent);
  });
  const joliet = extents.map((extent) => fileRecord(toUcs2(`${extent.name}${VERSION}`), extent));
  const roots = [rootDirectory(PRIMARY_PLACES, primary), rootDirectory(JOLIET_PLACES, joliet)];
  if (roots.some(({ length }) => length > SECTOR)) return undefined;
  const image = Buffer.alloc(IMAGE_BYTES);
  writeVolume(image, PRIMARY, PRIMARY_PLACES, {
    type: 1,
    label: Buffer.from(label.toUpperCase()),
    space: Buffer.from(' '),
  });
  writeVolume(image, JOLIET, JOLIET_PLACES, {
    type: 2,
    label: toUcs2(label),
    space: toUcs2(' '),
  });
  writeHeader(image, TERMINATOR, 255);
  roots[0]?.copy(image, PRIMARY_PLACES.root * SECTOR);
  roots[1]?.copy(image, JOLIET_PLACES.root * SECTOR);
  for (const { sector, content } of extents) content.copy(image, sector * SECTOR);
  return image;
}

interface Extent {
  readonly name: string;
  readonly content: Buffer;
  readonly sector: number;
}

function placeFiles(files: readonly (readonly [string, Buffer])[]): readonly Extent[] {
  let next = DATA;
  return files.map(([name, content]) => {
    const sector = next;
    next += sectorsOf(content);
    return { name, content, sector };
  });
}

function sectorsOf({ length }: Buffer): number {
  return Math.ceil(length / SECTOR);
}

/** Two bytes a character, the high one first. */
function toUcs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function fileRecord(name: Buffer, { sector, content }: Extent): Buffer {
  return directoryRecord(name, { sector, bytes: content.length, flags: 0 });
}

interface RecordParts {
  readonly sector: number;
  readonly bytes: number;
  readonly flags: number;
}

function directoryRecord(name: Buffer, { sector, bytes, flags }: RecordParts): Buffer {
  const length = NAME_AT + name.length;
  const record = Buffer.alloc(length + (length % 2));
  record[0] = record.length;
  writeBoth32(record, 2, sector);
  writeBoth32(record, 10, bytes);
  record.set(RECORD_DATE, 18);
  record[25] = flags;
  writeBoth16(record, 28, 1);
  record[NAME_LENGTH_AT] = name.length;
  name.copy(record, NAME_AT);
  return record;
}

/** The record of a directory for itself (0) or its parent (1). */
function selfRecord({ root }: DirectoryPlaces, name: 0 | 1): Buffer {
  const parts = { sector: root, bytes: SECTOR, flags: IS_DIRECTORY };
  return directoryRecord(Buffer.from([name]), parts);
}

function rootDirectory(places: DirectoryPlaces, records: readonly Buffer[]): Buffer {
  return Buffer.concat([selfRecord(places, 0), selfRecord(places, 1), ...records]);
}

/** Every number is written twice: the low byte first, and the high byte first. */
function writeBoth32(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32LE(value, at);
  buffer.writeUInt32BE(value, at + 4);
}

function writeBoth16(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt16LE(value, at);
  buffer.writeUInt16BE(value, at + 2);
}

function writeHeader(image: Buffer, sector: number, type: number): void {
  image[sector * SECTOR] = type;
  image.write('CD001\x01', sector * SECTOR + 1, 'latin1');
}

interface Volume {
  readonly type: number;
  readonly label: Buffer;
  /** Padding of texts. */
  readonly space: Buffer;
}

/** Texts of a volume descriptor, by where they begin. */
const TEXTS = [
  [8, 32],
  [40, 32],
  [190, 128],
  [318, 128],
  [PREPARER_AT, 128],
  [574, 128],
  [702, 36],
  [739, 36],
  [776, 36],
] as const;

const LABEL_AT = 40;
const VOLUME_DATES_AT = 813;
const VOLUME_DATE_BYTES = 17;

function writeVolume(image: Buffer, at: number, places: DirectoryPlaces, volume: Volume): void {
  const sector = image.subarray(at * SECTOR, (at + 1) * SECTOR);
  writeHeader(image, at, volume.type);
  for (const [start, bytes] of TEXTS) sector.fill(volume.space, start, start + bytes);
  volume.label.copy(sector, LABEL_AT);
  const preparer = volume.type === 1 ? Buffer.from(PREPARER) : toUcs2(PREPARER);
  preparer.copy(sector, PREPARER_AT);
  // UCS-2, level 3.
  if (volume.type === 2) sector.write('%/E', 88, 'latin1');
  writeBoth32(sector, 80, SECTORS);
  writeBoth16(sector, 120, 1);
  writeBoth16(sector, 124, 1);
  writeBoth16(sector, 128, SECTOR);
  writeBoth32(sector, 132, PATH_TABLE_BYTES);
  sector.writeUInt32LE(places.tableLittle, 140);
  sector.writeUInt32BE(places.tableBig, 148);
  selfRecord(places, 0).copy(sector, 156);
  const dates = [VOLUME_DATE, VOLUME_DATE, '0'.repeat(16), '0'.repeat(16)];
  dates.forEach((date, index) => {
    sector.write(date, VOLUME_DATES_AT + index * VOLUME_DATE_BYTES, 'latin1');
  });
  sector[881] = 1;
  writePathTables(image, places);
}

/** The only directory is the root, which is its own parent. */
function writePathTables(image: Buffer, { tableLittle, tableBig, root }: DirectoryPlaces): void {
  const [little, big] = [tableLittle * SECTOR, tableBig * SECTOR];
  image[little] = 1;
  image.writeUInt32LE(root, little + 2);
  image.writeUInt16LE(1, little + 6);
  image[big] = 1;
  image.writeUInt32BE(root, big + 2);
  image.writeUInt16BE(1, big + 6);
}

/**
 * Reads the files of an image that {@link writeIsoImage} has made.
 * @returns undefined for anything else
 */
export function readIsoImage(image: Buffer): FatFiles | undefined {
  const preparerAt = PRIMARY * SECTOR + PREPARER_AT;
  const preparer = image.toString('latin1', preparerAt, preparerAt + PREPARER.length);
  if (image.length !== IMAGE_BYTES || preparer !== PREPARER) return undefined;
  const root = image.subarray(JOLIET_PLACES.root * SECTOR, (JOLIET_PLACES.root + 1) * SECTOR);
  const files = new Map<string, Buffer>();
  for (let at = 0; at < SECTOR && root.readUInt8(at) > 0; at += root.readUInt8(at)) {
    const record = root.subarray(at, at + root.readUInt8(at));
    if (record.length <= NAME_AT) return undefined;
    if (record.readUInt8(25) === IS_DIRECTORY) continue;
    const sector = record.readUInt32LE(2);
    const bytes = record.readUInt32LE(10);
    if (sector * SECTOR + bytes > IMAGE_BYTES) return undefined;
    const nameEnd = NAME_AT + record.readUInt8(NAME_LENGTH_AT);
    const nameBytes = Buffer.from(record.subarray(NAME_AT, nameEnd));
    const name = nameBytes.swap16().toString('utf16le').replace(VERSION, '');
    files.set(name, image.subarray(sector * SECTOR, sector * SECTOR + bytes));
  }
  return files;
}
