import { BigNumber } from '../../cty/big-number.ts';
import { isWhollyKnown } from '../../cty/is-wholly-known.ts';
import { PROTOTYPE } from '../../cty/map-values.ts';
import { formatPath, type Path, type PathStep } from '../../cty/path.ts';
import { isUnknown } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../diagnostics/diagnostics.ts';
import { endSentence } from '../diagnostics/end-sentence.ts';
import type { Attribute, Attributes, ValueShape } from '../schema/attribute.ts';
import { issuesOf } from '../schema/validators.ts';

/** Maximum number of mistakes that are reported per attribute, for long lists of invalid values. */
const FAULTS_MAX = 10;

/** Inputs of the validation besides the configuration. */
export interface ValidationOptions {
  /** False in Terraform before 1.11, which would store write-only values. */
  readonly writeOnlyAllowed: boolean;
}

/**
 * Applies every rule of a schema to a configuration, parts of which may be unknown.
 * @returns all violations, each at its attribute
 */
export function validateConfig(
  attributes: Attributes,
  config: ValueRecord,
  options: ValidationOptions,
): Diagnostics {
  const diagnostics = new Diagnostics();
  validateAttributes(attributes, config, { path: [], diagnostics, options });
  return diagnostics;
}

interface Scope {
  readonly path: Path;
  readonly diagnostics: Diagnostics;
  readonly options: ValidationOptions;
}

function validateAttributes(attributes: Attributes, config: ValueRecord, scope: Scope): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config[name] ?? null;
    if (value === null) continue;
    const here = { ...scope, path: [...scope.path, name] };
    reportUse(attribute, here);
    if (isUnknown(value)) continue;
    const isSound = validateShape(attribute.shape, value, here);
    if (isSound) applyValidators(attribute, value, here);
  }
}

function reportUse({ deprecation, writeOnly }: Attribute, scope: Scope): void {
  const { path, diagnostics, options } = scope;
  const name = formatPath(path);
  if (deprecation !== undefined) {
    diagnostics.warning({ summary: `${name} is deprecated`, detail: deprecation, path });
  }
  if (writeOnly && !options.writeOnlyAllowed) {
    const detail =
      `${name} must not be stored, but this Terraform would store it. Use ` +
      'Terraform 1.11 or later.';
    diagnostics.error({ summary: 'Write-only attributes need Terraform 1.11', detail, path });
  }
}

/** Unknown elements of a list or a map are skipped; the others are validated. */
function applyValidators({ validators }: Attribute, value: Value, scope: Scope): void {
  const isWhole = isWhollyKnown(value);
  const { known, stepOf } = isWhole ? { known: value, stepOf: same } : knownPart(value);
  for (const validator of known === undefined ? [] : validators) {
    // The validator belongs to this attribute, whose value has been decoded by its type.
    for (const { at, message } of issuesOf(validator(known as never))) {
      // Rules about the whole collection, such as its size, cannot be checked on a part of it.
      const [first, ...rest] = at;
      if (first !== undefined) refuse(scope, message, [stepOf(first), ...rest]);
      else if (isWhole) refuse(scope, message);
    }
  }
}

function same(step: PathStep): PathStep {
  return step;
}

/** The elements that are wholly known, and where they are. */
function knownPart(value: Value): {
  readonly known: Value | undefined;
  readonly stepOf: (step: PathStep) => PathStep;
} {
  if (Array.isArray(value)) {
    const items: readonly Value[] = value;
    const found = [...items.entries()].filter(([, item]) => isWhollyKnown(item));
    return {
      known: found.map(([, item]) => item),
      stepOf: (step) => (typeof step === 'number' ? (found[step]?.[0] ?? step) : step),
    };
  }
  // An object is validated as a whole: without one of its members a rule may reject the others.
  return { known: undefined, stepOf: same };
}

