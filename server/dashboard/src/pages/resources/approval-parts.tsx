/** Panels of an approval or a manual step: what it leads to, and who has voted. */
import { Link } from '@tanstack/react-router';
import { type Item, toItem } from '../../api/queries.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { LongValue } from '../../ui/value.tsx';
import { labelOf } from '../../ui/words.ts';

/** Details whose content the lines of effects have. */
const IN_EFFECTS: readonly string[] = ['targets', 'fields'];

/** Renders the panels. */
export function ApprovalParts({ item: approval }: { readonly item: Item }) {
  const { message, problem, approved, required, kind } = approval;
  const isCheck = kind === 'check';
  const votes = rowsOf(approval.votes);
  const effects = Array.isArray(approval.effects) ? approval.effects.map(String) : [];
  const path = pathOfSubject(approval);
  return (
    <>
      {typeof problem === 'string' ? <Notice tone="watch" title={problem} /> : null}
      <Panel title={isCheck ? 'What runs once it is done' : 'What happens once it is approved'}>
        <ul className={layout.lines}>
          {effects.map((line) => (
            <li key={line} dir="auto">
              {line}
            </li>
          ))}
        </ul>
        {path === undefined ? null : <Link to={path}>Open {String(approval.subject_name)}</Link>}
      </Panel>
      <Panel title="Details" body="flush">
        <Table heads={['Name', 'Value']} look="flush">
          {Object.entries(toItem(approval.details)).flatMap(([name, value]) =>
            IN_EFFECTS.includes(name)
              ? []
              : [
                  <tr key={name}>
                    <th scope="row">{labelOf(name)}</th>
                    <td dir="auto">
                      <LongValue field={name} value={value} noun="approval" />
                    </td>
                  </tr>,
                ],
          )}
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

/** Subjects whose page has another noun; a sync is an execution, too. */
const NOUNS_OF_SUBJECTS: Readonly<Record<string, string>> = {
  gitops_sync: 'execution',
  // It is about the group: another decision that is the same uses the approval.
  autonomous_decision: 'vm_group',
};

/** The page of the subject; drift is about the resource that has it. */
function pathOfSubject({ subject_kind: kind, subject_id: id, details }: Item): string | undefined {
  const named = kind === 'drift' ? toItem(details).resource_kind : kind;
  const noun = String(named);
  return pathOfResource(NOUNS_OF_SUBJECTS[noun] ?? noun, String(id));
}

function rowsOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.map(toItem) : [];
}
