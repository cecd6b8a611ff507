// Terms as their author wrote them, for messages.

import { regoText } from '../builtins/strings/value-text.ts';
import type { LocalVariable, ResolvedTerm } from '../check/resolved-tree.ts';
import type { RegoValue } from '../values/rego-value.ts';

const NAME = /^[A-Za-z_]\w*$/;

/** A reference up to and with part `count` of its path: `input.xs[_].name`. */
export function refText(
  head: string,
  path: readonly ResolvedTerm[],
  count: number,
  locals: readonly LocalVariable[],
): string {
  return path.slice(0, count).reduce((text, part) => text + partText(part, locals), head);
}

function partText(part: ResolvedTerm, locals: readonly LocalVariable[]): string {
  if (part.kind === 'const') return constText(part.value);
  return `[${termText(part, locals)}]`;
}

function constText(value: RegoValue): string {
  return typeof value === 'string' && NAME.test(value) ? `.${value}` : `[${regoText(value)}]`;
}

/** A term in few words: a name, a constant, a reference, or `…` for what is longer. */
export function termText(term: ResolvedTerm, locals: readonly LocalVariable[]): string {
  switch (term.kind) {
    case 'const':
      return regoText(term.value);
    case 'local': {
      const name = locals[term.id]?.name ?? '_';
      return name.startsWith('$') ? '…' : name;
    }
    case 'document':
      return refText(term.root, term.path, term.path.length, locals);
    case 'ref':
      return refText(termText(term.head, locals), term.path, term.path.length, locals);
    default:
      return '…';
  }
}
