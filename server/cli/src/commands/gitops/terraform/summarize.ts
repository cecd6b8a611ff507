/** Sums a plan up in lines for those who approve it. */
import type { GitopsChange, GitopsPlanCounts } from '@novacron/contract/automation/gitops-step';

/** Changes that are named; the result has all. */
const NAMED_MAX = 40;

/** @returns the counts, then a line for each change */
export function summarize(counts: GitopsPlanCounts, changes: readonly GitopsChange[]): string {
  const { create, update, replace, delete: deleted } = counts;
  const head =
    `${create} to create, ${update} to update, ` + `${replace} to replace, ${deleted} to delete`;
  const lines = changes.slice(0, NAMED_MAX).map(({ action, address, fields }) => {
    const paths = action === 'update' ? fields.map(({ path }) => path).join(', ') : '';
    return `${action} ${address}${paths === '' ? '' : `: ${paths}`}`;
  });
  const more = changes.length - lines.length;
  return [head, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
