/**
 * Decodes what Prometheus sends: a `WriteRequest` in Protocol Buffers, compressed with Snappy.
 * Source: Prometheus Remote-Write Specification 1.0 (2023).
 */
import { createRequire } from 'node:module';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';

/** Used parts of `snappyjs`, which has no types of its own. */
interface Snappy {
  /** Throws for what is damaged, and where it is longer than `maxLength` bytes. */
  readonly uncompress: (compressed: Uint8Array, maxLength: number) => Uint8Array;
}

const require = createRequire(import.meta.url);
const { uncompress }: Snappy = require('snappyjs');

/** A series as it was sent. */
export interface SentSeries {
  /** Labels by name; the metric's name is `__name__`. */
  readonly labels: ReadonlyMap<string, string>;
  readonly samples: readonly SentSample[];
}

/** One value of it. */
export interface SentSample {
  /** May be NaN: the series has ended. */
  readonly value: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** Several times what one request of Prometheus has. Unit: bytes, uncompressed. */
const REQUEST_BYTES_MAX = 8 * 1_048_576;

/**
 * Fields of one request: 2,000 samples with 30 labels each have 200,000. A field of two bytes
 * becomes an object of hundreds, so the length alone bounds neither memory nor time.
 */
const REQUEST_FIELDS_MAX = 300_000;

/** Largest time that a Date can represent. Unit: milliseconds since the Unix epoch. */
const DATE_MS_MAX = 8_640_000_000_000_000;

/** Decodes. Problems: `validation-failed`. */
export function decodeWriteRequest(bytes: Uint8Array): Result<readonly SentSeries[], Problem> {
  try {
    // A Buffer would be answered with a Buffer.
    const plain = new Uint8Array(bytes);
    const reader = new BinaryReader(uncompress(plain, REQUEST_BYTES_MAX));
    return ok(readRequest(reader, { fields: REQUEST_FIELDS_MAX }));
  } catch (cause) {
    return err(unreadable(cause instanceof Error ? cause.message : String(cause)));
  }
}

/** Number of fields that may still be read. */
interface Budget {
  fields: number;
}

/** `WriteRequest`: field 1 are its series; metadata is left out. */
function readRequest(reader: BinaryReader, budget: Budget): readonly SentSeries[] {
  const series: SentSeries[] = [];
  readFields(reader, budget, (field, wireType) => {
    if (field !== 1 || wireType !== WireType.LengthDelimited) return false;
    series.push(readSeries(new BinaryReader(reader.bytes()), budget));
    return true;
  });
  return series;
}

/** `TimeSeries`: field 1 are labels, 2 samples; exemplars and histograms are left out. */
function readSeries(reader: BinaryReader, budget: Budget): SentSeries {
  const labels = new Map<string, string>();
  const samples: SentSample[] = [];
  readFields(reader, budget, (field, wireType) => {
    if (field > 2 || wireType !== WireType.LengthDelimited) return false;
    const part = new BinaryReader(reader.bytes());
    if (field === 1) labels.set(...readLabel(part, budget));
    else samples.push(readSample(part, budget));
    return true;
  });
  return { labels, samples };
}

/** `Label`: its name, its value. */
function readLabel(reader: BinaryReader, budget: Budget): [string, string] {
  const label: [string, string] = ['', ''];
  readFields(reader, budget, (field, wireType) => {
    if (wireType !== WireType.LengthDelimited || (field !== 1 && field !== 2)) return false;
    label[field === 1 ? 0 : 1] = reader.string();
    return true;
  });
  return label;
}

/** `Sample`: its value, and its time in milliseconds. */
function readSample(reader: BinaryReader, budget: Budget): SentSample {
  let [value, atMs] = [0, 0];
  readFields(reader, budget, (field, wireType) => {
    if (field === 1 && wireType === WireType.Bit64) value = reader.double();
    else if (field === 2 && wireType === WireType.Varint) atMs = Number(reader.int64());
    else return false;
    return true;
  });
  if (Math.abs(atMs) > DATE_MS_MAX) throw new Error(`${atMs} ms is not a time`);
  return { value, atMs };
}

/** Reads all fields of a message. @param read - false for one that it leaves out */
function readFields(
  reader: BinaryReader,
  budget: Budget,
  read: (field: number, wireType: WireType) => boolean,
): void {
  while (reader.pos < reader.len) {
    budget.fields -= 1;
    if (budget.fields < 0) throw new Error(`it has more than ${REQUEST_FIELDS_MAX} fields`);
    const [field, wireType] = reader.tag();
    if (!read(field, wireType)) reader.skip(wireType, field);
  }
}

function unreadable(why: string): Problem {
  return problem('validation-failed', {
    detail: `The body is no write request of Prometheus: ${why}.`,
    remedy: 'Send Remote Write 1.0: a WriteRequest in Protocol Buffers, compressed with Snappy.',
  });
}
