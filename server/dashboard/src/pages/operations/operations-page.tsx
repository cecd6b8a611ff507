/** All operations, newest first; running ones move. */
import { Meter } from '../../ui/meter.tsx';
import { Page } from '../../ui/page.tsx';
import { ListView } from '../resources/list-view.tsx';

const NEWEST_FIRST = { order: 'newest' } as const;
const FILTERS = ['status'];
const COLUMNS = [
  'kind',
  'target_name',
  'status',
  'progress_percent',
  'created_by',
  'created_at',
  'finished_at',
];

/** Renders the page. */
export function OperationsPage() {
  return (
    <Page
      title="Operations"
      intro="Long-running changes. A failed one says on its page what it has left behind."
    >
      <ListView
        noun="operation"
        operation="operation.list"
        title="Operations"
        columns={COLUMNS}
        filters={FILTERS}
        nameField="kind"
        fixed={NEWEST_FIRST}
        cells={{
          progress_percent: ({ progress_percent: percent, kind, target_name: target }) => (
            <Meter
              label={`${String(kind)} ${String(target)}`}
              percent={Number(percent)}
              kind="progress"
            />
          ),
        }}
        empty={<p>Each write begins an operation. Create a VM to see one.</p>}
      />
    </Page>
  );
}
