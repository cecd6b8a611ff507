/** Syntax tree of kubectl's JSONPath templates. */

/** One step of a path, from values to values. */
export type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'all' }
  /** Every value below, and the value itself, of which the next step is then taken. */
  | { readonly kind: 'descend' }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'filter'; readonly test: Comparison };

/** Path that starts at the whole value or at the current item (`@`, or inside a range). */
export interface Path {
  readonly from: 'root' | 'current';
  readonly steps: readonly Step[];
}

/** Signs between the sides of a comparison; the longer ones come first. */
export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

/** A side of a comparison. */
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null };

/** A test of an item; without an operator, whether the path leads anywhere. */
export interface Comparison {
  readonly left: Operand;
  readonly operator: Operator | undefined;
  readonly right: Operand | undefined;
}

/** A part of a template. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'range'; readonly path: Path; readonly body: readonly Part[] };

/** Error in a template, and its position: characters from 0. */
export interface TemplateFault {
  readonly at: number;
  readonly message: string;
}
