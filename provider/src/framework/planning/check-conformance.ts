import { equalValues } from '../../cty/equal-values.ts';
import { isWhollyKnown } from '../../cty/is-wholly-known.ts';
import type { Path } from '../../cty/path.ts';
import { isUnknown } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Attribute, Attributes } from '../schema/attribute.ts';
import { ctyTypeOf } from '../schema/value-type.ts';
import { pairElements } from './pair-elements.ts';

/**
 * Checks a provider's answers against Terraform's rules before they are sent. Terraform checks most
 * of them too, but only reports a bug in the provider, without its place; others merely cause a
 * plan that never becomes empty.
 */

/** A violation of a rule. */
export interface Violation {
  readonly path: Path;
  readonly message: string;
}

/** A plan and its inputs. */
export interface PlanCheck {
  readonly prior: ValueRecord | null;
  readonly config: ValueRecord;
  readonly planned: ValueRecord;
  readonly replacePaths: readonly Path[];
}

/** Checks an answered plan: the configuration is kept, and only computed values are added. */
export function checkPlan(attributes: Attributes, check: PlanCheck): readonly Violation[] {
  const { prior, config, planned, replacePaths } = check;
  const lost = replacePaths
    .filter((path) => !pathExists(attributes, path))
    .map((path) => ({ path, message: 'requires replacement but is not in the schema' }));
  return [...lost, ...checkPlanned(attributes, { prior, config, planned, path: [] })];
}

interface PlannedCheck {
  readonly prior: ValueRecord | null;
  readonly config: ValueRecord;
  readonly planned: ValueRecord;
  readonly path: Path;
}

function checkPlanned(attributes: Attributes, check: PlannedCheck): readonly Violation[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const path = [...check.path, name];
    const config = check.config[name] ?? null;
    const planned = check.planned[name] ?? null;
    const prior = check.prior?.[name] ?? null;
    if (attribute.writeOnly) return forbid(planned !== null, path, WRITE_ONLY);
    if (config === null) {
      return forbid(
        planned !== null && !attribute.computed,
        path,
        'is planned, but not configured',
      );
    }
    return checkConfigured(attribute, { prior, config, planned, path });
  });
}

interface ValueCheck {
  readonly prior: Value;
  readonly config: Value;
  readonly planned: Value;
  readonly path: Path;
}

function checkConfigured(attribute: Attribute, check: ValueCheck): readonly Violation[] {
  const { prior, config, planned, path } = check;
  const type = ctyTypeOf(attribute.shape);
  if (equalValues(type, config, planned)) return [];
  // Terraform accepts the stored value instead of an equivalent spelling of it.
  if (prior !== null && equalValues(type, prior, planned)) return [];
  const { shape } = attribute;
  if (shape.kind === 'nested' && shape.nesting !== 'set' && !isUnknown(config)) {
    const pairs = pairElements(shape.nesting, config, planned);
    if (pairs !== undefined) {
      const priors = pairElements(shape.nesting, config, prior);
      return pairs.flatMap(({ step, left, right }, index) => {
        const before = priors?.[index]?.right;
        const inner = { config: left, planned: right, path: [...path, ...step] };
        return checkPlanned(shape.attributes, { ...inner, prior: before ?? null });
      });
    }
  }
  if (shape.kind === 'nested' && shape.nesting === 'set' && sameLength(config, planned)) return [];
  return [
    { path, message: describeChange('differs between configuration and plan', config, planned) },
  ];
}

/** Checks a stored object after apply: everything planned came true and nothing is unknown. */
export function checkApply(
  attributes: Attributes,
  { planned, state }: { readonly planned: ValueRecord; readonly state: ValueRecord },
): readonly Violation[] {
  return [...checkState(attributes, state), ...checkKept(attributes, { planned, state, path: [] })];
}

interface KeptCheck {
  readonly planned: ValueRecord;
  readonly state: ValueRecord;
  readonly path: Path;
}

function checkKept(attributes: Attributes, check: KeptCheck): readonly Violation[] {
  return Object.entries(attributes).flatMap(([name, { shape, writeOnly }]) => {
    const path = [...check.path, name];
    const planned = check.planned[name] ?? null;
    const actual = check.state[name] ?? null;
    if (writeOnly || isUnknown(planned)) return [];
    if (equalValues(ctyTypeOf(shape), planned, actual)) return [];
    if (shape.kind === 'nested' && shape.nesting !== 'set') {
      const pairs = pairElements(shape.nesting, planned, actual);
      if (pairs !== undefined) {
        return pairs.flatMap(({ step, left, right }) =>
          checkKept(shape.attributes, { planned: left, state: right, path: [...path, ...step] }),
        );
      }
    }
    if (!isWhollyKnown(planned)) return [];
    return [{ path, message: describeChange('differs between plan and result', planned, actual) }];
  });
}

/** Checks an object that goes into the state. */
export function checkState(
  attributes: Attributes,
  state: ValueRecord,
  path: Path = [],
): readonly Violation[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const here = [...path, name];
    const value = state[name] ?? null;
    if (attribute.writeOnly) return forbid(value !== null, here, WRITE_ONLY);
    if (isUnknown(value)) return [{ path: here, message: 'is still unknown' }];
    if (value === null) return forbid(!attribute.nullable, here, 'is null but not nullable');
    const { shape } = attribute;
    if (shape.kind !== 'nested') {
      return forbid(!isWhollyKnown(value), here, 'is partly unknown still');
    }
    const elements = pairElements(shape.nesting, value, value) ?? [];
    return elements.flatMap(({ step, left }) =>
      checkState(shape.attributes, left, [...here, ...step]),
    );
  });
}

/** Checks a refreshed object: a null that became empty would never leave the plan again. */
export function checkRead(
  attributes: Attributes,
  { prior, state }: { readonly prior: ValueRecord; readonly state: ValueRecord },
): readonly Violation[] {
  const flips = Object.entries(attributes).flatMap(([name, { computed }]) => {
    const [before, after] = [prior[name] ?? null, state[name] ?? null];
    const flipped = (before === null && isEmpty(after)) || (isEmpty(before) && after === null);
    return forbid(flipped && !computed, [name], describeChange('flips', before, after));
  });
  return [...checkState(attributes, state), ...flips];
}

const WRITE_ONLY = 'is write-only and must never be returned';

function forbid(broken: boolean, path: Path, message: string): readonly Violation[] {
  return broken ? [{ path, message }] : [];
}

function isEmpty(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isValueRecord(value) && Object.keys(value).length === 0;
}

function sameLength(a: Value, b: Value): boolean {
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length;
}

/** Says what kind of change it is without the values, which may be secret. */
function describeChange(what: string, before: Value, after: Value): string {
  return `${what}: ${nameKind(before)}, then ${nameKind(after)}`;
}

function nameKind(value: Value): string {
  if (value === null) return 'null';
  if (isUnknown(value)) return 'unknown';
  if (isEmpty(value)) return 'empty';
  return isWhollyKnown(value) ? 'a value' : 'a partly unknown value';
}

function pathExists(attributes: Attributes, [name, ...rest]: Path): boolean {
  if (typeof name !== 'string' || !Object.hasOwn(attributes, name)) return false;
  const shape = attributes[name]?.shape;
  if (rest.length === 0 || shape?.kind !== 'nested') return true;
  if (shape.nesting === 'single') return pathExists(shape.attributes, rest);
  return rest.length === 1 || pathExists(shape.attributes, rest.slice(1));
}
