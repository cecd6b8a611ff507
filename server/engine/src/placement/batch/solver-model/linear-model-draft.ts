/** A linear model while it is being built; it has one owner, who alone adds to it. */
import type { ModelRow, ModelVariable } from '../model/batch.ts';

/** Variables are identified by their index. */
export interface LinearModelDraft {
  readonly gapNegligible: number;
  readonly variables: ModelVariable[];
  readonly rows: ModelRow[];
}

/** Adds a variable. @returns its place */
export function addVariable(draft: LinearModelDraft, variable: ModelVariable): number {
  return draft.variables.push(variable) - 1;
}

/** Adds a row. */
export function addRow(draft: LinearModelDraft, row: ModelRow): void {
  draft.rows.push(row);
}
