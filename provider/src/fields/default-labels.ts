/**
 * The default labels of the provider block. The `metadata` of a configuration stays as written;
 * requests contain both, and the state has both in `metadata_all`. A group has two sets of labels:
 * its own, and in `vm` those of its members. A change of the provider block therefore appears as a
 * change of each resource; a label that is set in both places with the same value is no change.
 */

import { equalJson } from '@novacron/contract/json';
import type { FieldTable } from '@novacron/contract/schema/field';
import { isRecord } from '../cty/is-record.ts';
import { isUnknown, UNKNOWN } from '../cty/unknown.ts';
import type { Attributes } from '../framework/schema/attribute.ts';
import { map, string } from '../framework/schema/attributes.ts';
import { containsUnknown, type Values } from './field-values.ts';

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** Name of the attribute for labels. */
const OWN = 'metadata';

/** A place where a resource has labels. */
interface Place {
  /** The nested object with the labels; undefined: the resource itself. */
  readonly object: string | undefined;
  /** The attribute with all labels, if the provider block has default labels. */
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
        'not override; null where the provider has none. A change is live.',
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

/** Returns the object with the labels of a place: the values or a nested object; null if absent. */
function sayerOf({ object }: Place, values: Values): Values | null {
  if (object === undefined) return values;
  const sayer = values[object];
  return isRecord(sayer) ? sayer : null;
}

/** Returns the planned values of all labels; empty for kinds without labels. */
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

/** Whether the plan and the state have the same labels. */
export function hasSameLabels(prior: Values, planned: Values): boolean {
  return PLACES.every(({ all }) => {
    if (!(all in planned)) return true;
    return !containsUnknown(planned[all]) && equalJson(prior[all] ?? null, planned[all] ?? null);
  });
}

/**
 * Returns the labels as in the state for a plan that changes none. It makes no difference whether
 * the configuration repeats labels of the provider block, which an import cannot know.
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

/** Returns the values of a request: with all labels. */
export function withAllLabels(values: Values): Values {
  return PLACES.reduce((before, place) => {
    const all = before[place.all] ?? null;
    return all === null ? before : withOwn(place, before, all);
  }, values);
}

/** Returns the values with these labels at the place. */
function withOwn(place: Place, values: Values, labels: unknown): Values {
  const { object } = place;
  if (object === undefined) return { ...values, [OWN]: labels };
  const sayer = sayerOf(place, values);
  return sayer === null ? values : { ...values, [object]: { ...sayer, [OWN]: labels } };
}

/** The circumstances in which a state is read. */
interface Reading {
  readonly defaults: Labels;
  readonly imported: boolean;
}

const NOT_READ: Reading = { defaults: {}, imported: false };

/**
 * Splits the labels of an answer into those of the resource and those of the provider block.
 * @param own - Terraform's values: labels that only the provider block sets stay out of `metadata`
 * @param read.defaults - the current labels of that block
 * @param read.imported - no configuration is known: labels that equal the block's count as its own
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
  // Labels have no other values: the schema of the attribute is a map of strings.
  return isRecord(value) ? (value as Labels) : {};
}
