/** Requests of Remote Write as any client may send them: what is written, and what is refused. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';

jest.setTimeout(60_000);

let novacron: RunningNovacron;

beforeAll(async () => {
  novacron = await startNovacron();
});
afterAll(() => novacron.stop());

type Bytes = readonly number[];

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

/** A field of Protocol Buffers whose value has a length of its own. */
const part = (field: number, value: Bytes): Bytes => [
  (field << 3) | 2,
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string) => part(field, [...Buffer.from(value)]);
const whole = (field: number, value: number): Bytes => [field << 3, ...varint(value)];
const double = (field: number, value: number): Bytes => [
  (field << 3) | 1,
  ...new Uint8Array(Float64Array.of(value).buffer),
];

/** Literals of a Snappy block. Unit: bytes. */
const LITERAL_BYTES_MAX = 60;

/** A Snappy block without copies: its length, then literals. */
function compress(plain: Uint8Array): Uint8Array {
  const block = [...varint(plain.length)];
  for (let at = 0; at < plain.length; at += LITERAL_BYTES_MAX) {
    const literal = plain.subarray(at, at + LITERAL_BYTES_MAX);
    block.push((literal.length - 1) << 2, ...literal);
  }
  return Uint8Array.from(block);
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** A field that is not known to this release. */
const UNKNOWN = whole(9, 1);

/** Encodes a WriteRequest; each value is a second later than the one before. */
function encode(series: readonly Series[], nowMs = Date.now()): Uint8Array {
  const all = series.map(({ labels, values }) => {
    const named = Object.entries(labels).map(([name, value]) =>
      part(1, [...text(1, name), ...text(2, value)]),
    );
    const samples = values.map((value, at) => {
      const atMs = nowMs - (values.length - at) * 1_000;
      return part(2, [...double(1, value), ...whole(2, atMs)]);
    });
    return part(1, [...named, ...samples, UNKNOWN].flat());
  });
  return Uint8Array.from(all.flat());
}

const HEADERS = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};

