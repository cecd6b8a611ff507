import { mapRecord } from '../../cty/map-values.ts';
import { isUnknown, UNKNOWN, unknownWith } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Attribute, Attributes, NestedShape } from '../schema/attribute.ts';

/**
 * Gives a computed attribute a value when the configuration leaves it out.
 * @param prior - its stored value; undefined when there was no object around it
 */
export type FillRule = (attribute: Attribute, prior: Value | undefined) => Value;

/** All computed values are unknown. */
export const makeUnknown: FillRule = (attribute) =>
  attribute.nullable ? UNKNOWN : unknownWith({});

/** All computed values stay; inside new elements they are unknown. */
export const keepPrior: FillRule = (attribute, prior) =>
  prior === undefined ? makeUnknown(attribute, prior) : prior;

/** The object changes: only values that survive updates stay. */
export const refreshUnstable: FillRule = (attribute, prior) => {
  const isSettled = prior !== undefined && (prior !== null || attribute.nullable);
  return attribute.useStateForUnknown && isSettled ? prior : makeUnknown(attribute, prior);
};

/** Sources from which attributes are filled. */
export interface FillSources {
  readonly config: ValueRecord;
  readonly prior: ValueRecord | null;
  readonly rule: FillRule;
  /** Attributes that are null where nothing is configured, although they are computed. */
  readonly clears?: ReadonlySet<string> | undefined;
  /** Paths of attributes that keep their stored value, whatever is configured: `vm.disk_gb`. */
  readonly keeps?: ReadonlySet<string> | undefined;
}

/** Computes the planned value of every attribute of an object. */
export function fillAttributes(attributes: Attributes, sources: FillSources): ValueRecord {
  const { config, prior, rule, clears, keeps } = sources;
  return mapRecord(attributes, (attribute, name) => {
    if (prior !== null && keeps?.has(name) === true) return prior[name] ?? null;
    if (prior !== null && clears?.has(name) === true) return config[name] ?? null;
    const before = prior === null ? undefined : (prior[name] ?? null);
    const inside = pathsInside(keeps, name);
    return fillAttribute(attribute, {
      config: config[name] ?? null,
      prior: before,
      rule,
      keeps: inside,
    });
  });
}

/** Returns the paths inside of an attribute, from there on. */
function pathsInside(paths: FillSources['keeps'], name: string): FillSources['keeps'] {
  if (paths === undefined || paths.size === 0) return undefined;
  const inside = [...paths].filter((path) => path.startsWith(`${name}.`));
  return new Set(inside.map((path) => path.slice(name.length + 1)));
}

interface FillSource extends Pick<FillSources, 'rule' | 'keeps'> {
  readonly config: Value;
  readonly prior: Value | undefined;
}

function fillAttribute(attribute: Attribute, source: FillSource): Value {
  const { config, prior, rule } = source;
  if (attribute.writeOnly) return null;
  if (config === null) {
    if (attribute.default !== undefined) return attribute.default;
    return attribute.computed ? rule(attribute, prior) : null;
  }
  if (isUnknown(config) || attribute.shape.kind !== 'nested') return config;
  return fillNested(attribute.shape, source);
}

/**
 * Elements of lists are matched by index, of maps by key; those of sets have no identity. Only
 * single objects have paths.
 */
function fillNested(shape: NestedShape, { config, prior, rule, keeps }: FillSource): Value {
  const fillElement = (element: Value, before: Value | undefined): Value =>
    isValueRecord(element)
      ? fillAttributes(shape.attributes, {
          config: element,
          prior: isValueRecord(before) ? before : null,
          rule,
          keeps: shape.nesting === 'single' ? keeps : undefined,
        })
      : element;
  if (shape.nesting === 'single') return fillElement(config, prior);
  if (Array.isArray(config)) {
    const before = shape.nesting === 'list' && Array.isArray(prior) ? prior : [];
    return config.map((element: Value, index) => fillElement(element, before[index]));
  }
  if (!isValueRecord(config)) return config;
  const before = isValueRecord(prior) ? prior : {};
  const entries = Object.entries(config).map(([key, element]): [string, Value] => [
    key,
    fillElement(element, Object.hasOwn(before, key) ? before[key] : undefined),
  ]);
  return Object.fromEntries(entries);
}
