/** Which of two versions is better, as far as it is measured. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';

type Verdict = OutputOf<'model.compare'>['verdict'];

const VERDICTS: Readonly<Record<Verdict, readonly [words: string, tone: Tone]>> = {
  challenger: ['the challenger is better', 'ok'],
  champion: ['the champion is better', 'watch'],
  undecided: ['not decided yet', 'info'],
  'no-difference': ['no difference', 'none'],
};

/** Renders it. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  const [words, tone] = VERDICTS[verdict];
  return <StatusMark status={words} tone={tone} />;
}
