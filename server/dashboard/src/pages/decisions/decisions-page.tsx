/** Placement decisions: how many, how sure, for what, how they ended, and each of them. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import { Page } from '../../ui/page.tsx';
import { ListView } from '../resources/list-view.tsx';
import { DecisionCharts } from './decision-charts.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { RANGES } from './read-decisions.ts';

const COLUMNS = [
  'created_at',
  'vm',
  'node',
  'purpose',
  'score',
  'margin',
  'confidence',
  'outcome',
  'executed_at',
];
const FILTERS = ['outcome', 'purpose'];
const RANGE = '24h';

/** Renders the page. */
export function DecisionsPage() {
  const [state, change] = usePageState();
  const range = RANGES.find(({ value }) => value === (state.range ?? RANGE));
  const { value: since, ms: rangeMs } = range ?? { value: RANGE, ms: 86_400_000 };
  const fixed = useMemo(() => ({ since }), [since]);
  return (
    <Page
      title="Placement decisions"
      intro="Which node was chosen for each VM, how sure that was, and what became of it."
    >
      <Choices>
        <Choice
          label="Time"
          value={since}
          options={RANGES}
          onChange={(value) => change({ range: value === RANGE ? undefined : value })}
        />
      </Choices>
      <DecisionCharts
        filter={{ since, outcome: state.outcome, purpose: state.purpose }}
        rangeMs={rangeMs}
      />
      <ListView
        noun="placement_decision"
        operation="placement_decision.list"
        title="Decisions"
        columns={COLUMNS}
        filters={FILTERS}
        fixed={fixed}
        cells={{
          vm: ({ id, vm }) => (
            <Link to="/placement-decisions/$id" params={{ id: String(id) }}>
              {String(vm ?? id)}
            </Link>
          ),
          outcome: ({ outcome }) => (
            <OutcomeMark outcome={typeof outcome === 'string' ? outcome : null} />
          ),
        }}
        empty={<p>Each placement of a VM leaves its decision here. Choose a longer time.</p>}
      />
    </Page>
  );
}
