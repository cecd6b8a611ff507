// The builtins of traced policies, and of those that keep what `print` writes.

import type { RegoValue } from '../values/rego-value.ts';
import { asInteger, asList, asString, type HostBuiltins } from './host/host-builtin.ts';
import { plainText, regoText } from './strings/value-text.ts';

/** Output of `print` for an undefined operand, as in OPA. */
const UNDEFINED = '<undefined>';

/** Builtins of the tracer. */
export const PROBE_BUILTINS: HostBuiltins = {
  'internal.probe': ([index, value], { onProbe }) => {
    onProbe(asInteger(index), value === undefined ? undefined : regoText(value));
    return true;
  },
  'internal.print': ([operands, file, row], { onPrint }) => {
    for (const text of linesOf(asList(operands).map(asList))) {
      onPrint({ file: asString(file), row: asInteger(row), text });
    }
    return true;
  },
};

/** Each operand is a set of its values: one line for each combination of them. */
function linesOf(operands: readonly (readonly RegoValue[])[]): readonly string[] {
  let lines: readonly (readonly string[])[] = [[]];
  for (const values of operands) {
    const words = values.length === 0 ? [UNDEFINED] : values.map(plainText);
    lines = lines.flatMap((line) => words.map((word) => [...line, word]));
  }
  return lines.map((words) => words.join(' '));
}
