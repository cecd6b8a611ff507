/** The first page: is everything well, what needs attention, what has just changed. */
import { useQuery } from '@tanstack/react-query';
import { queryOf } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/states.tsx';
import { OpenAlerts } from '../alerts/open-alerts.tsx';
import { Attention } from './attention.tsx';
import { Counts } from './counts.tsx';
import { Engine } from './engine.tsx';
import { RecentChanges } from './recent-changes.tsx';
import { Utilisation } from './utilisation.tsx';

/** Renders the page. */
export function OverviewPage() {
  const query = useQuery(queryOf('fleet.summary', {}));
  return (
    <Page title="Overview" intro="State of the fleet, what needs attention, and what has changed.">
      <QueryState query={query} what="the fleet">
        {(summary) => (
          <>
            <Counts summary={summary} />
            <div className={layout.columns}>
              <div className={layout.stack}>
                <Attention summary={summary} />
                <RecentChanges />
              </div>
              <div className={layout.stack}>
                {summary.alerts === null ? null : <OpenAlerts />}
                <Utilisation summary={summary} />
                <Engine summary={summary} />
                {summary.left_out.map(({ part, reason }) => (
                  <p key={part} className={layout.small}>
                    {part.charAt(0).toUpperCase() + part.slice(1)}: {reason}
                  </p>
                ))}
              </div>
            </div>
          </>
        )}
      </QueryState>
    </Page>
  );
}
