/** Headers in their compressed form, HPACK. Source: RFC 7541. */
import { ConnectionError, REASON } from './frames.ts';
import { decodeHuffman } from './huffman.ts';

/**
 * Names of the table that both sides know, from 1. What stands beside them is left out: the only
 * header that is asked for, the path, never is what the table has for it.
 */
const STATIC_NAMES = [
  ':authority',
  ':method',
  ':method',
  ':path',
  ':path',
  ':scheme',
  ':scheme',
  ':status',
  ':status',
  ':status',
  ':status',
  ':status',
  ':status',
  ':status',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'accept-ranges',
  'accept',
  'access-control-allow-origin',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'link',
  'location',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'server',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
];

const PATH = ':path';

/** Maximum size of a connection's table: we never allow more. */
const TABLE_BYTES_MAX = 4096;

/** Size counted for each entry besides its texts. */
const ENTRY_BYTES = 32;

/** The representations of a field: their first bits and the size of their number. */
const INDEXED = { bit: 0x80, numberBits: 7 } as const;
const KEPT = { bit: 0x40, numberBits: 6 } as const;
const RESIZED = { bit: 0x20, numberBits: 5 } as const;
const NOT_KEPT_BITS = 4;
const HUFFMAN_BIT = 0x80;
const LENGTH_BITS = 7;

/** Numbers of more bits than this mean nothing here. */
const SHIFT_MAX = 21;

interface Entry {
  readonly name: string;
  readonly value: string;
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/**
 * Makes the reader of one connection's headers: each block may refer to what earlier ones said.
 * @returns a function that answers a block's `:path`, empty where it has none
 * @throws ConnectionError where a block cannot be read; then no later one can
 */
export function createHeaderReader(): (block: Buffer) => string {
  const table = createTable();
  return (block) => {
    const cursor = { bytes: block, at: 0 };
    let path = '';
    while (cursor.at < block.length) {
      const field = readField(cursor, table);
      if (field?.name === PATH) path = field.value;
    }
    return path;
  };
}

type Table = ReturnType<typeof createTable>;

function createTable() {
  const entries: Entry[] = [];
  let bytes = 0;
  let bytesMax = TABLE_BYTES_MAX;
  function shrink(): void {
    while (bytes > bytesMax) {
      const oldest = entries.shift();
      if (oldest === undefined) return;
      bytes -= bytesOf(oldest);
    }
  }
  return {
    entryAt: (index: number): Entry => {
      const name = STATIC_NAMES[index - 1];
      if (name !== undefined) return { name, value: '' };
      const entry = entries[entries.length - (index - STATIC_NAMES.length)];
      if (entry === undefined) throw unreadable();
      return entry;
    },
    add: (entry: Entry): void => {
      entries.push(entry);
      bytes += bytesOf(entry);
      shrink();
    },
    resize: (limit: number): void => {
      if (limit > TABLE_BYTES_MAX) throw unreadable();
      bytesMax = limit;
      shrink();
    },
  };
}

function bytesOf({ name, value }: Entry): number {
  return name.length + value.length + ENTRY_BYTES;
}

function readField(cursor: Cursor, table: Table): Entry | undefined {
  const first = cursor.bytes[cursor.at] ?? 0;
  if ((first & INDEXED.bit) !== 0) return table.entryAt(readNumber(cursor, INDEXED.numberBits));
  if ((first & KEPT.bit) !== 0) {
    const entry = readLiteral(cursor, table, KEPT.numberBits);
    table.add(entry);
    return entry;
  }
  if ((first & RESIZED.bit) === 0) return readLiteral(cursor, table, NOT_KEPT_BITS);
  table.resize(readNumber(cursor, RESIZED.numberBits));
  return undefined;
}

function readLiteral(cursor: Cursor, table: Table, numberBits: number): Entry {
  const index = readNumber(cursor, numberBits);
  const name = index === 0 ? readText(cursor) : table.entryAt(index).name;
  return { name, value: readText(cursor) };
}

/** A number begins in the last bits of a byte; what does not fit follows seven bits a byte. */
function readNumber(cursor: Cursor, bits: number): number {
  const most = 2 ** bits - 1;
  let number = readByte(cursor) & most;
  if (number < most) return number;
  for (let shift = 0; shift <= SHIFT_MAX; shift += LENGTH_BITS) {
    const byte = readByte(cursor);
    number += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return number;
  }
  throw unreadable();
}

function readText(cursor: Cursor): string {
  const isHuffman = ((cursor.bytes[cursor.at] ?? 0) & HUFFMAN_BIT) !== 0;
  const length = readNumber(cursor, LENGTH_BITS);
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + length);
  if (bytes.length < length) throw unreadable();
  cursor.at += length;
  const text = isHuffman ? decodeHuffman(bytes) : bytes.toString('latin1');
  if (text === undefined) throw unreadable();
  return text;
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw unreadable();
  cursor.at += 1;
  return byte;
}

function unreadable(): ConnectionError {
  return new ConnectionError(REASON.compression, 'headers cannot be read');
}

/**
 * Writes headers so that no table is needed to read them.
 * @param headers - names in lower case, pseudo-headers first; ASCII only
 */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.of(0),
    ...encodeText(name),
    ...encodeText(value),
  ]);
  return Buffer.concat(parts);
}

function encodeText(text: string): Buffer[] {
  const most = 2 ** LENGTH_BITS - 1;
  if (text.length < most) return [Buffer.of(text.length), Buffer.from(text, 'latin1')];
  const length = [most];
  let rest = text.length - most;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) + 0x80);
  return [Buffer.from([...length, rest]), Buffer.from(text, 'latin1')];
}
