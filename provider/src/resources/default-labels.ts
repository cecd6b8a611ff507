/**
 * The labels that the provider block gives to everything. What a configuration writes in
 * `metadata` stays as it is written; requests carry both, which the state has in `metadata_all`.
 * So a change of the provider block is a change of each resource, which plans show, and the same
 * label in both places is none.
 */
import type { FieldTable } from '@novacron/contract/field';
import { equalJson } from '@novacron/contract/json';
import { isUnknown, UNKNOWN } from '../cty/unknown.ts';
import type { Attributes } from '../framework/attribute.ts';
import { map, string } from '../framework/attributes.ts';
import { holdsUnknown, type Values } from './values.ts';

/** Labels by name. */
export type Labels = Readonly<Record<string, string>>;

/** What the configuration of a resource says. */
const OWN = 'metadata';

/** What the resource has, where the provider block says labels. */
const ALL = 'metadata_all';

/** The attribute of kinds that have labels; others have none. */
export function labelAttributes(table: FieldTable): Attributes {
  if (!hasLabels(table)) return {};
  return {
    [ALL]: map({
      element: string,
      computed: true,
      nullable: true,
      description:
        'All labels: those of `metadata`, and the `default_labels` of the provider that it does ' +
        'not say itself; null where the provider has none. A change is live.',
    }),
  };
}

function hasLabels(table: FieldTable): boolean {
  return table[OWN] !== undefined;
}

/** What a plan says of all labels: nothing for kinds without any. */
export function planLabels(table: FieldTable, plan: Values, defaults: Labels): Values {
  if (!hasLabels(table)) return {};
  if (Object.keys(defaults).length === 0) return { [ALL]: null };
  const own = plan[OWN] ?? {};
  return { [ALL]: isUnknown(own) ? UNKNOWN : { ...defaults, ...Object(own) } };
}

/** Whether a plan says the same of all labels as the state. */
export function hasSameLabels(prior: Values, planned: Values): boolean {
  if (!(ALL in planned)) return true;
  return !holdsUnknown(planned[ALL]) && equalJson(prior[ALL] ?? null, planned[ALL] ?? null);
}

/** The labels of values, for a state that takes over no others of them. */
export function labelsAsPlanned(values: Values): Values {
  return Object.fromEntries(
    [OWN, ALL].flatMap((name) => (name in values ? [[name, values[name]]] : [])),
  );
}

/** Values as requests carry them: with all labels. */
export function withAllLabels(values: Values): Values {
  const all = values[ALL] ?? null;
  return all === null ? values : { ...values, [OWN]: all };
}

/**
 * A state from values as answers carry them.
 * @param own - what Terraform has: labels that only the provider block says stay out of `metadata`
 * @param read.defaults - what that block says now
 * @param read.imported - nothing is written yet: labels that are as the block says count as its own
 */
export function splitLabels(
  answered: Values,
  own: Values,
  read: { readonly defaults: Labels; readonly imported: boolean } = NOT_READ,
): Values {
  if (!(OWN in answered)) return answered;
  const all = labelsOf(answered[OWN]);
  const written = labelsOf(own[OWN]);
  const added = Object.keys(labelsOf(own[ALL])).filter((name) => !(name in written));
  const isOfBlock = (name: string) =>
    added.includes(name) || (read.imported && read.defaults[name] === all[name]);
  const kept = Object.entries(all).filter(([name]) => !isOfBlock(name));
  const isShown = (own[ALL] ?? null) !== null || Object.keys(read.defaults).length > 0;
  const isSame = kept.length === Object.keys(all).length;
  const none = own[OWN] != null && Object.keys(written).length === 0 ? {} : null;
  return {
    ...answered,
    [OWN]: isSame ? answered[OWN] : kept.length === 0 ? none : Object.fromEntries(kept),
    [ALL]: isShown ? answered[OWN] : null,
  };
}

const NOT_READ = { defaults: {}, imported: false } as const;

function labelsOf(value: unknown): Labels {
  return typeof value === 'object' && value !== null ? (value as Labels) : {};
}
