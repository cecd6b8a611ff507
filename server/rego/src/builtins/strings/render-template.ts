// Shows values by templates of Go's text/template, as `strings.render_template` does.

import { toJsonText } from '../../values/json-value.ts';
import {
  isArray,
  isNumber,
  isObject,
  isSet,
  numberText,
  type RegoValue,
} from '../../values/rego-value.ts';
import { exceed, fail } from '../host/host-builtin.ts';
import {
  type Branch,
  type Operand,
  type Pipeline,
  readTemplate,
  type TemplateNode,
} from './read-template.ts';
import {
  callFunction,
  isList,
  isTrue,
  showValue,
  type TemplateValue,
} from './template-functions.ts';

type Variable = { readonly name: string; value: TemplateValue };

type Scope = {
  readonly dot: TemplateValue;
  /** The nearest last. */
  readonly variables: Variable[];
  readonly out: { text: string; steps: number };
};

/** Nodes that may be shown, and characters written; loops in loops have no other end. */
const STEPS_MAX = 1_000_000;

/** Fills in a template. Fails where it is none, or asks of values what they do not have. */
export function renderTemplate(template: string, values: RegoValue): string {
  const dot = toTemplateValue(values);
  const out = { text: '', steps: 0 };
  render(readTemplate(template), { dot, variables: [{ name: '$', value: dot }], out });
  return out.text;
}

function toTemplateValue(value: RegoValue): TemplateValue {
  if (value === null) return undefined;
  if (isNumber(value)) return numberText(value);
  if (isArray(value)) return value.map(toTemplateValue);
  if (isSet(value)) return value.items.map(toTemplateValue);
  if (!isObject(value)) return typeof value === 'object' ? undefined : value;
  const nameOf = (key: RegoValue) => (typeof key === 'string' ? key : toJsonText(key));
  return new Map(value.pairs.map(([key, each]) => [nameOf(key), toTemplateValue(each)] as const));
}

/** Shows nodes; whether an enclosing loop breaks or continues. */
function render(nodes: readonly TemplateNode[], scope: Scope): 'break' | 'continue' | undefined {
  // What is declared inside ends here.
  const declared = scope.variables.length;
  for (const node of nodes) {
    const signal = renderNode(node, scope);
    if (signal) {
      scope.variables.length = declared;
      return signal;
    }
  }
  scope.variables.length = declared;
  return undefined;
}

function renderNode(node: TemplateNode, scope: Scope): 'break' | 'continue' | undefined {
  if (node.kind === 'break' || node.kind === 'continue') return node.kind;
  if (node.kind === 'text') return write(node.text, scope);
  if (node.kind === 'show') {
    const value = evaluate(node.pipeline, scope);
    return node.pipeline.names.length > 0 ? undefined : write(showValue(value), scope);
  }
  if (node.kind === 'range') return renderRange(node, scope);
  const declared = scope.variables.length;
  const value = evaluate(node.pipeline, scope);
  const dot = node.kind === 'with' && isTrue(value) ? value : scope.dot;
  const signal = render(isTrue(value) ? node.body : node.otherwise, { ...scope, dot });
  scope.variables.length = declared;
  return signal;
}

function write(text: string, { out }: Scope): undefined {
  out.text += text;
  out.steps += 1 + text.length;
  if (out.steps > STEPS_MAX) exceed(`a template shows more than ${STEPS_MAX} characters`);
}

function renderRange(node: Branch<'range'>, scope: Scope) {
  const { names, commands } = node.pipeline;
  const value = evaluate({ names: [], isNew: false, commands }, scope);
  const rounds = roundsOf(value);
  if (rounds.length === 0) return render(node.otherwise, scope);
  for (const [key, each] of rounds) {
    const declared = scope.variables.length;
    const values = names.length > 1 ? [key, each] : [each];
    for (const [index, name] of names.entries()) {
      setVariable({ name, isNew: node.pipeline.isNew }, values[index], scope);
    }
    write('', scope);
    const signal = render(node.body, { ...scope, dot: each });
    scope.variables.length = declared;
    if (signal === 'break') break;
  }
  return undefined;
}

type Round = readonly [TemplateValue, TemplateValue];

function roundsOf(value: TemplateValue): readonly Round[] {
  if (value === undefined) return [];
  if (isList(value)) return value.map((each, index) => [index, each] as const);
  if (value instanceof Map) return [...value];
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value > STEPS_MAX) return exceed(`a loop has more than ${STEPS_MAX} rounds`);
    return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index] as const);
  }
  return fail(`template: range cannot iterate over ${showValue(value)}`);
}

function setVariable(
  { name, isNew }: { readonly name: string; readonly isNew: boolean },
  value: TemplateValue,
  { variables }: Scope,
): void {
  if (isNew) variables.push({ name, value });
  else find(name, variables).value = value;
}

function find(name: string, variables: readonly Variable[]): Variable {
  const found = variables.findLast((each) => each.name === name);
  return found ?? fail(`template: undefined variable "${name}"`);
}

function evaluate({ names, isNew, commands }: Pipeline, scope: Scope): TemplateValue {
  let values: readonly TemplateValue[] = [];
  for (const command of commands) values = [evaluateCommand(command, values, scope)];
  for (const name of names) setVariable({ name, isNew }, values[0], scope);
  return values[0];
}

/** `piped` is what the command before it gives, as the last argument. */
function evaluateCommand(
  [first, ...rest]: readonly Operand[],
  piped: readonly TemplateValue[],
  scope: Scope,
): TemplateValue {
  if (first?.kind !== 'function') {
    if (first && rest.length + piped.length === 0) return evaluateOperand(first, scope);
    return fail('template: cannot give an argument to something that is not a function');
  }
  scope.out.steps += 1;
  const given = rest.map((operand) => () => evaluateOperand(operand, scope));
  const args = [...given, ...piped.map((value) => () => value)];
  if (first.name !== 'and' && first.name !== 'or') {
    return callFunction(
      first.name,
      args.map((argument) => argument()),
    );
  }
  // The first argument that settles it is the result; those behind it are not evaluated.
  let value: TemplateValue;
  for (const argument of args) {
    value = argument();
    if (isTrue(value) === (first.name === 'or')) return value;
  }
  return args.length > 0 ? value : fail(`template: wrong number of args for ${first.name}`);
}

function evaluateOperand(operand: Operand, scope: Scope): TemplateValue {
  switch (operand.kind) {
    case 'text':
      return operand.text;
    case 'number':
      return operand.number;
    case 'boolean':
      return operand.holds;
    case 'nil':
      return undefined;
    case 'function':
      return evaluateCommand([operand], [], scope);
    case 'path':
      return operand.path.reduce(memberOf, startOf(operand.of, scope));
  }
}

function startOf(of: '.' | Pipeline | string, scope: Scope): TemplateValue {
  if (of === '.') return scope.dot;
  return typeof of === 'string' ? find(of, scope.variables).value : evaluate(of, scope);
}

function memberOf(value: TemplateValue, name: string): TemplateValue {
  if (value === undefined) return undefined;
  return value instanceof Map ? value.get(name) : fail(`template: can't evaluate field ${name}`);
}
