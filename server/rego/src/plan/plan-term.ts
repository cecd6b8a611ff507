// Plans the evaluation of terms.

import type { CallForm, ComprehensionForm, ResolvedTerm } from '../check/resolved-tree.ts';
import { findNode } from '../check/rule-tree.ts';
import { explainTerm } from './explain.ts';
import type { Operand } from './ir.ts';
import { planDocument, planSteps } from './plan-document.ts';
import {
  constant,
  emit,
  inBlock,
  local,
  messageIndex,
  newLocal,
  type Planner,
  type Use,
} from './planner.ts';
import { restoreFunctions, targetKey } from './replacements.ts';

/** Plans a term; `use` plans what is done with each of its values. */
export function planTerm(planner: Planner, term: ResolvedTerm, then: Use): void {
  const use = explainTerm(planner, term, then);
  switch (term.kind) {
    case 'const':
      use(constant(planner.program, term.value));
      return;
    case 'local':
      use(boundOperand(planner, term.id));
      return;
    case 'document':
      planDocument(planner, term, use);
      return;
    case 'ref':
      planTerm(planner, term.head, (head) => planSteps(planner, head, term.path, use));
      return;
    case 'array':
    case 'set':
      planItems(planner, term.kind, term.items, use);
      return;
    case 'object':
      planObject(planner, term.pairs, use);
      return;
    case 'comprehension':
      planComprehension(planner, term, use);
      return;
    case 'call':
      planCall(planner, term, use);
      return;
  }
}

function boundOperand(planner: Planner, id: number): Operand {
  const operand = planner.bound.get(id);
  if (!operand) throw new Error('The safety check let an unbound variable through.');
  return operand;
}

/** Plans several terms, one after the other. */
export function planTerms(
  planner: Planner,
  terms: readonly ResolvedTerm[],
  use: (operands: readonly Operand[]) => void,
): void {
  const next = (operands: readonly Operand[]): void => {
    const term = terms[operands.length];
    if (!term) {
      use(operands);
      return;
    }
    planTerm(planner, term, (operand) => next([...operands, operand]));
  };
  next([]);
}

function planItems(
  planner: Planner,
  shape: 'array' | 'set',
  items: readonly ResolvedTerm[],
  use: Use,
): void {
  planTerms(planner, items, (operands) => {
    const target = newLocal(planner);
    emit(planner, { kind: 'make', target, shape });
    const kind = shape === 'array' ? 'append' : 'add';
    for (const value of operands) emit(planner, { kind, target, value });
    use(local(target));
  });
}

function planObject(
  planner: Planner,
  pairs: readonly (readonly [ResolvedTerm, ResolvedTerm])[],
  use: Use,
): void {
  planTerms(planner, pairs.flat(), (operands) => {
    const target = newLocal(planner);
    emit(planner, { kind: 'make', target, shape: 'object' });
    for (let index = 0; index + 1 < operands.length; index += 2) {
      const [key, value] = operands.slice(index, index + 2);
      if (key && value) emit(planner, { kind: 'put', target, key, value });
    }
    use(local(target));
  });
}

function planComprehension(planner: Planner, term: ComprehensionForm, use: Use): void {
  const target = newLocal(planner);
  emit(planner, { kind: 'make', target, shape: term.shape });
  inBlock(planner, () => {
    planner.program.parts.body(planner, term.body, () => {
      planTerms(planner, term.key ? [term.key, term.value] : [term.value], ([first, second]) => {
        if (!first) return;
        if (term.shape === 'array') emit(planner, { kind: 'append', target, value: first });
        else if (!second) emit(planner, { kind: 'add', target, value: first });
        else {
          const place = `an object comprehension at row ${term.at.row}`;
          const text = `eval_conflict_error: ${place} has a key twice, with different values`;
          const message = messageIndex(planner.program, text);
          emit(planner, { kind: 'put-once', target, key: first, value: second, message });
        }
      });
    });
  });
  use(local(target));
}

/** Plans a call; in some worlds the function is replaced. */
function planCall(planner: Planner, term: CallForm, use: Use): void {
  const mock = planner.world.functions.get(targetKey(term.target));
  const target = newLocal(planner);
  if (mock?.kind === 'slot') {
    planTerms(planner, term.args, () => {
      emit(planner, { kind: 'env-slot', target, env: planner.env, slot: mock.slot });
      use(local(target));
    });
    return;
  }
  const called = mock ? mock.target : term.target;
  const world = mock ? restoreFunctions(planner.world) : planner.world;
  planTerms(planner, term.args, (args) => {
    const { env, fail, program } = planner;
    if (called.kind === 'builtin') {
      emit(planner, { kind: 'builtin', target, name: called.name, args, fail });
    } else {
      const node = findNode(program.root, called.path);
      if (!node) throw new Error('The resolver let a call to no function through.');
      const callee = program.parts.rule(program, node, world);
      emit(planner, { kind: 'call', target, callee, env, args, fail });
    }
    use(local(target));
  });
}
