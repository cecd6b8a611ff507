/** The outline of a text: its package with its rules. */
import type { IndexedModule, IndexedRule } from '../names/index-module.ts';
import { type LspRange, linesOf, wholeRange } from '../text/text-positions.ts';

/** One entry of an outline. */
export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  /** Numbers of LSP: 4 package, 6 method, 12 function, 13 variable, 14 constant. */
  readonly kind: number;
  readonly range: LspRange;
  readonly selectionRange: LspRange;
  readonly children?: readonly DocumentSymbol[];
}

const KINDS: Readonly<Record<IndexedRule['kind'], number>> = {
  rule: 13,
  set: 13,
  default: 14,
  function: 12,
  test: 6,
};

/** Lists the symbols of a text. */
export function listSymbols(text: string, module: IndexedModule): readonly DocumentSymbol[] {
  const lines = linesOf(text);
  const lineRange = (row: number, column = 1): LspRange => ({
    start: { line: row - 1, character: column - 1 },
    end: { line: row - 1, character: lines[row - 1]?.length ?? 0 },
  });
  const children = module.rules.map((rule): DocumentSymbol => {
    const { name, head, kind, row, column, endRow } = rule;
    const range = { start: lineRange(row, column).start, end: lineRange(endRow).end };
    return { name, detail: head, kind: KINDS[kind], range, selectionRange: lineRange(row, column) };
  });
  return [
    {
      name: module.packageName,
      detail: '',
      kind: 4,
      range: wholeRange(text),
      selectionRange: lineRange(module.packageRow),
      children,
    },
  ];
}
