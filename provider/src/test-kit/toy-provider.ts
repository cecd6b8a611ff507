import { once } from 'node:events';
import { isUnknown, unknownWith } from '../cty/unknown.ts';
import type { DataSource } from '../framework/data-source.ts';
import { UserError } from '../framework/diagnostics/user-error.ts';
import type { EphemeralResource } from '../framework/ephemeral-resource.ts';
import type { Provider } from '../framework/provider.ts';
import { ArgumentError, defineFunction } from '../framework/provider-function.ts';
import type { Resource } from '../framework/resource.ts';
import {
  bool,
  float,
  int,
  list,
  map,
  nested,
  set,
  string,
} from '../framework/schema/attributes.ts';
import {
  dataSourceSchema,
  ephemeralSchema,
  type InferDesired,
  type InferState,
  providerSchema,
  resourceSchema,
} from '../framework/schema/schema.ts';
import { between, each, oneOf } from '../framework/schema/validators.ts';

/**
 * A provider for boxes that live in memory. It uses every feature of the framework once, so that
 * tests, and readers, see each of them work with the real Terraform.
 */

/** The schema of a box. */
export const boxSchema = resourceSchema({
  version: 1,
  description: 'A box.',
  attributes: {
    id: string({ computed: true, useStateForUnknown: true, description: 'Identity.' }),
    name: string({ required: true, requiresReplace: true, description: 'Unique name.' }),
    size_gb: int({
      optional: true,
      default: 4,
      description: 'Size, GB.',
      validators: [between(1, 1024)],
      requiresReplace: (before, after) => (after ?? 0) < (before ?? 0),
    }),
    ratio: float({ optional: true, description: 'A fraction.' }),
    kind: string({
      optional: true,
      computed: true,
      description: 'Material.',
      validators: [oneOf('wood', 'steel', 'made-by-server')],
    }),
    fragile: bool({ optional: true, default: false, description: 'Whether it breaks.' }),
    labels: map({ element: string, optional: true, description: 'Free labels.' }),
    tags: set({
      element: string,
      optional: true,
      description: 'Marks.',
      validators: [each((tag: string) => (tag === '' ? 'must not be empty' : undefined))],
    }),
    ports: list({ element: int, optional: true, description: 'Openings.' }),
    token: string({ optional: true, sensitive: true, description: 'Secret and stored.' }),
    key: string({ optional: true, writeOnly: true, description: 'Secret and never stored.' }),
    key_version: int({ optional: true, description: 'Raise it to send the key again.' }),
    lid: nested({
      nesting: 'single',
      optional: true,
      description: 'The lid.',
      attributes: {
        color: string({ required: true, description: 'Colour.' }),
        hinge: string({ optional: true, default: 'left', description: 'Side of the hinge.' }),
      },
    }),
    drawers: nested({
      nesting: 'list',
      optional: true,
      description: 'Drawers from top to bottom.',
      attributes: {
        height_mm: int({ required: true, description: 'Height, mm.' }),
        serial: string({ computed: true, useStateForUnknown: true, description: 'Number.' }),
      },
    }),
    stickers: nested({
      nesting: 'set',
      optional: true,
      description: 'Stickers.',
      attributes: {
        text: string({ required: true, description: 'Text.' }),
        font: string({ optional: true, default: 'serif', description: 'Font.' }),
      },
    }),
    shelves: nested({
      nesting: 'map',
      optional: true,
      description: 'Shelves by name.',
      attributes: { depth_mm: int({ required: true, description: 'Depth, mm.' }) },
    }),
    preview: nested({
      nesting: 'single',
      computed: true,
      description: 'Location of the box.',
      attributes: { room: string({ computed: true, description: 'Room.' }) },
    }),
    revision: int({ computed: true, description: 'Number of changes so far.' }),
    note: string({ computed: true, nullable: true, description: 'Left by the server at times.' }),
  },
});

/** A box as it is stored. */
export type Box = InferState<typeof boxSchema>;

/** Client of the toy provider, in place of a server. */
export interface ToyClient {
  readonly boxes: Map<string, Box>;
  /** Write-only values that arrived, by box. */
  readonly keys: Map<string, string | null>;
  readonly isOffline: boolean;
}

/** State of the toy's server that a test can inspect. */
export type ToyStore = Pick<ToyClient, 'boxes' | 'keys'>;

