/** The drift inbox: what differs from what was applied, since when, by whom, and what to do. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Notice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf, labelOf } from '../../ui/words.ts';
import styles from './drift.module.css';
import { type Remedy, RemedyDialog } from './remedy-dialog.tsx';

type DriftItem = OutputOf<'drift.report'>['items'][number];

/** Renders the page. */
export function DriftPage() {
  const query = useQuery(queryOf('drift.report', {}));
  return (
    <Page
      title="Drift"
      intro="Resources that are no longer as Terraform applied them, with who changed them."
    >
      <QueryState query={query} what="drift">
        {({ items, compared = 0, tampered = [], explained = [] }) => (
          <>
            {tampered.length === 0 ? null : (
              <Notice
                tone="bad"
                title={`${countOf(tampered.length, 'baseline')} cannot be trusted`}
              >
                <ul>
                  {tampered.map(({ resource_id: id, detail }) => (
                    <li key={id}>{detail}</li>
                  ))}
                </ul>
              </Notice>
            )}
            {items.length === 0 ? (
              <Panel title="No drift">
                <Empty title="Everything is as it was applied">
                  <p>
                    {countOf(compared, 'resource')} compared. Resources are compared once Terraform
                    has applied them.
                  </p>
                </Empty>
              </Panel>
            ) : (
              items.map((item) => <DriftCard key={item.resource_id} item={item} />)
            )}
            {explained.length === 0 ? null : (
              <p className={layout.small}>
                {countOf(explained.length, 'difference')} accounted for: changed by NovaCron,
                adopted or muted.
              </p>
            )}
          </>
        )}
      </QueryState>
    </Page>
  );
}

/** The list of approvals, narrowed to those of drift that wait. */
const PENDING = { subject_kind: 'drift', status: 'pending' };

const ACTIONS: readonly (readonly [Remedy, string])[] = [
  ['revert', 'Revert'],
  ['adopt', 'Adopt'],
  ['ignore', 'Ignore…'],
];

function DriftCard({ item }: { readonly item: DriftItem }) {
  const [open, setOpen] = useState<Remedy>();
  const path = pathOfResource(item.resource_kind, item.resource_id);
  const [cause] = item.causes;
  const reason = useRefusals()('drift.remediate');
  return (
    <Panel
      title={`${item.resource_kind.replaceAll('_', ' ')} ${item.resource_name}`}
      aside={<StatusMark status={item.severity} />}
    >
      <div className={styles.card}>
        <Table heads={['Field', 'Was', 'Is', 'Wanted', 'At risk']}>
          {item.fields.map(({ field, was, is, wanted, drift_class: risk, why }) => (
            <tr key={field}>
              <th scope="row">{labelOf(field)}</th>
              <td dir="auto">{textOf(was)}</td>
              <td dir="auto" className={styles.changed}>
                {textOf(is)}
                {why === undefined ? '' : ` (${why})`}
              </td>
              <td dir="auto">{wanted === undefined ? '–' : textOf(wanted)}</td>
              <td>{risk}</td>
            </tr>
          ))}
        </Table>
        <p>
          {cause === undefined ? (
            'No cause is known.'
          ) : (
            <>
              Changed by <bdi>{cause.principal}</bdi> with {cause.client}{' '}
              <Moment at={cause.at} look="full" />
            </>
          )}
          {item.flaps ? `. It has come back ${countOf(item.flaps, 'time')}.` : ''}
        </p>
        <div className={layout.actions}>
          {ACTIONS.map(([action, words]) => (
            <Button key={action} onPress={() => setOpen(action)} disabledReason={reason}>
              {words}
            </Button>
          ))}
          {item.severity === 'critical' ? (
            <Link to="/approvals" search={PENDING}>
              Approvals
            </Link>
          ) : null}
          {path === undefined ? null : <Link to={path}>Open {item.resource_name}</Link>}
        </div>
        <details>
          <summary>Explanation</summary>
          <ul>
            {item.explanation.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      </div>
      {open === undefined ? null : (
        <RemedyDialog
          action={open}
          id={item.resource_id}
          name={item.resource_name}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Panel>
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
