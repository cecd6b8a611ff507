/** One placement decision: why here, why not there, and what would change it. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { NOUNS } from '../../gen/fields.ts';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { LinesPanel, Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { Candidates } from './candidates.tsx';
import { EveryNode } from './every-node.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { Refused } from './refused.tsx';

type Detail = OutputOf<'placement_decision.get'>;

const PERCENT = 100;

const BASES: Readonly<Record<Detail['confidence_basis'], string>> = {
  measured_load: 'Drawn from measured loads and how far they move within an hour.',
  scores: 'The strategy does not read measured loads: only nodes with equal scores leave doubt.',
  none: 'It was not recorded.',
};

/** Renders the page of the decision in the address. */
export function DecisionPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(queryOf('placement_decision.get', { id }));
  const decision = query.data;
  return (
    <Page
      title={decision === undefined ? id : `${decision.vm ?? decision.vm_id} on ${decision.node}`}
      parent={{ to: '/placement-decisions', title: 'Placement decisions' }}
      intro={
        decision === undefined ? undefined : (
          <>
            <OutcomeMark outcome={decision.outcome} /> <code>{id}</code>
          </>
        )
      }
    >
      <QueryState query={query} what="the decision">
        {(found) => (
          <>
            <div className={layout.columns}>
              <div className={layout.stack}>
                <LinesPanel title="Why here" lines={found.explanation} />
                <LinesPanel
                  title="What would change it"
                  lines={found.what_would_change_it}
                  none="Nothing that is recorded."
                />
                {found.policies.length === 0 ? null : (
                  <LinesPanel title="What policies asked for" lines={found.policies} />
                )}
              </div>
              <Facts decision={found} />
            </div>
            <Candidates decision={found} />
            <Refused decision={found} />
            <EveryNode id={id} basis={found.basis} />
            <Panel title="Command line and Terraform">
              <Equivalents
                command={commandOf(
                  NOUNS.placement_decision?.group ?? 'placement-decision',
                  'placement_decision.get',
                  { id },
                )}
              />
            </Panel>
          </>
        )}
      </QueryState>
    </Page>
  );
}

function Facts({ decision }: { readonly decision: Detail }) {
  const { vm, vm_id: vmId, score, margin, confidence } = decision;
  return (
    <Panel title="The decision">
      <dl className={layout.facts}>
        <dt>VM</dt>
        <dd dir="auto">
          <Link to="/vms/$id" params={{ id: vmId }}>
            {vm ?? vmId}
          </Link>
        </dd>
        <dt>Purpose</dt>
        <dd>{decision.purpose}</dd>
        <dt>Score</dt>
        <dd>
          <Meter label="Score" percent={score * PERCENT} words={String(score)} kind="progress" />
        </dd>
        <dt>Margin</dt>
        <dd>{margin ?? 'No other node could hold the VM, or it is not recorded'}</dd>
        <dt>Confidence</dt>
        <dd>
          {confidence === null ? null : (
            <Meter
              label="Confidence"
              percent={confidence * PERCENT}
              words={String(confidence)}
              kind="progress"
            />
          )}
          <p className={layout.small}>{BASES[decision.confidence_basis]}</p>
        </dd>
        <dt>Cost an hour</dt>
        <dd>{decision.cost_per_hour ?? 'Not known'}</dd>
        <dt>Decided</dt>
        <dd>
          <Moment at={decision.created_at} look="full" />
        </dd>
        <dt>Ended</dt>
        <dd>
          <Moment at={decision.executed_at} look="full" />
        </dd>
        <dt>Operation</dt>
        <dd>
          <Link to="/operations/$id" params={{ id: decision.operation_id }}>
            {decision.operation_id}
          </Link>
        </dd>
      </dl>
    </Panel>
  );
}