const box: Resource<typeof boxSchema, ToyClient> = {
  schema: boxSchema,
  validate(config, { diagnostics }) {
    if (config.kind === 'steel' && config.fragile === true) {
      const summary = 'Steel is not fragile';
      diagnostics.error({ summary, detail: 'Drop one of the two.', path: ['fragile'] });
    }
  },
  modifyPlan(change, { diagnostics }) {
    if (change.kind === 'delete') {
      if (change.prior.name === 'keep') {
        diagnostics.error({ summary: 'This box stays', detail: 'It is called keep.' });
      }
      return undefined;
    }
    const { plan } = change;
    if (plan.size_gb === 666) {
      const summary = 'Denied by policy "no-beasts"';
      diagnostics.error({ summary, detail: 'Choose another size.', path: ['size_gb'] });
    }
    const id = change.kind === 'create' ? { id: unknownWith({ stringPrefix: 'box-' }) } : {};
    if (isUnknown(plan.name)) return { plan: id };
    return { plan: { ...id, preview: { room: `room of ${plan.name}` } } };
  },
  async create({ desired, config }, { client, recordPartial, diagnostics, privateState, signal }) {
    const id = `box-${client.boxes.size + 1}`;
    recordPartial({ id });
    if (desired.name === 'broken') throw new Error('the lid fell off');
    if (desired.name === 'bomb') return explode();
    if (desired.name === 'slow') {
      await once(signal, 'abort');
      throw new Error('stopped on request');
    }
    if (desired.name === 'refused') {
      diagnostics.error({ summary: 'The server refused the box', path: ['name'] });
      return null;
    }
    client.keys.set(id, config.key);
    privateState.set('made', 'by create');
    const made = complete(desired, { id, revision: 1 });
    client.boxes.set(id, made);
    return made;
  },
  read: (state, { client }) => client.boxes.get(state.id) ?? null,
  update({ desired, prior, config }, { client }) {
    client.keys.set(prior.id, config.key);
    const changed = complete(desired, { id: prior.id, revision: prior.revision + 1 });
    client.boxes.set(prior.id, changed);
    return changed;
  },
  delete(state, { client }) {
    if (state.name === 'stuck') throw new UserError({ summary: 'Box is stuck', detail: 'Pull.' });
    client.boxes.delete(state.id);
  },
  import: (id, { client }) => (client.boxes.has(id) ? { id } : null),
  upgrade: { 0: ({ title = null, ...state }) => ({ ...state, name: title }) },
  move: ({ type, state }) =>
    type === 'terraform_data' && typeof state.id === 'string' ? { id: state.id } : undefined,
};

/** Fails outside of every handler, as a bug in a callback does. */
function explode(): Promise<never> {
  setImmediate(() => {
    throw new TypeError('boom outside the handler');
  });
  return new Promise(() => {});
}

type Settled = Pick<Box, 'id' | 'revision'>;

function complete(desired: InferDesired<typeof boxSchema>, settled: Settled): Box {
  const { kind, drawers, preview } = desired;
  return {
    ...desired,
    ...settled,
    kind: isUnknown(kind) ? 'made-by-server' : kind,
    note: null,
    preview: isUnknown(preview)
      ? { room: `room of ${desired.name}` }
      : { room: isUnknown(preview.room) ? '' : preview.room },
    drawers:
      drawers?.map(({ height_mm, serial }, index) => ({
        height_mm,
        serial: isUnknown(serial) ? `${settled.id}/${index}` : serial,
      })) ?? null,
  };
}

const boxDataSchema = dataSourceSchema({
  description: 'Counts boxes.',
  attributes: {
    prefix: string({ required: true, description: 'Prefix of their names.' }),
    total: int({ computed: true, description: 'Number of boxes.' }),
  },
});

const boxData: DataSource<typeof boxDataSchema, ToyClient> = {
  schema: boxDataSchema,
  read: ({ prefix }, { client }) => ({
    prefix,
    total: [...client.boxes.values()].filter(({ name }) => name.startsWith(prefix)).length,
  }),
};

const passSchema = ephemeralSchema({
  description: 'A pass for one run.',
  attributes: {
    scope: string({ required: true, description: 'What for.' }),
    pass: string({ computed: true, sensitive: true, description: 'The pass.' }),
  },
});

const pass: EphemeralResource<typeof passSchema, ToyClient> = {
  schema: passSchema,
  open: ({ scope }) => ({ result: { scope, pass: `pass for ${scope}` }, private: scope }),
  renew: () => ({}),
  close: () => {},
};

const schema = providerSchema({
  description: 'Boxes.',
  attributes: { endpoint: string({ optional: true, description: 'Address of the server.' }) },
});

/** A fresh toy provider and a look into its server. */
export interface Toy {
  readonly provider: Provider<typeof schema, ToyClient>;
  readonly store: ToyStore;
}

/** Makes a toy provider whose boxes live as long as the returned object. */
export function createToy(): Toy {
  const store: ToyStore = { boxes: new Map(), keys: new Map() };
  const provider: Toy['provider'] = {
    schema,
    configure({ endpoint }, { diagnostics }) {
      const isOffline = isUnknown(endpoint);
      if (isOffline) diagnostics.warning({ summary: 'Planning offline', path: ['endpoint'] });
      return { ...store, isOffline };
    },
    resources: { novacron_box: box },
    dataSources: { novacron_boxes: boxData },
    functions: { halve },
    ephemeralResources: { novacron_pass: pass },
  };
  return { provider, store };
}

const halve = defineFunction({
  summary: 'Halves a number',
  description: 'Divides an even number by two.',
  parameters: [{ name: 'number', description: 'An even number.', type: int }],
  returns: int,
  call: ([number]) => {
    if (number % 2 !== 0) throw new ArgumentError(0, 'must be even.');
    return number / 2;
  },
});