async function send(body: Uint8Array, more: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${novacron.url}/api/v1/write`, {
    method: 'POST',
    headers: { ...HEADERS, Authorization: `Bearer ${novacron.adminKey}`, ...more },
    body: Buffer.from(body),
  });
  return { status: response.status, text: await response.text() };
}

const sendSeries = (...series: readonly Series[]) => send(compress(encode(series)));

const named = (name: string, values: readonly number[], labels = {}): Series => ({
  labels: { __name__: name, ...labels },
  values,
});

async function namesWritten(): Promise<readonly string[]> {
  const { items } = await novacron.expectOk('metric.list', {});
  return items.map(({ name }) => name);
}

test('samples are written once, and an end of a series is no value', async () => {
  const body = compress(encode([named('orders_total', [1, 2, 3, Number.NaN])]));
  expect(await send(body)).toEqual({ status: 204, text: '' });
  expect(await send(body)).toEqual({ status: 204, text: '' });
  const { points } = await novacron.expectOk('metric.query', {
    name: 'orders_total',
    from: '10m',
    step_seconds: 1_200,
    statistics: ['count', 'max'],
  });
  const counts = points.map(({ values }) => values.count ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test('what has no place is named, and the rest is stored', async () => {
  const { status, text } = await sendSeries(
    named('first_count', [1]),
    named('up', [1]),
    named('cpu_utilization_ratio', [0.5]),
    named('first_count', [2]),
  );
  expect(status).toBe(400);
  expect(text).toContain('\\"up\\" does not end in a unit');
  expect(text).toContain('cpu_utilization_ratio is measured by NovaCron.');
  expect(text).toContain('first_count was sent several times for one target');
  expect(await namesWritten()).toContain('first_count');
});

test('series of several senders are refused, in whichever requests they come', async () => {
  for (const pod of ['web-1', 'web-2']) {
    const { status, text } = await sendSeries(
      named('sent_count', [1], { pod, instance: `${pod}:9090` }),
      named('summed_count', [2]),
    );
    expect(status).toBe(400);
    expect(text).toContain('sent_count has the labels pod, instance');
    expect(text).not.toContain('summed_count');
  }
  const names = await namesWritten();
  expect(names).toContain('summed_count');
  expect(names).not.toContain('sent_count');
});

test('samples that are too old, or infinite, are counted, and the rest is stored', async () => {
  const old = named('late_count', [1, 2, 3]);
  const stale = await send(compress(encode([old], Date.now() - 3 * 3_600_000)));
  expect(stale.status).toBe(400);
  expect(stale.text).toContain('3 samples are not stored: more than 2 hours old.');
  const partly = await sendSeries(named('late_count', [4, Number.POSITIVE_INFINITY]));
  expect(partly.status).toBe(400);
  expect(partly.text).toContain('1 sample is not stored: NaN or infinite.');
  expect(await namesWritten()).toContain('late_count');
});

test('a target that is not there refuses its own samples only', async () => {
  const missing = { vm_id: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7' };
  const { status, text } = await sendSeries(
    named('second_count', [1], missing),
    named('third_count', [1]),
  );
  expect(status).toBe(404);
  expect(text).toContain('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
  const names = await namesWritten();
  expect(names).toContain('third_count');
  expect(names).not.toContain('second_count');
});

test('a viewer may not write', async () => {
  const { secret } = await novacron.expectOk('api_key.create', { name: 'reader', role: 'viewer' });
  const body = compress(encode([named('fourth_count', [1])]));
  const { status } = await send(body, { Authorization: `Bearer ${secret}` });
  expect(status).toBe(403);
  expect(await namesWritten()).not.toContain('fourth_count');
});

/** Says that it is 4 GiB long. */
const BOMB = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0);

/** Empty messages of two bytes each. */
function emptyMessages(field: number, count: number): Uint8Array {
  return Uint8Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? (field << 3) | 2 : 0));
}

/** A series whose samples have no field: each is 0, at the beginning of 1970. */
function seriesOfEmptySamples(count: number): Uint8Array {
  const name = part(1, [...text(1, '__name__'), ...text(2, 'fifth_count')]);
  const samples = emptyMessages(2, count);
  return Uint8Array.from(part(1, [...name, ...samples]));
}

test('a series of very many samples is read', async () => {
  const { status, text } = await send(compress(seriesOfEmptySamples(140_000)));
  expect(status).toBe(400);
  expect(text).toContain('1 sample is not stored: more than 2 hours old.');
});

test.each([
  ['series without anything', emptyMessages(1, 350_000), 'it has more than 300000 fields'],
  ['samples without anything', seriesOfEmptySamples(350_000), 'it has more than 300000 fields'],
  [
    'a time that no clock shows',
    encode([named('sixth_count', [1])], 8_640_000_000_002_000),
    '8640000000001000 ms is not a time',
  ],
])('%s are refused before they are stored', async (_name, body, words) => {
  const { status, text: answer } = await send(compress(body));
  expect(status).toBe(400);
  expect(JSON.parse(answer)).toMatchObject({ detail: expect.stringContaining(words) });
});

test.each([
  ['plain text', new TextEncoder().encode('orders_total 1'), {}, 400],
  ['nothing', new Uint8Array(), {}, 400],
  ['a block that says that it is huge', BOMB, {}, 400],
  ['a message that ends early', compress(Uint8Array.of(0x0a, 0x7f, 1)), {}, 400],
  ['JSON', new TextEncoder().encode('{}'), { 'Content-Type': 'application/json' }, 415],
  ['gzip', new Uint8Array(4), { 'Content-Encoding': 'gzip' }, 415],
  ['version 2', new Uint8Array(4), { 'X-Prometheus-Remote-Write-Version': '2.0.0' }, 415],
] as const)('%s is refused in words', async (_name, body, headers, status) => {
  const answer = await send(body, headers);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ remedy: expect.any(String) });
});
