/** A zip archive whose bytes depend on nothing but its content (APPNOTE.TXT, 4.3). */
import { crc32, deflateRawSync } from 'node:zlib';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
  /** Permission bits, such as 0o755. */
  readonly mode: number;
}

/** 1980-01-01, the first day that the format knows: builds of any day have the same bytes. */
const DOS_DATE = 0x0021;
const VERSION = 20;
const MADE_ON_UNIX = 3 << 8;
const DEFLATED = 8;
const REGULAR_FILE = 0o100000;
/** Names are UTF-8. */
const FLAGS = 0x0800;

/** Packs files, in their order. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode } of entries) {
    const packed = deflateRawSync(content, { level: 9 });
    const shared = describeEntry(name, content, packed);
    const local = Buffer.concat([numbers([4, 0x04034b50]), shared, Buffer.from(name), packed]);
    const place = numbers([2, 0], [2, 0], [2, 0], [4, ((REGULAR_FILE | mode) << 16) >>> 0]);
    const head = numbers([4, 0x02014b50], [2, MADE_ON_UNIX | VERSION]);
    centrals.push(Buffer.concat([head, shared, place, numbers([4, offset]), Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const count = entries.length;
  const end = numbers(
    [4, 0x06054b50] as const,
    [2, 0] as const,
    [2, 0] as const,
    [2, count] as const,
    [2, count] as const,
    [4, directory.length] as const,
    [4, offset] as const,
    [2, 0] as const,
  );
  return Buffer.concat([...locals, directory, end]);
}

/**
 * Returns the fields shared by both headers of a file, from the required version to the length of
 * extra data.
 */
function describeEntry(name: string, content: Buffer, packed: Buffer): Buffer {
  return numbers(
    [2, VERSION] as const,
    [2, FLAGS] as const,
    [2, DEFLATED] as const,
    [2, 0] as const,
    [2, DOS_DATE] as const,
    [4, crc32(content)] as const,
    [4, packed.length] as const,
    [4, content.length] as const,
    [2, Buffer.byteLength(name)] as const,
    [2, 0] as const,
  );
}

/** Little-endian numbers, each with its length in bytes. */
function numbers(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}
