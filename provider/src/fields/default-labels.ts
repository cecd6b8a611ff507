/**
 * The labels that the provider block gives to everything. What a configuration writes in
 * `metadata` stays as it is written; requests carry both, which the state has in `metadata_all`.
 * A group has labels twice: its own, and in `vm` those of its members. So a change of the provider
 * block is a change of each resource, which plans show, and the same label in both places is none.
 */
import type { FieldTable } from '@novacron/contract/field';
import { equalJson } from '@novacron/contract/json';
import { isRecord } from '../cty/is-record.ts';
import { isUnknown, UNKNOWN } from '../cty/unknown.ts';
import type { Attributes } from '../framework/schema/attribute.ts';
import { map, string } from '../framework/schema/attributes.ts';
import { containsUnknown, type Values } from './field-values.ts';

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** What a configuration calls labels. */
const OWN = 'metadata';

/** One place where a resource has labels. */
interface Place {
  /** The object that says them; undefined: the resource itself. */
  readonly object: string | undefined;
  /** What has all of them, where the provider block says labels. */
  readonly all: string;
  readonly description: string;
}

const PLACES: readonly Place[] = [
  { object: undefined, all: 'metadata_all', description: 'All labels: those of `metadata`' },
  {
    object: 'vm',
    all: 'vm_metadata_all',
    description: 'All labels of the members: those of `metadata` in `vm`',
  },
];

/** The attributes of kinds that have labels; others have none. */
export function labelAttributes(table: FieldTable): Attributes {
  const attributes = placesOf(table).map(({ all, description }) => {
    const attribute = map({
      element: string,
      computed: true,
      nullable: true,
      description:
        `${description}, and the \`default_labels\` of the provider that it does ` +
        'not say itself; null where the provider has none. A change is live.',
    });
    return [all, attribute] as const;
  });
  return Object.fromEntries(attributes);
}

function placesOf(table: FieldTable): readonly Place[] {
  return PLACES.filter(({ object }) => {
    const rows = object === undefined ? table : table[object]?.inside;
    return rows?.[OWN] !== undefined;
  });
}

/** What says the labels of a place: the values themselves, or the object; null where it is not. */
function sayerOf({ object }: Place, values: Values): Values | null {
  if (object === undefined) return values;
  const sayer = values[object];
  return isRecord(sayer) ? sayer : null;
}

/** What a plan says of all labels: nothing for kinds without any. */
export function planLabels(table: FieldTable, plan: Values, defaults: Labels): Values {
  const isNone = Object.keys(defaults).length === 0;
  const planned = placesOf(table).map((place) => {
    const sayer = sayerOf(place, plan);
    const own = sayer === null ? UNKNOWN : (sayer[OWN] ?? {});
    const all = isUnknown(own) ? UNKNOWN : { ...defaults, ...Object(own) };
    return [place.all, isNone ? null : all];
  });
  return Object.fromEntries(planned);
}

/** Whether a plan says the same of all labels as the state. */
export function hasSameLabels(prior: Values, planned: Values): boolean {
  return PLACES.every(({ all }) => {
    if (!(all in planned)) return true;
    return !containsUnknown(planned[all]) && equalJson(prior[all] ?? null, planned[all] ?? null);
  });
}

/**
 * Labels as the state says them, of a plan that changes none: whether the configuration repeats
 * what the provider block says or not, as an import cannot know, is the same to all.
 */
export function labelsAsStored(
  table: FieldTable,
  { prior, plan }: { readonly prior: Values; readonly plan: Values },
): Values {
  if (!hasSameLabels(prior, plan)) return {};
  const kept = placesOf(table).flatMap((place) => {
    const stored = sayerOf(place, prior)?.[OWN] ?? null;
    const said = sayerOf(place, plan)?.[OWN] ?? null;
    if (stored === null || said === null) return [];
    const { object = OWN } = place;
    return [[object, withOwn(place, plan, stored)[object]]];
  });
  return Object.fromEntries(kept);
}

/** What says labels and has them, for a state that takes over nothing else. */
export function labelsAsPlanned(values: Values): Values {
  const names = PLACES.flatMap(({ object = OWN, all }) => [object, all]);
  return Object.fromEntries(
    names.flatMap((name) => (name in values ? [[name, values[name]]] : [])),
  );
}

/** Values as requests carry them: with all labels. */
export function withAllLabels(values: Values): Values {
  return PLACES.reduce((before, place) => {
    const all = before[place.all] ?? null;
    return all === null ? before : withOwn(place, before, all);
  }, values);
}

/** Values whose place says these labels. */
function withOwn(place: Place, values: Values, labels: unknown): Values {
  const { object } = place;
  if (object === undefined) return { ...values, [OWN]: labels };
  const sayer = sayerOf(place, values);
  return sayer === null ? values : { ...values, [object]: { ...sayer, [OWN]: labels } };
}

/** How a state came to be read. */
interface Reading {
  readonly defaults: Labels;
  readonly imported: boolean;
}

const NOT_READ: Reading = { defaults: {}, imported: false };

/**
 * A state from values as answers carry them.
 * @param own - what Terraform has: labels that only the provider block says stay out of `metadata`
 * @param read.defaults - what that block says now
 * @param read.imported - nothing is written yet: labels that are as the block says count as its own
 */
export function splitLabels(answered: Values, own: Values, read: Reading = NOT_READ): Values {
  return PLACES.reduce((state, place) => splitPlace(place, { state, own, read }), answered);
}

function splitPlace(
  place: Place,
  from: { readonly state: Values; readonly own: Values; readonly read: Reading },
): Values {
  const { state, own, read } = from;
  const answered = sayerOf(place, state);
  if (answered === null || !(OWN in answered)) return state;
  const all = labelsOf(answered[OWN]);
  const said = sayerOf(place, own)?.[OWN];
  const written = labelsOf(said);
  const added = Object.keys(labelsOf(own[place.all])).filter((name) => !(name in written));
  const isOfBlock = (name: string) =>
    added.includes(name) || (read.imported && read.defaults[name] === all[name]);
  const kept = Object.entries(all).filter(([name]) => !isOfBlock(name));
  const isShown = (own[place.all] ?? null) !== null || Object.keys(read.defaults).length > 0;
  const isSame = kept.length === Object.keys(all).length;
  const none = said != null && Object.keys(written).length === 0 ? {} : null;
  const left = kept.length === 0 ? none : Object.fromEntries(kept);
  return {
    ...withOwn(place, state, isSame ? answered[OWN] : left),
    [place.all]: isShown ? answered[OWN] : null,
  };
}

function labelsOf(value: unknown): Labels {
  return isRecord(value) ? (value as Labels) : {};
}
