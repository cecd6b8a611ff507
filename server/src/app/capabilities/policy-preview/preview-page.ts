/** A page of what a draft is judged by. */
import type { PreviewUnjudged } from '@novacron/contract/kinds/policy/policy-preview';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { JudgeParts, PreviewSubject } from './judge-subjects.ts';
import type { PreviewPlace } from './preview-place.ts';

/** Rows that are read, judged and dropped together: the main thread serves others in between. */
export const ROWS_PER_PAGE = 200;

/** What pages are read with. */
export interface PreviewScope extends JudgeParts {
  /** Decisions and plans before this are not read. Unit: milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Whether role and policies let the caller read what an operation lists. */
  readonly mayRead: (operation: OperationName) => Promise<boolean>;
}

/** A page. */
export interface PreviewPage {
  readonly subjects: readonly PreviewSubject[];
  /** The kinds of what the draft cannot concern, whatever its fields are. */
  readonly unaffected: readonly string[];
  readonly unjudged: readonly PreviewUnjudged[];
  /** Undefined behind the last page of the source. */
  readonly next: PreviewPlace | undefined;
}
