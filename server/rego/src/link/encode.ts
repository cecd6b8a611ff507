// The few encodings of WebAssembly that the linker writes and reads.

/** An unsigned LEB128. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 127;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 128);
  } while (rest !== 0);
  return bytes;
}

/** A signed LEB128 of 32 bits. */
export function signed(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 127;
    rest >>= 7;
    const isLast = (rest === 0 && (byte & 64) === 0) || (rest === -1 && (byte & 64) !== 0);
    bytes.push(isLast ? byte : byte | 128);
    if (isLast) return bytes;
  }
}

/** A name: its length, then UTF-8. */
export function nameBytes(name: string): readonly number[] {
  const bytes = new TextEncoder().encode(name);
  return [...unsigned(bytes.length), ...bytes];
}

/** A place in bytes that are read. */
export type Reader = { readonly bytes: Uint8Array; offset: number };

/** Reads an unsigned LEB128. */
export function readUnsigned(reader: Reader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = readByte(reader);
    value |= (byte & 127) << shift;
    if ((byte & 128) === 0) return value >>> 0;
  }
}

/** Reads one byte. */
export function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) throw new Error('The runtime ends too early.');
  reader.offset += 1;
  return byte;
}

/** Reads a number of bytes. */
export function readBytes(reader: Reader, length: number): Uint8Array {
  const part = reader.bytes.subarray(reader.offset, reader.offset + length);
  reader.offset += length;
  return part;
}

/** Reads a name. */
export function readName(reader: Reader): string {
  return new TextDecoder().decode(readBytes(reader, readUnsigned(reader)));
}

/** Bytes that grow at the end. */
export type ByteSink = { bytes: Uint8Array; length: number };

/** Makes an empty sink. */
export function byteSink(): ByteSink {
  return { bytes: new Uint8Array(1024), length: 0 };
}

/** Appends bytes. */
export function pushBytes(sink: ByteSink, bytes: ArrayLike<number>): void {
  const end = sink.length + bytes.length;
  if (end > sink.bytes.length) {
    const larger = new Uint8Array(Math.max(end, sink.bytes.length * 2));
    larger.set(sink.bytes.subarray(0, sink.length));
    sink.bytes = larger;
  }
  sink.bytes.set(bytes, sink.length);
  sink.length = end;
}

/** Returns the bytes in the sink. */
export function sinkBytes(sink: ByteSink): Uint8Array {
  return sink.bytes.subarray(0, sink.length);
}
