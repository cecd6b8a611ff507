/** Panels of a GitOps application: how it is, what it waits for, its history and its syncs. */
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type Item, toItem, toItems } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { codePart, MissingPart, useCodePart } from '../../ui/code-part.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Notice } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { ListView } from '../resources/list-view.tsx';
import { Questions } from '../workflows/questions.tsx';

/** Digits of a commit that people tell commits apart by. */
const SHORT = 12;

const NOUN = 'gitops_application';
const ROLLBACK = 'gitops_application.rollback';

/** Loaded once its page is there, so that a button that is pressed finds it. */
const DIALOG = codePart(async () => (await import('./rollback-dialog.tsx')).RollbackDialog);

/** Renders the panels. */
export function ApplicationParts({ item }: { readonly item: Item }) {
  const { execution_id: executionId, finished_at: finishedAt } = toItem(item.last_sync);
  return (
    <>
      {item.authorized === true ? null : (
        <Notice tone="watch" title="Its syncs wait for an admin">
          <p>
            An admin has to authorize this version of the{' '}
            <Link to={`/workflows/${String(item.workflow_id)}`}>workflow</Link>, because its syncs
            run as {String(item.run_as)}.
          </p>
        </Notice>
      )}
      {executionId === undefined || finishedAt !== null ? null : (
        <Questions executionId={String(executionId)} />
      )}
      <State item={item} />
      <History item={item} />
      <ListView
        noun="execution"
        operation="execution.list"
        title="Syncs"
        columns={['created_at', 'status', 'created_by', 'finished_at']}
        nameField="created_at"
        sort="-created_at"
        fixed={{ workflow_id: item.workflow_id }}
        cells={{
          created_at: ({ id, created_at: at }) => (
            <Link to={`/executions/${String(id)}`}>
              <Moment at={String(at)} look="full" />
            </Link>
          ),
        }}
        empty={<p>No sync has been started yet, or all are past retention.</p>}
      />
    </>
  );
}

function State({ item }: { readonly item: Item }) {
  const unhealthy = toItems(item.unhealthy);
  const last = toItem(item.last_sync);
  return (
    <Panel title="State">
      <dl className={layout.facts}>
        <dt>Sync</dt>
        <dd>
          <StatusMark status={String(item.sync_status)} noun={NOUN} />
        </dd>
        <dt>Last sync</dt>
        <dd>
          {last.execution_id === undefined ? (
            'none yet'
          ) : (
            <>
              <Link to={`/executions/${String(last.execution_id)}`}>{String(last.status)}</Link>,
              begun <Moment at={String(last.started_at)} />
              {typeof last.commit === 'string' ? (
                <>
                  , <Commit id={last.commit} />
                </>
              ) : null}
            </>
          )}
        </dd>
        {typeof last.message === 'string' ? (
          <>
            <dt>Reason</dt>
            <dd dir="auto">{last.message}</dd>
          </>
        ) : null}
        <dt>Health</dt>
        <dd>
          <StatusMark status={String(item.health_status)} noun={NOUN} />
          {typeof item.health_since === 'string' ? (
            <>
              {' '}
              since <Moment at={item.health_since} />
            </>
          ) : null}
        </dd>
      </dl>
      {unhealthy.length === 0 ? null : (
        <Table heads={['Resource', 'What is wrong']}>
          {unhealthy.map(({ resource, reason }) => (
            <tr key={`${resource} ${reason}`}>
              <th scope="row" dir="auto">
                {String(resource)}
              </th>
              <td dir="auto">{String(reason)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

/** What was synced, and the way back to it. */
function History({ item }: { readonly item: Item }) {
  const [target, setTarget] = useState<string>();
  const refusal = useRefusals()(ROLLBACK);
  const history = toItems(item.history);
  const RollbackDialog = useCodePart(DIALOG);
  return (
    <Panel title="History">
      {history.length === 0 ? (
        <Empty title="Nothing was synced yet">
          <p>Press Sync to bring the tenant to what {String(item.target_revision)} says.</p>
        </Empty>
      ) : (
        <Table heads={['Commit', 'Subject', 'Author', 'Changes', 'By', 'When', 'Actions']}>
          {history.map((record) => {
            const { execution_id: id, commit, subject, author, by, at } = record;
            const isCurrent = commit === item.synced_commit;
            return (
              <tr key={String(id)}>
                <th scope="row">
                  <Link to={`/executions/${String(id)}`}>
                    <Commit id={String(commit)} />
                  </Link>
                </th>
                <td dir="auto">{String(subject)}</td>
                <td dir="auto">{String(author)}</td>
                <td>{changesOf(record)}</td>
                <td dir="auto">{String(by)}</td>
                <td>
                  <Moment at={String(at)} look="full" />
                </td>
                <td>
                  <Button
                    onPress={() => setTarget(String(commit))}
                    label={`Roll back to ${String(commit).slice(0, SHORT)}`}
                    disabledReason={isCurrent ? 'It is the current commit.' : refusal}
                  >
                    Roll back
                  </Button>
                </td>
              </tr>
            );
          })}
        </Table>
      )}
      {target !== undefined && RollbackDialog === 'missing' ? <MissingPart /> : null}
      {target === undefined ||
      RollbackDialog === undefined ||
      RollbackDialog === 'missing' ? null : (
        <RollbackDialog
          item={item}
          commit={target}
          title={`Roll ${String(item.name)} back to ${target.slice(0, SHORT)}`}
          onClose={() => setTarget(undefined)}
        />
      )}
    </Panel>
  );
}

function Commit({ id }: { readonly id: string }) {
  return <code title={id}>{id.slice(0, SHORT)}</code>;
}

/** Numbers of changes, without those that are 0. */
function changesOf({ changes }: Item): string {
  const counts = Object.entries(toItem(changes)).filter(([, count]) => Number(count) > 0);
  return counts.map(([kind, count]) => `${kind} ${String(count)}`).join(', ') || 'none';
}
