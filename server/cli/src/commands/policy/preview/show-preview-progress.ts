/** Shows how far a preview is: how much was judged, and back to when. */
import type { PolicyPreview } from '@novacron/contract/kinds/policy/policy-preview';
import type { CliIo } from '../../../io/cli-io.ts';
import { CLEAR_LINE } from '../../../output/style.ts';

/** Progress of a preview. */
export interface PreviewProgress {
  readonly add: (part: PolicyPreview) => void;
  readonly end: () => void;
}

/** A log is not filled faster than this. Unit: milliseconds. */
const LINE_PAUSE_MS = 5_000;

/** Begins to show progress on standard error: in place on a terminal, else a line now and then. */
export function showPreviewProgress(
  io: Pick<CliIo, 'stderr' | 'nowMs'>,
  shown: 'shown' | 'hidden',
): PreviewProgress {
  const { isTerminal } = io.stderr;
  let judged = 0;
  let isDrawn = false;
  let lastMs = io.nowMs();
  return {
    add: (part) => {
      for (const { count } of part.judged) judged += count;
      const nowMs = io.nowMs();
      if (shown === 'hidden' || (!isTerminal && nowMs - lastMs < LINE_PAUSE_MS)) return;
      lastMs = nowMs;
      isDrawn = true;
      const text = `judged ${judged}; ${placeOf(part)}`;
      io.stderr.write(isTerminal ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    end: () => {
      if (isTerminal && isDrawn) io.stderr.write(CLEAR_LINE);
    },
  };
}

function placeOf({ progress: { source, resource_kind, at } }: PolicyPreview): string {
  if (resource_kind !== null) return `resources of kind ${resource_kind} next`;
  return at === null ? `${source} next` : `${source} before ${at} next`;
}
