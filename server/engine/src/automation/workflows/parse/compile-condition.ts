/** Compiles the conditions of steps: CEL over inputs, steps and the item of a repetition. */
import { createCelCompiler } from '../../../create-cel-compiler.ts';

/** Compiles one, with the limits that conditions of orchestration policies have. */
export const compileCondition = createCelCompiler({
  inputs: 'map<string, dyn>',
  steps: 'map<string, dyn>',
  item: 'dyn',
  run: 'map<string, string>',
});

/** Converts a value for CEL, which takes every `number` for a double: integers are `bigint`. */
export function toCelValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCelValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]): [string, unknown] => [name, toCelValue(inner)]),
  );
}
