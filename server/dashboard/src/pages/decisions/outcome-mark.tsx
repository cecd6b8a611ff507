/** Shows the outcome of a placement decision as a status. */
import { StatusMark } from '../../ui/status-mark.tsx';

/** Renders the outcome of a decision; `open` means it has not ended yet. */
export function OutcomeMark({ outcome }: { readonly outcome: string | null }) {
  if (outcome === null || outcome === 'open') return <StatusMark status="not ended" tone="info" />;
  return <StatusMark status={outcome} tone={outcome === 'placed' ? 'ok' : undefined} />;
}
