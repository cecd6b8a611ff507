/** Imports of AWS's price format, with made-up types: what is taken, left out and refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PriceListCreate } from '@novacron/contract/cost/price-list';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { SAMPLES } from '../../test-kit/samples.ts';
import { startFakeServer } from '../../test-kit/start-fake-server.ts';
import { createSplitter } from './split-members.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-prices-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

type Json = Readonly<Record<string, unknown>>;

function product(name: string, more: Json = {}): Json {
  const plain = { operatingSystem: 'Linux', tenancy: 'Shared', preInstalledSw: 'NA' };
  const size = { vcpu: '2', memory: '8 GiB', regionCode: 'us-east-1', capacitystatus: 'Used' };
  return {
    productFamily: 'Compute Instance',
    attributes: { instanceType: name, ...plain, ...size, ...more },
  };
}

function priced(amount: string, { unit = 'Hrs', currency = 'USD' } = {}): Json {
  return { unit, pricePerUnit: { [currency]: amount } };
}

function onDemand(sku: string, price: Json = priced('0.1000000000')): Json {
  return { [`${sku}.T`]: { priceDimensions: { [`${sku}.T.R`]: price } } };
}

function reserved(sku: string, years: string, offered = 'standard'): Json {
  const termAttributes = { LeaseContractLength: years, OfferingClass: offered };
  const priceDimensions = {
    a: priced('300', { unit: 'Quantity' }),
    b: priced('0.0250000000'),
  };
  return { [`${sku}.${years}.${offered}`]: { termAttributes, priceDimensions } };
}

interface OfferFile {
  readonly products?: Json;
  readonly onDemand?: Json;
  readonly reserved?: Json;
}

function offerText(file: OfferFile): string {
  const { products, onDemand: OnDemand, reserved: Reserved = {} } = file;
  const head = {
    formatVersion: 'v1.0',
    disclaimer: 'a "quoted" \\ {word}',
    offerCode: 'AmazonEC2',
  };
  return JSON.stringify({ ...head, products, terms: { OnDemand, Reserved } });
}

const SPOT = {
  ranges: [
    { index: 0, label: '<5%', dots: 0, max: 5 },
    { index: 1, label: '5-10%', dots: 1, max: 11 },
    { index: 4, label: '>20%', dots: 4, max: 100 },
  ],
  spot_advisor: { 'us-east-1': { Linux: { a1: { s: 70, r: 1 }, b1: { s: 50, r: 4 } } } },
};

async function importText(text: string, flags: readonly string[] = [], spot?: unknown) {
  const file = join(directory, 'index.json');
  writeFileSync(file, text);
  const spotFile = join(directory, 'spot.json');
  const files = spot === undefined ? {} : { [spotFile]: JSON.stringify(spot) };
  const lists: Json[] = [];
  const stored = (params: Json) => ({
    ...SAMPLES.price_list[0],
    valid_from: '2026-01-01T00:00:00Z',
    node_classes: null,
    instance_types: params.instance_types,
  });
  const server = await startFakeServer({
    'price_list.list': () => ({ result: { items: lists, next_cursor: null } }),
    'price_list.create': (params) => ({ result: { resource: stored(params) } }),
  });
  const words = ['price-list', 'import', 'aws', '--currency', 'USD', '--region', 'us-east-1'];
  const spots = spot === undefined ? [] : ['--spot', spotFile];
  const run = await runInProcess([...words, '--aws', file, ...spots, ...flags], {
    env: { NOVACRON_ENDPOINT: server.endpoint },
    files,
  });
  await server.close();
  const shown = (output: string) => output.replaceAll(directory, 'DIR');
  return { ...run, stdout: shown(run.stdout), stderr: shown(run.stderr), calls: server.calls };
}

test('types are sent with their prices on demand, reserved and as spot', async () => {
  const text = offerText({
    products: {
      A: product('a1'),
      B: product('b1', { vcpu: '96', memory: '1,152 GiB' }),
      W: product('a1', { operatingSystem: 'Windows' }),
      E: product('a1', { regionCode: 'eu-west-1' }),
      N: product('n1', { vcpu: undefined }),
      D: product('a1'),
      S: { productFamily: 'Storage', attributes: {} },
    },
    onDemand: { A: onDemand('A'), B: onDemand('B', priced('3.1234567891')), W: onDemand('W') },
    reserved: {
      A: {
        ...reserved('A', '1yr'),
        ...reserved('A', '3yr'),
        ...reserved('A', '3yr', 'convertible'),
      },
    },
  });
  const { stdout, calls, exitCode } = await importText(text, [], SPOT);
  expect(stdout.split('\n')).toEqual([
    'DIR/index.json: 2 instance types of us-east-1 in USD, 1 with reserved prices, ' +
      '2 with spot prices.',
    'Left out 1 (W): another operating system, tenancy or software.',
    'Left out 1 (E): another region.',
    'Left out 1 (N): no number of vCPUs.',
    'Left out 1 (D): another product is the same type.',
    'Left out 1 (S): not a virtual machine.',
    'Created the price list aws, in force from 2026-01-01T00:00:00Z.',
    '',
  ]);
  expect([exitCode, calls[1]?.method]).toEqual([0, 'price_list.create']);
  const terms = [1, 3].map((years) => ({ years, upfront: 300, hourly: 0.025 }));
  const a1 = { name: 'a1', cpu_cores: 2, memory_gb: 8, on_demand: 0.1, spot: 0.03 };
  const b1 = { name: 'b1', cpu_cores: 96, memory_gb: 1_152, on_demand: 3.123457, spot: 1.561729 };
  expect(calls[1]?.params).toMatchObject({
    name: 'aws',
    currency: 'USD',
    instance_types: {
      types: [
        { ...a1, interruption_risk: 0.1, reserved: terms },
        { ...b1, interruption_risk: 1 },
      ],
    },
  });
});

test('1,200 types fit into one request; a dry run sends none', async () => {
  const skus = Array.from({ length: 1_200 }, (_, at) => `SKU${at}`);
  const products = Object.fromEntries(skus.map((sku) => [sku, product(`made-up.${sku}`)]));
  const terms = Object.fromEntries(skus.map((sku) => [sku, onDemand(sku)]));
  const commitments = Object.fromEntries(
    skus.map((sku) => [sku, { ...reserved(sku, '1yr'), ...reserved(sku, '3yr') }]),
  );
  const text = offerText({ products, onDemand: terms, reserved: commitments });
  const { stdout, calls } = await importText(text, ['--dry-run', '-o', 'json']);
  expect(calls).toEqual([]);
  const instance_types = JSON.parse(stdout);
  expect(instance_types.types).toHaveLength(1_200);
  const input = PriceListCreate.parse({ name: 'aws', currency: 'USD', instance_types });
  expect(JSON.stringify(input).length).toBeLessThan(1_048_576);
});

describe('a file that is not in the format is refused with the place', () => {
  const whole = offerText({ products: { A: product('a1') }, onDemand: { A: onDemand('A') } });
  const withPrice = (price: Json) =>
    offerText({ products: { A: product('a1') }, onDemand: { A: onDemand('A', price) } });
  test.each([
    ['[]', 'DIR/index.json has no instance types of us-east-1 for Linux'],
    ['', 'DIR/index.json has no instance types of us-east-1 for Linux'],
    ['<html>', 'it is not JSON: Unexpected "<"'],
    [whole.slice(0, whole.indexOf('tenancy')), 'it is not JSON: Tokenizer ended'],
    [whole.slice(0, whole.indexOf('Reserved')), 'what follows terms.OnDemand.A is not JSON: '],
    [whole.replace('"2"', '2"'), 'it is not JSON: '],
    [`${whole}{}`, 'what follows terms.OnDemand.A is not JSON: Unexpected "{"'],
    [`{"products":{"A":"${'a'.repeat(4_000_001)}`, 'is longer than 4,000,000 characters'],
    ['{"products":{"A":1}}', 'products.A: is not a product: it has no attributes'],
    [
      withPrice(priced('0.1', { currency: 'CNY' })),
      'terms.OnDemand.A: is priced in CNY, not in USD',
    ],
    [withPrice(priced('-0.1')), 'terms.OnDemand.A: has the price "-0.1"'],
    [
      withPrice(priced('0.1', { unit: 'Second' })),
      'terms.OnDemand.A: is priced per Second, and prices per hour (Hrs) are needed',
    ],
    ['{"terms":{"OnDemand":{"A":{}}}}', 'terms.OnDemand.A: comes before any product'],
    [
      whole.replace('us-east-1', 'eu-west-1'),
      'has no instance types of us-east-1 for Linux\nLeft out 1 (A): another region.',
    ],
    [withPrice(priced('1000001')), 'a1.on_demand: '],
    ['{"products":{}}', 'DIR/index.json has no instance types of us-east-1 for Linux'],
  ])('%.60s', async (text, message) => {
    const { stderr, exitCode, calls } = await importText(text);
    expect([exitCode, calls]).toEqual([2, []]);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--aws: DIR/index.json');
  });

  test.each([
    [{}, 'DIR/spot.json: ranges: '],
    [{ ...SPOT, spot_advisor: {} }, 'DIR/spot.json: it has no Linux instances of us-east-1'],
    [{ ...SPOT, ranges: [] }, 'spot_advisor.us-east-1.Linux.a1: there is no range 1'],
  ])('spot data: %j', async (spot, message) => {
    const { stderr } = await importText(whole, [], spot);
    expect(stderr).toContain(message);
  });
});

test('a document is split alike wherever its chunks end', () => {
  const text = '{"a": {"x\\"y": [1, "]}\\\\", {"z": null}], "n": -1.5e3}, "b": true}';
  const splitAt = (size: number) => {
    const taken: unknown[] = [];
    const splitter = createSplitter({
      members: ['$.a.*'],
      take: (path, value) => {
        taken.push([...path, value]);
        return undefined;
      },
    });
    for (let at = 0; at < text.length; at += size) {
      expect(splitter.write(text.slice(at, at + size))).toBeUndefined();
    }
    expect(splitter.end()).toBeUndefined();
    return taken;
  };
  const whole = [
    ['a', 'x"y', [1, ']}\\', { z: null }]],
    ['a', 'n', -1_500],
  ];
  for (const size of [1, 2, 3, 7, text.length]) expect(splitAt(size)).toEqual(whole);
});
