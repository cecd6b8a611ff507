/** Foldable ranges in an editor: rules, imports and comments over several lines. */
import type { IndexedModule } from '../names/index-module.ts';
import { linesOf } from '../text/text-positions.ts';

/** Lines from 0, both of them shown while folded. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind?: 'comment' | 'imports';
}

/** Lists them, in the order of the lines. */
export function listFolds(text: string, module: IndexedModule): readonly FoldingRange[] {
  const lines = linesOf(text);
  const rules = module.rules.map(({ row, endRow }) => ({
    startLine: row - 1,
    endLine: endRow - 1,
  }));
  const comments = runsOf(lines, /^\s*#/).map((run) => ({ ...run, kind: 'comment' as const }));
  const imports = runsOf(lines, /^import\b/).map((run) => ({ ...run, kind: 'imports' as const }));
  return [...rules, ...comments, ...imports]
    .filter(({ startLine, endLine }) => endLine > startLine)
    .sort((a, b) => a.startLine - b.startLine);
}

/** Lines one below the other that match. */
function runsOf(lines: readonly string[], pattern: RegExp): readonly FoldingRange[] {
  const runs: { startLine: number; endLine: number }[] = [];
  for (const [row, line] of lines.entries()) {
    if (!pattern.test(line)) continue;
    const last = runs.at(-1);
    if (last?.endLine === row - 1) last.endLine = row;
    else runs.push({ startLine: row, endLine: row });
  }
  return runs;
}
