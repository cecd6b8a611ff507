/** Panels of a model: which versions act, how good they are, and what is trained and compared. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type Item, queryOf } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { operationQuery } from '../operations/steering.tsx';
import { Champions } from './champions.tsx';
import { Comparison } from './comparison.tsx';
import { Drift } from './drift.tsx';
import { ErrorTrend } from './error-trend.tsx';
import type { Version } from './model-figures.ts';
import { Trial } from './trial.tsx';
import { Versions } from './versions.tsx';

/** Renders the panels. */
export function ModelParts({ item }: { readonly item: Item }) {
  const id = String(item.id);
  const model = useQuery(queryOf('model.get', { id }));
  const query = useQuery(queryOf('model.versions', { id }));
  const found = model.data;
  if (found === undefined) return null;
  return (
    <QueryState query={query} what="versions">
      {({ items }) => (
        <>
          {items
            .filter(({ state }) => state === 'training')
            .map((version) => (
              <Training key={version.version} version={version} />
            ))}
          <Champions model={found} versions={items} />
          <Drift drift={found.drift} />
          <ErrorTrend target={found.target} versions={items} />
          <Versions model={found} versions={items} />
          <Comparison model={found} versions={items} />
          <Trial model={found} />
        </>
      )}
    </QueryState>
  );
}

/** A version that is being trained: its operation can be cancelled on its own page. */
function Training({ version }: { readonly version: Version }) {
  const id = version.operation_id;
  const query = useQuery(operationQuery(id));
  return (
    <Panel title={`Training of version ${version.version}`}>
      <QueryState query={query} what="the training">
        {({ status, progress_percent: percent, created_at: at, created_by: by }) => (
          <div className={layout.stack}>
            <Meter label="Progress" percent={percent} kind="progress" />
            <p>
              <StatusMark status={status} noun="operation" /> since <Moment at={at} look="full" />,
              begun by <bdi>{by}</bdi>. <Link to={`/operations/${id}`}>Follow or cancel it</Link>
            </p>
          </div>
        )}
      </QueryState>
    </Panel>
  );
}