/** Checks what the wire type does not express. Returns false if something was reported. */
function validateShape(shape: ValueShape, value: Value, scope: Scope): boolean {
  if (isUnknown(value)) return true;
  switch (shape.kind) {
    case 'string':
    case 'bool':
      return true;
    case 'int':
      return Number.isSafeInteger(value) || refuse(scope, describeInt(value));
    case 'float':
      return typeof value === 'number' || refuse(scope, describeFloat(value));
    case 'list':
    case 'set':
    case 'map':
      return validateElements(shape.element, value, scope);
    case 'object':
      return validateFields(shape.fields, value, scope);
    case 'nested':
      return validateNested(shape, value, scope);
  }
}

const FLOAT_HINT =
  'has more digits than a 64-bit number holds exactly; round it, for example with floor()';

function describeFloat(value: Value): string {
  return Number.isFinite(Number(String(value))) ? FLOAT_HINT : 'is too large a number';
}

function describeInt(value: Value): string {
  const isHuge = value instanceof BigNumber && !/[.e]/i.test(value.text);
  if (isHuge || (typeof value === 'number' && Number.isInteger(value))) {
    return `must be between -(2^53 - 1) and 2^53 - 1, is ${value}`;
  }
  return `must be a whole number, is ${value}`;
}

function validateElements(element: ValueShape, value: Value, scope: Scope): boolean {
  const verdicts = elementsOf(value).map(([step, item]) => {
    const here = { ...scope, path: [...scope.path, ...step] };
    if (item === null) return refuse(here, 'must not be null; leave the element out instead');
    const isReserved = typeof step[0] === 'object' && step[0].key === PROTOTYPE;
    if (isReserved) return refuse(here, 'is a reserved name: choose another one for the entry');
    return validateShape(element, item, here);
  });
  return verdicts.every(Boolean);
}

function validateFields(
  fields: { readonly [name: string]: ValueShape },
  value: Value,
  scope: Scope,
): boolean {
  if (!isValueRecord(value)) return true;
  const verdicts = Object.entries(fields).map(([name, shape]) => {
    const item = value[name] ?? null;
    return item === null || validateShape(shape, item, { ...scope, path: [...scope.path, name] });
  });
  return verdicts.every(Boolean);
}

function validateNested(
  shape: Extract<ValueShape, { readonly kind: 'nested' }>,
  value: Value,
  scope: Scope,
): boolean {
  const errorsBefore = scope.diagnostics.all.length;
  if (shape.nesting === 'single') {
    if (isValueRecord(value)) validateAttributes(shape.attributes, value, scope);
  } else {
    for (const [step, item] of elementsOf(value)) {
      const here = { ...scope, path: [...scope.path, ...step] };
      if (item === null) refuse(here, 'must not be null; leave the element out instead');
      if (isValueRecord(item)) validateAttributes(shape.attributes, item, here);
    }
  }
  return scope.diagnostics.all.length === errorsBefore;
}

function elementsOf(value: Value): readonly (readonly [Path, Value])[] {
  if (Array.isArray(value)) return value.map((item: Value, index) => [[index], item] as const);
  if (!isValueRecord(value)) return [];
  return Object.entries(value).map(([key, item]) => [[{ key }], item] as const);
}

/** @param inside - from the attribute on: Terraform knows no place in a set */
function refuse({ path, diagnostics }: Scope, message: string, inside: Path = []): false {
  const name = formatPath([...path, ...inside]);
  const noted = diagnostics.all.filter((each) => each.path?.[0] === path[0]).length;
  if (noted > FAULTS_MAX) return false;
  if (noted === FAULTS_MAX) {
    const attribute = formatPath(path.slice(0, 1));
    diagnostics.error({
      summary: `Too many invalid values of ${attribute}`,
      detail: `Only the first ${FAULTS_MAX} are listed. Correct them to see the others.`,
      path,
    });
    return false;
  }
  diagnostics.error({
    summary: `Invalid value of ${name}`,
    detail: endSentence(`${name} ${message}`),
    path,
  });
  return false;
}
