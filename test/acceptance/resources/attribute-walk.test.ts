/**
 * A walk through every attribute of every resource, taken from the schema itself: create with it,
 * without it, change it, take it away, import it. After each step a plan has nothing to do.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import type { ValueRecord } from '../../../provider/src/cty/value.ts';
import type { Attribute, Attributes } from '../../../provider/src/framework/schema/attribute.ts';
import type { SeenState } from '../../../provider/src/test-kit/provider-probe.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';
import { fleetWithFacts, makeSample, makeThings, type Things } from '../support/sample-values.ts';

// A server of its own starts before the first test.
jest.setTimeout(60_000);

type Values = Readonly<Record<string, unknown>>;

interface Step {
  readonly type: string;
  readonly path: readonly string[];
  readonly attribute: Attribute;
}

const { resources } = createNovacronProvider({});

/** Attributes that users set, also those within a single object. */
function stepsOf(type: string, attributes: Attributes, above: readonly string[]): readonly Step[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    if (!attribute.required && !attribute.optional) return [];
    const path = [...above, name];
    const { shape } = attribute;
    const isObject = shape.kind === 'nested' && shape.nesting === 'single' && name !== 'timeouts';
    const inside = isObject ? stepsOf(type, shape.attributes, path) : [];
    return [...(isObject ? [] : [{ type, path, attribute }]), ...inside];
  });
}

const STEPS = Object.entries(resources).flatMap(([type, { schema }]) =>
  stepsOf(type, schema.attributes, []),
);

