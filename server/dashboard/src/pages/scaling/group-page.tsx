/** One group: why it has its size, its utilisation with the forecast, and what was changed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { ListView } from '../resources/list-view.tsx';
import { HoldDialog } from './hold-dialog.tsx';
import { EVENT_COLUMNS, REFRESH_MS } from './read-scaling.ts';
import { SPANS, UtilisationChart } from './utilisation-chart.tsx';
import { limitWords } from './utilisation-figures.ts';

type Explained = OutputOf<'vm_group.explain'>;

/** Groups without a rule have this metric, too. */
const METRIC = 'cpu_utilization_ratio';

/** Renders the page of the group in the address. */
export function ScalingGroupPage() {
  const params = useParams({ strict: false });
  const id = String(params.id);
  const [state, change] = usePageState();
  const options = queryOf('vm_group.explain', { id });
  const query = useQuery(Object.assign(options, { refetchInterval: REFRESH_MS }));
  const span = SPANS.find(({ value }) => value === state.span) ?? SPANS[0];
  const fixed = useMemo(() => ({ group_id: id }), [id]);
  return (
    <Page
      title={query.data?.group ?? id}
      parent={{ to: '/scaling', title: 'Scaling' }}
      intro={
        <Link to="/groups/$id" params={{ id }}>
          The VM group
        </Link>
      }
      actions={query.data === undefined ? null : <HoldActions group={query.data} />}
    >
      <QueryState query={query} what="the group">
        {(found) => {
          const metrics = [...new Set([...found.rules.map(({ metric }) => metric), METRIC])];
          const metric = metrics.find((each) => each === state.metric) ?? metrics[0] ?? METRIC;
          return (
            <>
              <Hold group={found} />
              <Size group={found} />
              <Choices>
                <Choice
                  label="Metric"
                  value={metric}
                  options={metrics.map((value) => ({ value, words: value.replaceAll('_', ' ') }))}
                  onChange={(value) => change({ metric: value })}
                />
                <Choice
                  label="Time"
                  value={span.value}
                  options={SPANS}
                  onChange={(value) => change({ span: value })}
                />
              </Choices>
              <UtilisationChart id={id} metric={metric} span={span} />
            </>
          );
        }}
      </QueryState>
      <ListView
        noun="scaling_event"
        operation="scaling_event.list"
        title="Size changes"
        columns={['at', ...EVENT_COLUMNS]}
        nameField="at"
        fixed={fixed}
        empty={<p>A change of the size of this group leaves an event here.</p>}
      />
    </Page>
  );
}

const HELD = { up: 'Growth is held', down: 'Shrinkage is held', both: 'The size is held' } as const;

function Hold({ group: { hold } }: { readonly group: Explained }) {
  if (hold === null) return null;
  return (
    <Notice tone="watch" title={HELD[hold.direction]}>
      <p dir="auto">
        {hold.reason}. By <bdi>{hold.held_by}</bdi>, until <Moment at={hold.until} look="full" />.
      </p>
    </Notice>
  );
}

function Size({ group }: { readonly group: Explained }) {
  return (
    <Panel title="Size">
      <div className={layout.stack}>
        <dl className={layout.facts}>
          <dt>Size now</dt>
          <dd>
            {group.size}, of which {group.ready_size} ready
          </dd>
          <dt>Range</dt>
          <dd>
            {group.min_size} to {group.max_size}
          </dd>
          <dt>Wanted size</dt>
          <dd>{group.wanted_size}</dd>
          <dt>Next size</dt>
          <dd>{group.next_size}</dd>
          <dt>Mode</dt>
          <dd>{group.mode ?? 'not scaled'}</dd>
          <dt>Kept by</dt>
          <dd>{limitWords(group.limited_by, group.hold)}</dd>
        </dl>
        <ul className={layout.lines}>
          {group.explanation.map((line) => (
            <li key={line} dir="auto">
              {line}
            </li>
          ))}
        </ul>
        {group.rules.length === 0 ? null : (
          <Table heads={['Rule', 'Metric', 'State', 'Value', 'To grow', 'To shrink', 'Forecast']}>
            {group.rules.map((rule) => (
              <tr key={`${rule.kind} ${rule.metric}`}>
                <th scope="row">{rule.kind}</th>
                <td>{rule.metric}</td>
                <td>{rule.state.replaceAll('_', ' ')}</td>
                <td>{numberWords(rule.value)}</td>
                <td>{numberWords(rule.size_to_grow)}</td>
                <td>{numberWords(rule.size_to_shrink)}</td>
                <td>{rule.forecast}</td>
              </tr>
            ))}
          </Table>
        )}
      </div>
    </Panel>
  );
}

function numberWords(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 3 });
}

function HoldActions({ group }: { readonly group: Explained }) {
  const [open, setOpen] = useState<'hold' | 'release'>();
  const refusalOf = useRefusals();
  const reasonOf = (action: 'hold' | 'release'): string | undefined => {
    const refusal = refusalOf(`scaling.${action}`);
    if (refusal !== undefined) return refusal;
    if (action === 'release') return group.hold === null ? 'Nothing holds it.' : undefined;
    return group.mode === null ? 'The group is not scaled.' : undefined;
  };
  return (
    <>
      <Button onPress={() => setOpen('hold')} disabledReason={reasonOf('hold')}>
        Hold…
      </Button>
      <Button onPress={() => setOpen('release')} disabledReason={reasonOf('release')}>
        Release…
      </Button>
      {open === undefined ? null : (
        <HoldDialog
          action={open}
          id={group.group_id}
          name={group.group}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}
