/** The first page: is everything well, what needs attention, what has just changed. */
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { Attention } from './attention.tsx';
import { Counts } from './counts.tsx';
import { Engine } from './engine.tsx';
import { RecentChanges } from './recent-changes.tsx';
import { Utilisation } from './utilisation.tsx';

/** Renders the page. */
export function OverviewPage() {
  return (
    <Page title="Overview" intro="State of the fleet, what needs attention, and what has changed.">
      <Counts />
      <div className={layout.columns}>
        <div className={layout.stack}>
          <Attention />
          <RecentChanges />
        </div>
        <div className={layout.stack}>
          <Utilisation />
          <Engine />
        </div>
      </div>
    </Page>
  );
}