describe('every attribute', () => {
  let novacron: RunningNovacron;
  let running: RunningProvider;
  let things: Things;
  let serial = 0;

  beforeAll(async () => {
    novacron = await startNovacron({ fleet: fleetWithFacts() });
    const { url, adminKey } = novacron;
    running = await startProvider(
      createNovacronProvider({ NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: adminKey }),
    );
    expect(await running.probe.configure({})).toEqual([]);
    things = await makeThings(novacron);
  });
  afterAll(async () => {
    await running.close();
    await novacron.stop();
  });

  function sampleOf(type: string, path: readonly string[]) {
    const sample = makeSample({ type, path }, things, serial);
    if (sample !== undefined) return sample;
    throw new Error(
      `no sample value for attribute ${path.join('.')} of ${type}: ` +
        'give it two in test/acceptance/support/sample-values.ts',
    );
  }

  /**
   * Returns the required attributes of a resource, including those that are required unless a
   * template sets them.
   */
  function baseOf(type: string): Values {
    serial += 1;
    const required = Object.entries(resources[type]?.schema.attributes ?? {}).filter(
      ([, attribute]) => isNeeded(attribute),
    );
    const own = required.map(([name]) => [name, sampleOf(type, [name]).values[0]]);
    return { ...Object.fromEntries(own), ...ONE_OF[type] };
  }

  /** Guests boot meanwhile, and report their addresses. */
  function exceptOfGuests(state: SeenState['state']) {
    if (state?.guest_ip_addresses === undefined) return state;
    return { ...state, guest_ip_addresses: expect.any(Array) };
  }

  async function expectNoPlan(type: string, made: SeenState, config: Values) {
    const read = await running.probe.read(type, made.state ?? {}, made.private);
    expect(read).toMatchObject({ state: exceptOfGuests(made.state), diagnostics: [] });
    const start = { prior: read.state, config, private: read.private };
    const { planned, replaces, diagnostics } = await running.probe.plan(type, start);
    expect({ planned, replaces, diagnostics }).toEqual({
      planned: read.state,
      replaces: [],
      diagnostics: [],
    });
    return read;
  }

  async function create(type: string, config: Values) {
    return expectNoPlan(type, await running.probe.create(type, config), config);
  }

  async function destroy(type: string, made: SeenState) {
    const start = { prior: made.state, config: null, private: made.private };
    const gone = await running.probe.apply(type, start, await running.probe.plan(type, start));
    expect(gone).toMatchObject({ state: null, diagnostics: [] });
  }

  /**
   * Applies a change like Terraform: in place, or by destroying the old resource and creating a new
   * one.
   */
  async function change(type: string, made: SeenState, config: Values) {
    const start = { prior: made.state, config, private: made.private };
    const plan = await running.probe.plan(type, start);
    expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (plan.replaces.length > 0) {
      await destroy(type, made);
      return create(type, config);
    }
    const applied = await running.probe.apply(type, start, plan);
    expect(applied.diagnostics).toEqual([]);
    return expectNoPlan(type, applied, config);
  }

  async function expectRefusal(
    type: string,
    { state, private: stored }: SeenState,
    { config, refusal }: { readonly config: Values; readonly refusal: string },
  ) {
    const { diagnostics } = await running.probe.plan(type, {
      prior: state,
      config,
      private: stored,
    });
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining(refusal) },
    ]);
  }

  async function adopt(type: string, { state }: SeenState, config: Values) {
    // One run imports a thing once.
    expect(await running.probe.configure({})).toEqual([]);
    const imported = await running.probe.import(type, String(state?.id));
    expect(imported.diagnostics).toEqual([]);
    const read = await running.probe.read(type, imported.state ?? {}, imported.private);
    const start = { prior: read.state, config, private: read.private };
    const plan = await running.probe.plan(type, start);
    expect(plan).toMatchObject({ replaces: [], diagnostics: [] });
    expect(withoutOwn(plan.planned)).toEqual(withoutOwn(state));
    // Nor does it import what its state holds.
    expect(await running.probe.configure({})).toEqual([]);
  }

  const cases = STEPS.map((step) => [`${step.type}.${step.path.join('.')}`, step] as const);

  test.each(cases)('%s comes, changes, goes and is imported', async (_name, step) => {
    const { type, path, attribute } = step;
    const base = baseOf(type);
    const { values, beside = {}, refusal } = sampleOf(type, path);
    const withValue = (value: unknown) => setAt({ ...base, ...beside }, path, value);
    const first = withValue(values[0]);
    const made = await create(type, first);
    if (!attribute.writeOnly) expect(getAt(made.state, path)).toEqual(values[0]);
    else expect(getAt(made.state, path)).toBeNull();
    // Nothing but the configuration knows the timeouts.
    const isOwn = path[0] === 'timeouts';
    if (!isOwn) await adopt(type, made, first);
    if (refusal !== undefined) {
      await expectRefusal(type, made, { config: withValue(values[1]), refusal });
      return destroy(type, await change(type, made, base));
    }
    const second = withValue(values[1]);
    const changed = await change(type, made, second);
    if (!isOwn) await adopt(type, changed, second);
    // Terraform itself insists on what is required.
    if (isNeeded(attribute)) return destroy(type, changed);
    const removed = await change(type, changed, base);
    return destroy(type, removed);
  });

  test.each(Object.keys(resources))('%s does without all that is optional', async (type) => {
    const base = baseOf(type);
    const made = await create(type, base);
    await adopt(type, made, base);
    await destroy(type, made);
  });
});

/** Of attributes of which exactly one is required, the one that is there unless it is another. */
const ONE_OF: Readonly<Record<string, Values>> = {
  novacron_policy_waiver: { check: 'NC-VM-021' },
};

/** Whether a resource of no template needs it. */
function isNeeded({ required, optional, computed, nullable, ...more }: Attribute): boolean {
  return required || (optional && computed && !nullable && more.default === undefined);
}

/**
 * Without what Terraform's side alone knows, which an import cannot find, and without what a guest
 * reports when it likes: also between two looks.
 */
function withoutOwn(state: ValueRecord | null): Values {
  const own = ['timeouts', 'placement_preview', 'guest_ip_addresses'];
  return Object.fromEntries(Object.entries(state ?? {}).filter(([name]) => !own.includes(name)));
}

function getAt(state: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (found as Values | null)?.[name] ?? null, state);
}

function setAt(config: Values, [name = '', ...below]: readonly string[], value: unknown): Values {
  if (below.length === 0) return { ...config, [name]: value };
  return { ...config, [name]: setAt((config[name] ?? {}) as Values, below, value) };
}
