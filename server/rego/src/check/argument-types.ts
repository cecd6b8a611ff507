// Arguments of builtins whose type is plain from the text.

import type { CallTerm } from '../ast.ts';
import { BUILTINS } from '../builtins/table.ts';
import { typeOf } from '../value.ts';
import type { ModuleContext } from './context.ts';
import type { CallTarget, ResolvedTerm } from './resolved.ts';

const SIGNS: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  or: '|',
  and: '&',
};

/** Reports arguments that can never have a type that the builtin takes. */
export function checkArgumentTypes(
  context: ModuleContext,
  target: CallTarget,
  args: readonly ResolvedTerm[],
  call: CallTerm,
): void {
  if (target.kind !== 'builtin') return;
  const builtin = BUILTINS.get(target.name);
  for (const [index, argument] of args.entries()) {
    const allowed = builtin?.args[index] ?? [];
    const type = plainType(argument);
    if (type === undefined || allowed.length === 0 || allowed.includes(type)) continue;
    const name = SIGNS[target.name] ?? target.name;
    const wanted = allowed.join(' or ');
    const message = `Argument ${index + 1} of ${name} must be of type ${wanted}, not ${type}.`;
    context.report('type-error', call.args[index]?.at ?? call.at, message);
  }
}

function plainType(term: ResolvedTerm): string | undefined {
  switch (term.kind) {
    case 'const':
      return typeOf(term.value);
    case 'array':
    case 'set':
    case 'object':
      return term.kind;
    case 'comprehension':
      return term.shape;
    default:
      return undefined;
  }
}
