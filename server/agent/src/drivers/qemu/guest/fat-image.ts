/**
 * Small FAT12 file systems, made and read in memory: no program of the host is needed, and what is
 * written into one never lies in a second file.
 * Source: Microsoft's "FAT: General Overview of On-Disk Format", 1.03, with long file names.
 */

const SECTOR = 512;
/** With fewer than 4085 clusters the file system is FAT12 by definition. */
const SECTORS = 4_096;
const FAT_SECTORS = 12;
const FATS = 2;
const ENTRY = 32;
const ROOT_ENTRIES = 512;
const ROOT_START = (1 + FATS * FAT_SECTORS) * SECTOR;
const DATA_START = ROOT_START + ROOT_ENTRIES * ENTRY;
const CLUSTERS = SECTORS - DATA_START / SECTOR;
const FIRST_CLUSTER = 2;

/** Size of every image. Unit: bytes. */
const IMAGE_BYTES = SECTORS * SECTOR;

const MEDIA_FIXED = 0xf8;
const END_OF_CHAIN = 0xfff;
const ATTRIBUTE_LABEL = 0x08;
const ATTRIBUTE_FILE = 0x20;
const ATTRIBUTE_LONG_NAME = 0x0f;
/** The first of January 1980, the earliest date that the format knows: images are repeatable. */
const DATE = 0x0021;

/** Files by their names. */
export type FatFiles = ReadonlyMap<string, Buffer>;

/**
 * Makes a file system with files in its root directory.
 * @param label - at most 11 capital letters
 * @returns the image, 2 MiB; undefined where the files do not fit
 */
export function writeFatImage(label: string, files: FatFiles): Buffer | undefined {
  const needed = [...files.values()].reduce((sum, { length }) => sum + clustersOf(length), 0);
  if (needed > CLUSTERS) return undefined;
  const image = Buffer.alloc(IMAGE_BYTES);
  writeBootSector(image, label);
  const chain = [MEDIA_FIXED | 0xf00, END_OF_CHAIN];
  const entries = [labelEntry(label)];
  for (const [name, content] of files) {
    const start = content.length === 0 ? 0 : chain.length;
    content.copy(image, placeOf(start));
    for (let left = clustersOf(content.length); left > 0; left -= 1) {
      chain.push(left === 1 ? END_OF_CHAIN : chain.length + 1);
    }
    entries.push(...fileEntries(entries.length, name, { start, bytes: content.length }));
  }
  Buffer.concat(entries).copy(image, ROOT_START);
  const table = packChain(chain);
  for (let copy = 0; copy < FATS; copy += 1) table.copy(image, (1 + copy * FAT_SECTORS) * SECTOR);
  return image;
}

function clustersOf(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}

function placeOf(cluster: number): number {
  return DATA_START + (cluster - FIRST_CLUSTER) * SECTOR;
}

function writeBootSector(image: Buffer, label: string): void {
  // A jump over the parameters, which systems check although nothing boots from here.
  image.write('\xeb\x3c\x90NOVACRON', 0, 'latin1');
  image.writeUInt16LE(SECTOR, 11);
  image.writeUInt8(1, 13);
  image.writeUInt16LE(1, 14);
  image.writeUInt8(FATS, 16);
  image.writeUInt16LE(ROOT_ENTRIES, 17);
  image.writeUInt16LE(SECTORS, 19);
  image.writeUInt8(MEDIA_FIXED, 21);
  image.writeUInt16LE(FAT_SECTORS, 22);
  image.writeUInt16LE(32, 24);
  image.writeUInt16LE(2, 26);
  image.writeUInt8(0x80, 36);
  image.writeUInt8(0x29, 38);
  image.write(`${label.padEnd(11)}FAT12   `, 43, 'latin1');
  image.writeUInt16LE(0xaa55, SECTOR - 2);
}

