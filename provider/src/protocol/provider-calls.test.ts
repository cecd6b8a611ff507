import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { castValue } from '../cty/cast-value.ts';
import type { CtyType } from '../cty/cty-type.ts';
import { UNKNOWN } from '../cty/unknown.ts';
import { type RunningProvider, startProvider } from '../test-kit/start-provider.ts';
import { boxSchema, createToy, type Toy } from '../test-kit/toy-provider.ts';
import { valueToWire } from './translation/translate-value.ts';

const BOX = 'novacron_box';
const PASS_TYPE: CtyType = ['object', { pass: 'string', scope: 'string' }];

describe('the calls of the protocol, without Terraform', () => {
  let toy: Toy;
  let running: RunningProvider;

  beforeEach(async () => {
    toy = createToy();
    running = await startProvider(toy.provider);
    await running.probe.configure({});
  });

  afterEach(() => running.close());

  test('create, second plan, update, read and delete', async () => {
    const { probe } = running;
    const created = await probe.create(BOX, { name: 'a', key: 'secret' });
    expect(created.state).toMatchObject({ id: 'box-1', key: null, revision: 1 });
    expect(JSON.parse(created.private.toString())).toEqual({ values: { made: 'by create' } });
    const start = { prior: created.state, config: { name: 'a', size_gb: 9 } };
    const plan = await probe.plan(BOX, start);
    expect(plan).toMatchObject({ planned: { id: 'box-1', size_gb: 9 }, replaces: [] });
    const updated = await probe.apply(BOX, start, plan);
    expect(updated.state).toMatchObject({ size_gb: 9, revision: 2 });
    expect((await probe.read(BOX, updated.state ?? {})).state).toEqual(updated.state);
    const end = { prior: updated.state, config: null };
    const destroyed = await probe.apply(BOX, end, await probe.plan(BOX, end));
    expect(destroyed).toMatchObject({ state: null, diagnostics: [] });
    expect((await probe.read(BOX, updated.state ?? {})).state).toBeNull();
  });

  test('before it is configured, a handler that needs the server says so', async () => {
    const fresh = await startProvider(toy.provider);
    const { diagnostics } = await fresh.probe.plan(BOX, { config: { name: 'a' } });
    expect(diagnostics).toMatchObject([{ summary: 'The provider is not configured' }]);
    await fresh.close();
  });

  test('all violations of a configuration come in one answer', async () => {
    const diagnostics = await running.probe.validate(BOX, {
      name: UNKNOWN,
      size_gb: 0,
      kind: 'steel',
      fragile: true,
      ports: [1, null, 2.5],
      labels: { a: null },
      drawers: [{ height_mm: 1e300 }],
    });
    expect(diagnostics.map(({ attribute, detail }) => `${attribute}: ${detail}`)).toEqual([
      'size_gb: size_gb must be 1 to 1024.',
      'labels: labels["a"] must not be null; leave the element out instead.',
      'ports: ports[1] must not be null; leave the element out instead.',
      'ports: ports[2] must be a whole number, is 2.5.',
      expect.stringMatching(/^drawers: drawers\[0\].height_mm must be between -\(2\^53 - 1\)/),
      'fragile: Drop one of the two.',
    ]);
  });

  test('write-only values need a Terraform that does not store them', async () => {
    const config = castValue(boxSchema.type, { name: 'a', key: 'k' }).value;
    const { diagnostics } = await running.probe.connection.call('validateResourceConfig', {
      type_name: BOX,
      config: valueToWire(boxSchema.type, config),
      client_capabilities: undefined,
    });
    expect(diagnostics).toMatchObject([{ summary: 'Write-only attributes need Terraform 1.11' }]);
  });

  test('stored state is upgraded step by step, and too new a state is explained', async () => {
    const { probe } = running;
    const upgraded = await probe.upgrade(BOX, 0, { id: 'box-1', title: 'old', size_gb: 2 });
    expect(upgraded.state).toMatchObject({ id: 'box-1', name: 'old', size_gb: 2 });
    const same = await probe.upgrade(BOX, 1, { id: 'box-1', name: 'n', dropped: 1 });
    expect(same.state).toMatchObject({ id: 'box-1', name: 'n' });
    const tooNew = await probe.upgrade(BOX, 7, {});
    expect(tooNew.diagnostics).toMatchObject([
      { summary: 'The state was written by a newer version of the provider' },
    ]);
    const broken = await probe.upgrade(BOX, 1, { size_gb: 'many' });
    expect(broken.diagnostics).toMatchObject([
      { detail: 'size_gb: a value of type number was expected' },
    ]);
  });

  test('StopProvider aborts what waits, and the half-made object is kept', async () => {
    const { probe } = running;
    const start = { config: { name: 'slow' } };
    const plan = await probe.plan(BOX, start);
    const applying = probe.apply(BOX, start, plan);
    await probe.connection.call('stopProvider', {});
    const { state, diagnostics } = await applying;
    expect(state).toMatchObject({ id: 'box-1', name: 'slow', revision: null });
    expect(diagnostics).toMatchObject([{ severity: 'error', detail: 'stopped on request' }]);
    await probe.configure({});
    await probe.create(BOX, { name: 'after the stop' });
  });

  test('a failed delete keeps the object in the state', async () => {
    const { probe } = running;
    const { state } = await probe.create(BOX, { name: 'stuck' });
    const end = { prior: state, config: null };
    const failed = await probe.apply(BOX, end, await probe.plan(BOX, end));
    expect(failed).toMatchObject({ state, diagnostics: [{ summary: 'Box is stuck' }] });
  });

  test('functions, data sources and ephemeral resources answer', async () => {
    const { connection } = running.probe;
    const half = (number: number) => ({
      name: 'halve',
      arguments: [{ msgpack: Buffer.of(number), json: Buffer.alloc(0) }],
    });
    expect((await connection.call('callFunction', half(8))).result?.msgpack).toEqual(Buffer.of(4));
    const refused = await connection.call('callFunction', half(7));
    expect(refused.error).toEqual({ text: 'must be even', function_argument: 0n });
    const unknownName = await connection.call('callFunction', { name: 'no', arguments: [] });
    expect(unknownName.error?.text).toContain('does not support it');
    const read = await running.probe.readData('novacron_boxes', { prefix: 'x' });
    expect(read.state).toEqual({ prefix: 'x', total: 0 });
    const wire = (input: object) => valueToWire(PASS_TYPE, castValue(PASS_TYPE, input).value);
    const opened = await connection.call('openEphemeralResource', {
      type_name: 'novacron_pass',
      config: wire({ scope: 'doors' }),
      client_capabilities: undefined,
    });
    expect(opened.result).toEqual(wire({ scope: 'doors', pass: 'pass for doors' }));
    const held = { type_name: 'novacron_pass', private: opened.private };
    expect((await connection.call('renewEphemeralResource', held)).private).toEqual(opened.private);
    expect((await connection.call('closeEphemeralResource', held)).diagnostics).toEqual([]);
  });

  test('unknown names and calls that a resource does not know are explained', async () => {
    const { connection } = running.probe;
    const request = { type_name: 'novacron_ghost', config: undefined };
    const answer = await connection.call('validateResourceConfig', {
      ...request,
      client_capabilities: undefined,
    });
    expect(answer.diagnostics).toMatchObject([{ summary: 'Unsupported type: novacron_ghost' }]);
    const moved = await connection.call('moveResourceState', {
      source_provider_address: 'example.com/other/other',
      source_type_name: 'other_box',
      source_schema_version: 0n,
      source_state: { json: Buffer.from('{}'), flatmap: {} },
      target_type_name: BOX,
      source_private: Buffer.alloc(0),
      source_identity: undefined,
      source_identity_schema_version: 0n,
    });
    expect(moved.diagnostics).toMatchObject([{ summary: 'other_box cannot become novacron_box' }]);
  });

  test('property: whatever bytes arrive, the answer is a diagnostic, never a crash', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (config, stored) => {
        const value = { msgpack: Buffer.from(config), json: Buffer.alloc(0) };
        const { diagnostics } = await running.probe.connection.call('planResourceChange', {
          prior_identity: undefined,
          type_name: BOX,
          prior_state: value,
          proposed_new_state: value,
          config: value,
          prior_private: Buffer.from(stored),
          provider_meta: undefined,
          client_capabilities: undefined,
        });
        const isNull = config.length === 1 && config[0] === 0xc0;
        const isUnknownBytes = config[0] !== undefined && config[0] >= 0xc7;
        if (!isNull && !isUnknownBytes) expect(diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });
});
