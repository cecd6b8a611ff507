// Text of version 0 in the usual form of version 1. Source of the idea: `opa fmt --v0-v1`.

import { formatRego, isSameMeaning } from '../format-rego.ts';
import { parseRego } from '../parse/parse-rego.ts';
import type { Module } from '../syntax/ast.ts';
import type { RegoProblem, RegoResult } from '../syntax/rego-problem.ts';
import { strictRego } from './strict-rego.ts';
import { toVersion1 } from './to-version-1.ts';

/** Problems that version 1 refuses, so that a text with them cannot be converted. */
const REFUSED: readonly RegoProblem['code'][] = [
  'deprecated-builtin',
  'duplicate-import',
  'shadowed-document',
];

/**
 * Formats a text, and moves one of version 0 to the form that both versions read alike: with `if`
 * before bodies, `contains` for members of sets, and `import rego.v1`. The meaning stays the same.
 *
 * @returns the text; or what is wrong with it, or in the way of version 1
 */
export function formatToVersion1(text: string, file: string): RegoResult<string> {
  const parsed = parseRego(text, { file, regoVersion: 'auto' });
  if (!parsed.ok) return parsed;
  if (parsed.value.version === 'v1') return formatRego(text, { file, regoVersion: 'v1' });
  const strict = strictRego({ modules: { [file]: text }, regoVersion: 'v0' });
  const refused = strict.filter(({ code }) => REFUSED.includes(code));
  if (refused.length > 0) return { ok: false, error: refused };
  const formatted = formatRego(toVersion1(text, parsed.value), { file, regoVersion: 'v1' });
  const again = formatted.ok ? parseRego(formatted.value, { file, regoVersion: 'v1' }) : formatted;
  if (formatted.ok && again.ok && isSameMeaning(again.value, asVersion1(parsed.value))) {
    return formatted;
  }
  const message =
    'This text cannot be moved to version 1 without a change of its meaning; it is left alone.';
  return { ok: false, error: [{ code: 'unsupported', message, file, row: 1, column: 1 }] };
}

function asVersion1(module: Module): Module {
  return { ...module, version: 'v1' };
}