/** Two entries of twelve bits share three bytes. */
function packChain(chain: readonly number[]): Buffer {
  const table = Buffer.alloc(FAT_SECTORS * SECTOR);
  chain.forEach((next, cluster) => {
    const place = Math.floor(cluster * 1.5);
    const before = table.readUInt16LE(place);
    table.writeUInt16LE(cluster % 2 === 0 ? before | next : before | (next << 4), place);
  });
  return table;
}

function labelEntry(label: string): Buffer {
  const entry = Buffer.alloc(ENTRY);
  entry.write(label.padEnd(11), 'latin1');
  entry.writeUInt8(ATTRIBUTE_LABEL, 11);
  entry.writeUInt16LE(DATE, 24);
  return entry;
}

interface Extent {
  readonly start: number;
  readonly bytes: number;
}

/** Places of the 13 characters of a long name within an entry. */
const NAME_PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

/** A file: its long name in entries from the last part to the first, then the entry itself. */
function fileEntries(index: number, name: string, { start, bytes }: Extent): readonly Buffer[] {
  const short = `FILE${String(index).padStart(4, '0')}   `;
  const checksum = [...short].reduce(
    (sum, character) => (((sum & 1) << 7) + (sum >> 1) + character.charCodeAt(0)) & 0xff,
    0,
  );
  const parts = Math.ceil(name.length / NAME_PLACES.length);
  const long = Array.from({ length: parts }, (_, part) =>
    longNameEntry({ name, part, isLast: part === parts - 1, checksum }),
  );
  const entry = Buffer.alloc(ENTRY);
  entry.write(short, 'latin1');
  entry.writeUInt8(ATTRIBUTE_FILE, 11);
  for (const place of [16, 18, 24]) entry.writeUInt16LE(DATE, place);
  entry.writeUInt16LE(start, 26);
  entry.writeUInt32LE(bytes, 28);
  return [...long.reverse(), entry];
}

interface LongNamePart {
  readonly name: string;
  readonly part: number;
  readonly isLast: boolean;
  readonly checksum: number;
}

function longNameEntry({ name, part, isLast, checksum }: LongNamePart): Buffer {
  const entry = Buffer.alloc(ENTRY);
  entry.writeUInt8((part + 1) | (isLast ? 0x40 : 0), 0);
  entry.writeUInt8(ATTRIBUTE_LONG_NAME, 11);
  entry.writeUInt8(checksum, 13);
  NAME_PLACES.forEach((place, index) => {
    const at = part * NAME_PLACES.length + index;
    // A zero ends the name, and ones fill what is left.
    const code = at === name.length ? 0 : at > name.length ? 0xffff : name.charCodeAt(at);
    entry.writeUInt16LE(code, place);
  });
  return entry;
}

/**
 * Reads the files of an image that {@link writeFatImage} has made, whose files lie in one piece.
 * @returns undefined for anything else
 */
export function readFatImage(image: Buffer): FatFiles | undefined {
  if (image.length !== IMAGE_BYTES || image.toString('latin1', 3, 11) !== 'NOVACRON') {
    return undefined;
  }
  const files = new Map<string, Buffer>();
  let name = '';
  for (let place = ROOT_START; place < DATA_START; place += ENTRY) {
    const entry = image.subarray(place, place + ENTRY);
    if (entry[0] === 0) break;
    const attribute = entry.readUInt8(11);
    if (attribute === ATTRIBUTE_LONG_NAME) name = `${longNameOf(entry)}${name}`;
    if (attribute !== ATTRIBUTE_FILE) continue;
    const start = entry.readUInt16LE(26);
    const bytes = entry.readUInt32LE(28);
    if (bytes > 0 && (start < FIRST_CLUSTER || placeOf(start) + bytes > IMAGE_BYTES)) {
      return undefined;
    }
    const begin = placeOf(start);
    files.set(name, bytes === 0 ? Buffer.alloc(0) : image.subarray(begin, begin + bytes));
    name = '';
  }
  return files;
}

function longNameOf(entry: Buffer): string {
  const codes = NAME_PLACES.map((place) => entry.readUInt16LE(place));
  const end = codes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? codes : codes.slice(0, end)));
}
