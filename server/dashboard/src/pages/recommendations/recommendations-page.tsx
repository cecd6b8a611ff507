/** One list of what is recommended: sizes, capacity, and moves that free nodes. */
import { Page } from '../../ui/page.tsx';
import { ListView } from '../resources/list-view.tsx';

const PERCENT = 100;

/** Renders the page. */
export function RecommendationsPage() {
  return (
    <Page
      title="Recommendations"
      intro="Sizes of VMs, capacity and moves: what each change brings, and how sure that is."
    >
      <ListView
        noun="recommendation"
        operation="optimizer.recommend"
        title="Recommendations"
        columns={['title', 'target', 'estimated_improvement', 'confidence', 'state']}
        filters={['source', 'target', 'state']}
        nameField="title"
        cells={{
          estimated_improvement: ({ estimated_improvement: value }) => shareOf(value, 1),
          confidence: ({ confidence }) => shareOf(confidence, PERCENT),
        }}
        empty={
          <p>
            Nothing would get better by a change that NovaCron knows. Sizes are recommended once a
            VM has been measured for a day.
          </p>
        }
      />
    </Page>
  );
}

function shareOf(value: unknown, factor: number): string {
  if (typeof value !== 'number') return '–';
  return `${(value * factor).toLocaleString('en', { maximumFractionDigits: 0 })} %`;
}
