/** Panels of an approval or a manual step: what runs behind it, and who has voted. */
import { type Item, toItem } from '../../api/queries.ts';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { LongValue } from '../../ui/value.tsx';

/** Renders the panels. */
export function ApprovalParts({ item: approval }: { readonly item: Item }) {
  const { message, problem, approved, required, kind } = approval;
  const isCheck = kind === 'check';
  const votes = rowsOf(approval.votes);
  return (
    <>
      {typeof problem === 'string' ? <Notice tone="watch" title={problem} /> : null}
      <Panel
        title={isCheck ? 'What runs once it is done' : 'What runs once it is approved'}
        body="flush"
      >
        <Table heads={['Step', 'Does', 'With']} look="flush">
          {rowsOf(approval.targets).map(({ step, action }) => {
            const { task, with: input, ...others } = toItem(action);
            return (
              <tr key={String(step)}>
                <th scope="row" dir="auto">
                  {String(step)}
                </th>
                <td>{typeof task === 'string' ? <code>{task}</code> : '–'}</td>
                <td dir="auto">
                  <LongValue field="with" value={input ?? others} noun="approval" />
                </td>
              </tr>
            );
          })}
        </Table>
      </Panel>
      <Panel title="Votes">
        {typeof message === 'string' ? <p dir="auto">{message}</p> : null}
        <p>
          {isCheck
            ? 'A person does this, then approves it; a denial says that it is not done.'
            : `${String(approved)} of ${String(required)} that are needed have approved; one ` +
              'denial ends it.'}
        </p>
        {votes.length === 0 ? null : (
          <Table heads={['Person', 'Signed in as', 'Vote', 'Comment', 'When']}>
            {votes.map(({ person, by, vote, comment, at }) => (
              <tr key={String(person)}>
                <th scope="row" dir="auto">
                  {String(person)}
                </th>
                <td dir="auto">{String(by)}</td>
                <td>
                  <StatusMark status={String(vote)} tone={vote === 'approve' ? 'ok' : 'bad'} />
                </td>
                <td dir="auto">{typeof comment === 'string' ? comment : '–'}</td>
                <td>
                  <Moment at={String(at)} look="full" />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
    </>
  );
}

function rowsOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.map(toItem) : [];
}
