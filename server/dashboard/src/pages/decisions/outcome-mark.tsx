/** How a placement decision ended, as a status. */
import { StatusMark } from '../../ui/status-mark.tsx';

/** How a decision ended; `open` is one that has not ended yet. */
export function OutcomeMark({ outcome }: { readonly outcome: string | null }) {
  if (outcome === null || outcome === 'open') return <StatusMark status="not ended" tone="info" />;
  return <StatusMark status={outcome} tone={outcome === 'placed' ? 'ok' : undefined} />;
}
