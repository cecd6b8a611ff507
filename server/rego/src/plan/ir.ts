// The intermediate form between rules and WebAssembly: functions of simple statements over numbered
// locals. A statement that is undefined jumps to its `fail` label, which ends the block around it.

import type { RegoValue } from '../values/rego-value.ts';

/** A local of the function, or a constant of the program. */
export type Operand =
  | { readonly kind: 'local'; readonly index: number }
  | { readonly kind: 'const'; readonly index: number };

/** The kinds of collections that are built. */
export type Shape = 'array' | 'set' | 'object';

/** Comparisons; `equal` and `neq` are those that unification uses. */
export type Relation = 'equal' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte';

/** One statement. `target` and `env` are locals, `message` is an index into the messages. */
export type Statement =
  | { readonly kind: 'block'; readonly label: number; readonly body: readonly Statement[] }
  | {
      readonly kind: 'scan';
      readonly source: Operand;
      readonly key: number;
      readonly value: number;
      readonly label: number;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'jump'; readonly label: number }
  | { readonly kind: 'reset'; readonly target: number }
  | { readonly kind: 'assign'; readonly target: number; readonly source: Operand }
  | {
      readonly kind: 'assign-once';
      readonly target: number;
      readonly source: Operand;
      readonly message: number;
    }
  | { readonly kind: 'if-defined'; readonly local: number; readonly fail: number }
  | { readonly kind: 'if-undefined'; readonly local: number; readonly fail: number }
  | { readonly kind: 'if-collection'; readonly source: Operand; readonly fail: number }
  | { readonly kind: 'holds'; readonly source: Operand; readonly fail: number }
  | {
      readonly kind: 'compare';
      readonly relation: Relation;
      readonly left: Operand;
      readonly right: Operand;
      readonly fail: number;
    }
  | {
      readonly kind: 'shape';
      readonly source: Operand;
      readonly shape: 'array' | 'object';
      readonly size: number;
      readonly fail: number;
    }
  | {
      readonly kind: 'get';
      readonly target: number;
      readonly source: Operand;
      readonly key: Operand;
      readonly fail: number;
    }
  | { readonly kind: 'make'; readonly target: number; readonly shape: Shape }
  | { readonly kind: 'append' | 'add'; readonly target: number; readonly value: Operand }
  | {
      readonly kind: 'put';
      readonly target: number;
      readonly key: Operand;
      readonly value: Operand;
    }
  | {
      readonly kind: 'put-once';
      readonly target: number;
      readonly key: Operand;
      readonly value: Operand;
      readonly message: number;
    }
  | {
      readonly kind: 'path-once' | 'path-add';
      readonly target: number;
      readonly path: number;
      readonly value: Operand;
      readonly message: number;
    }
  | {
      readonly kind: 'merge';
      readonly target: number;
      readonly left: number;
      readonly right: number;
    }
  | {
      readonly kind: 'call';
      readonly target: number;
      readonly callee: number;
      readonly env: number;
      readonly args: readonly Operand[];
      readonly fail: number;
    }
  | {
      readonly kind: 'builtin';
      readonly target: number;
      readonly name: string;
      readonly args: readonly Operand[];
      readonly fail: number;
    }
  | {
      readonly kind: 'env-document';
      readonly target: number;
      readonly env: number;
      readonly root: 'input' | 'data';
      readonly fail: number;
    }
  | {
      readonly kind: 'env-slot';
      readonly target: number;
      readonly env: number;
      readonly slot: number;
    }
  | { readonly kind: 'env-derive'; readonly target: number; readonly source: number }
  | {
      readonly kind: 'env-put';
      readonly env: number;
      readonly root: 'input' | 'data';
      readonly path: Operand;
      readonly value: Operand;
    }
  | {
      readonly kind: 'env-fill';
      readonly env: number;
      readonly slot: number;
      readonly value: Operand;
    }
  | { readonly kind: 'return'; readonly source: Operand };

/** A function. Local 0 is the environment, then the arguments, then the rest. */
export type IrFunction = {
  readonly args: number;
  readonly locals: number;
  /** Whether the result is remembered within one environment. */
  readonly memo: boolean;
  readonly body: readonly Statement[];
};

/** A program. Each entrypoint is a function that returns an array of results. */
export type IrProgram = {
  readonly functions: readonly IrFunction[];
  readonly entrypoints: readonly { readonly name: string; readonly callee: number }[];
  readonly constants: readonly RegoValue[];
  readonly messages: readonly string[];
  /** Places in the environment for values that replace functions. */
  readonly slots: number;
};
