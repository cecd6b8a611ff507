/**
 * The states that released versions have written, read by today's provider. What they are about is
 * made again on a server of today, under whatever ids that gives; then each is upgraded, refreshed
 * and planned, and there is nothing to do.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import { RESOURCE_KINDS_BY_TYPE } from '../../../provider/src/fields/resource-kinds.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';

// A server of its own starts before the first test.
jest.setTimeout(60_000);

const STATES = resolve(__dirname, '../../../provider/testdata/states');

type Values = Readonly<Record<string, unknown>>;

interface StoredState {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly schema_version: number;
      readonly attributes: Values;
      readonly private?: string;
    }[];
  }[];
}

const { resources } = createNovacronProvider({});

/**
 * Reconstructs the user's configuration: the attributes that users can set and that are not null.
 */
function configOf(type: string, values: Values): Values {
  const attributes = Object.entries(resources[type]?.schema.attributes ?? {});
  const names = attributes.filter(([, { required, optional }]) => required || optional);
  return Object.fromEntries(
    names.flatMap(([name]) => (values[name] == null ? [] : [[name, values[name]]])),
  );
}

/** Every object, those that others refer to first. */
function objectsOf({ resources: stored }: StoredState) {
  const all = stored.flatMap(({ type, name, instances }) =>
    instances.map((instance) => ({ ...instance, type, name, id: String(instance.attributes.id) })),
  );
  const refersTo = (one: object, other: { readonly id: string }) =>
    JSON.stringify({ ...one, id: undefined }).includes(other.id);
  const ordered: typeof all = [];
  while (ordered.length < all.length) {
    const left = all.filter((each) => !ordered.includes(each));
    const next = left.find(
      (each) => !left.some((other) => other !== each && refersTo(each.attributes, other)),
    );
    if (next === undefined) throw new Error('the objects of the state refer to each other');
    ordered.push(next);
  }
  return ordered;
}

test('every earlier form of the state of every type is among the stored ones', () => {
  const stored = readdirSync(STATES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const text = readFileSync(join(STATES, name, 'terraform.tfstate'), 'utf8');
      return (JSON.parse(text) as StoredState).resources;
    })
    .flatMap(({ type, instances }) => instances.map((each) => `${type} ${each.schema_version}`));
  const earlier = Object.entries(resources).flatMap(([type, { schema }]) =>
    Array.from({ length: schema.version }, (_, version) => `${type} ${version}`),
  );
  expect(earlier.filter((form) => !stored.includes(form))).toEqual([]);
});

describe('the state of release', () => {
  let novacron: RunningNovacron;
  let running: RunningProvider;

  beforeAll(async () => {
    novacron = await startNovacron();
    const { url, adminKey } = novacron;
    running = await startProvider(
      createNovacronProvider({ NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: adminKey }),
    );
    expect(await running.probe.configure({})).toEqual([]);
  });
  afterAll(async () => {
    await running.close();
    await novacron.stop();
  });

  /** Creates an object again. */
  async function remake(type: string, config: Values) {
    const { timeouts: _timeouts, ...input } = config;
    const info = RESOURCE_KINDS_BY_TYPE[type];
    if (info === undefined) throw new Error(`no resource ${type}`);
    const name: OperationName = `${info.kind}.create`;
    const made = await novacron.expectOk(name, input as InputOf<typeof name>);
    await novacron.waitFor(made.operation.id);
    return made.resource.id;
  }

  const releases = readdirSync(STATES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  test.each(releases)('%s plans nothing', async (release) => {
    let text = readFileSync(join(STATES, release, 'terraform.tfstate'), 'utf8');
    const order = objectsOf(JSON.parse(text)).map(({ id }) => id);
    for (const id of order) {
      const found = objectsOf(JSON.parse(text)).find((each) => each.id === id);
      if (found === undefined) throw new Error(`${id} is gone`);
      const made = await remake(found.type, configOf(found.type, found.attributes));
      text = text.replaceAll(id, made);
    }
    for (const { type, attributes, schema_version, private: stored = '' } of objectsOf(
      JSON.parse(text),
    )) {
      const upgraded = await running.probe.upgrade(type, schema_version, attributes);
      expect(upgraded.diagnostics).toEqual([]);
      const kept = Buffer.from(stored, 'base64');
      const read = await running.probe.read(type, upgraded.state ?? {}, kept);
      expect(read.diagnostics).toEqual([]);
      const config = configOf(type, attributes);
      expect(read.state).toMatchObject(config);
      const start = { prior: read.state, config, private: read.private };
      const plan = await running.probe.plan(type, start);
      expect(plan).toMatchObject({ planned: read.state, replaces: [], diagnostics: [] });
    }
  });
});
