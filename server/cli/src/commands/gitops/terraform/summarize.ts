/** Sums a plan up in lines for those who approve it. */
import type { GitopsChange, GitopsPlanCounts } from '@novacron/contract/automation/gitops-step';
import { countOf } from '../../../output/count-of.ts';

/** Length of the lines about changes; an approval has no room for more. Unit: characters. */
const LINES_LENGTH_MAX = 3_000;

/** Length of a value. Unit: characters. */
const VALUE_LENGTH_MAX = 120;

/** @returns the counts, then the lines of each change: its action, and its new values */
export function summarize(counts: GitopsPlanCounts, changes: readonly GitopsChange[]): string {
  const { create, update, replace, delete: deleted } = counts;
  const others = (['forget', 'import', 'move', 'output'] as const).flatMap((action) => {
    const count = changes.filter((each) => each.action === action).length;
    if (count === 0) return [];
    return [action === 'output' ? `${countOf(count, 'output')}` : `${count} to ${action}`];
  });
  const head = [
    `${create} to create, ${update} to update, ${replace} to replace, ${deleted} to delete`,
    ...others,
  ].join(', ');
  const lines: string[] = [];
  let length = 0;
  for (const [at, change] of changes.entries()) {
    const own = linesOf(change);
    length += own.reduce((sum, line) => sum + line.length + 1, 0);
    if (length > LINES_LENGTH_MAX) {
      const more = changes.length - at;
      return [head, ...lines, `and ${more} more, which the output of the step plan has`].join('\n');
    }
    lines.push(...own);
  }
  return [head, ...lines].join('\n');
}

function linesOf({ action, address, fields }: GitopsChange): readonly string[] {
  const values = fields.map(({ path, before, after }) => {
    const was = action === 'create' ? '' : `${shorten(before)} -> `;
    return `  ${path}: ${was}${shorten(after)}`;
  });
  return [`${action} ${address}`, ...values];
}

function shorten(value: string | null): string {
  const text = value ?? 'null';
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX)}…`;
}
