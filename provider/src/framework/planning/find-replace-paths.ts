import { equalValues } from '../../cty/equal-values.ts';
import { isWhollyKnown } from '../../cty/is-wholly-known.ts';
import type { Path, PathStep } from '../../cty/path.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Attribute, Attributes, NestedShape, ReplaceContext } from '../schema/attribute.ts';
import { ctyTypeOf } from '../schema/value-type.ts';

/** The three versions of an object that determine a replacement. */
export interface ReplaceInput {
  readonly config: ValueRecord;
  readonly prior: ValueRecord;
  readonly planned: ValueRecord;
}

/** Returns the attributes whose change replaces the object. */
export function findReplacePaths(attributes: Attributes, input: ReplaceInput): readonly Path[] {
  const context: ReplaceContext = { prior: input.prior, planned: input.planned };
  return searchAttributes(attributes, { ...input, path: [], context });
}

interface Search extends ReplaceInput {
  readonly path: Path;
  readonly context: ReplaceContext;
}

function searchAttributes(attributes: Attributes, search: Search): readonly Path[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const config = search.config[name] ?? null;
    // A value that the user leaves to the provider never replaces the object.
    if (config === null && attribute.computed && attribute.default === undefined) return [];
    const change = { before: search.prior[name] ?? null, after: search.planned[name] ?? null };
    const path = [...search.path, name];
    if (needsReplacement(attribute, change, search.context)) return [path];
    if (attribute.shape.kind !== 'nested') return [];
    return searchNested(attribute.shape, { ...change, config, path, context: search.context });
  });
}

interface Change {
  readonly before: Value;
  readonly after: Value;
}

function needsReplacement(
  { requiresReplace, shape, writeOnly }: Attribute,
  { before, after }: Change,
  context: ReplaceContext,
): boolean {
  if (requiresReplace === false || writeOnly) return false;
  if (equalValues(ctyTypeOf(shape), before, after)) return false;
  if (requiresReplace === true || !isWhollyKnown(after)) return true;
  // The rule belongs to this attribute, whose values have been decoded by its type.
  return requiresReplace(before as never, after as never, context);
}

interface NestedSearch extends Change {
  readonly config: Value;
  readonly path: Path;
  readonly context: ReplaceContext;
}

function searchNested({ nesting, attributes }: NestedShape, search: NestedSearch): readonly Path[] {
  const { before, after, config, path, context } = search;
  const enter = (parts: Change & { readonly config: Value }, step: readonly PathStep[]) => {
    if (!isValueRecord(parts.before) || !isValueRecord(parts.after)) return [];
    return searchAttributes(attributes, {
      config: isValueRecord(parts.config) ? parts.config : {},
      prior: parts.before,
      planned: parts.after,
      path: [...path, ...step],
      context,
    });
  };
  if (nesting === 'single') return enter({ before, after, config }, []);
  if (nesting === 'list' && Array.isArray(before) && Array.isArray(after)) {
    return after.flatMap((element: Value, index) =>
      enter(
        {
          before: before[index] ?? null,
          after: element,
          config: Array.isArray(config) ? (config[index] ?? null) : null,
        },
        [index],
      ),
    );
  }
  if (nesting !== 'map' || !isValueRecord(before) || !isValueRecord(after)) return [];
  return Object.entries(after).flatMap(([key, element]) =>
    enter(
      {
        before: before[key] ?? null,
        after: element,
        config: isValueRecord(config) ? (config[key] ?? null) : null,
      },
      [{ key }],
    ),
  );
}
