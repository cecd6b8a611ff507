/** Shows an execution's open questions on its page. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { anyQueryOf, type Item, toItem, toItems } from '../../api/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { Actions } from '../resources/actions.tsx';

/** Kinds of steps that may ask people; a manual step is one that waits. */
const ASKING: readonly string[] = ['approval', 'wait'];

/** Whether a step may wait for people now. */
export function asks({ kind, status }: Item): boolean {
  return status === 'running' && ASKING.includes(String(kind));
}

/** Shows pending approvals, and manual steps to check off. */
export function Questions({ executionId }: { readonly executionId: string }) {
  const input = { subject_id: [executionId], status: ['pending'] };
  const { data } = useQuery(anyQueryOf('approval.list', input));
  const waiting = toItems(toItem(data).items);
  if (waiting.length === 0) return null;
  return (
    <Panel title="Waits for people">
      {waiting.map(({ id }) => (
        <Question key={String(id)} id={String(id)} />
      ))}
    </Panel>
  );
}

function Question({ id }: { readonly id: string }) {
  const { data } = useQuery(anyQueryOf('approval.get', { id }));
  if (data === undefined) return null;
  const approval = toItem(data);
  const step = String(toItem(approval.details).step);
  const path = `/approvals/${id}`;
  return (
    <p>
      <Link to={path}>{step}</Link>{' '}
      <span dir="auto">{typeof approval.message === 'string' ? approval.message : ''}</span>{' '}
      <Actions noun="approval" item={approval} name={step} about={step} listPath={path} />
    </p>
  );
}
