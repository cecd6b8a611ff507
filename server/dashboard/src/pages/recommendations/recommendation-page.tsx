/** One recommendation: what it changes, what that brings, and what speaks against it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { pathOfResource } from '../../paths/kinds.ts';
import { Button } from '../../ui/button.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Meter } from '../../ui/meter.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { LinesPanel, Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { LongValue } from '../../ui/value.tsx';
import { labelOf } from '../../ui/words.ts';
import { ApplyDialog } from './apply-dialog.tsx';
import { confidenceWords, improvementWords, type Recommendation } from './recommendation-words.ts';

/** Recommendations follow measurements, not events. Unit: milliseconds. */
const REFRESH_MS = 60_000;

const PERCENT = 100;

/** Renders the page of the recommendation in the address. */
export function RecommendationPage() {
  const { id = '' } = useParams({ strict: false });
  const options = queryOf('optimizer.recommend', {});
  const query = useQuery(Object.assign(options, { refetchInterval: REFRESH_MS }));
  const found = query.data?.items.find((each) => each.id === id);
  const status = found && <StatusMark status={found.state} noun="recommendation" />;
  return (
    <Page
      title={found?.title ?? id}
      parent={{ to: '/recommendations', title: 'Recommendations' }}
      intro={
        <>
          {status} <code>{id}</code>
        </>
      }
      actions={found === undefined ? null : <ApplyButton recommendation={found} />}
    >
      <QueryState query={query} what="the recommendation">
        {() =>
          found === undefined ? (
            <Empty title="This is not recommended any more">
              <p>
                What was measured since speaks against it, or it was done:{' '}
                <Link to="/recommendations">all recommendations</Link>.
              </p>
            </Empty>
          ) : (
            <Details recommendation={found} />
          )
        }
      </QueryState>
    </Page>
  );
}

function Details({ recommendation }: { readonly recommendation: Recommendation }) {
  const { explanation, risks, alternatives, hcl } = recommendation;
  return (
    <>
      <div className={layout.columns}>
        <div className={layout.stack}>
          <LinesPanel title="Why" lines={explanation} />
          <LinesPanel title="Risks" lines={risks} none="None is known." />
          <LinesPanel title="Alternatives" lines={alternatives} none="None is known." />
        </div>
        <Effects recommendation={recommendation} />
      </div>
      <Actions recommendation={recommendation} />
      <Panel title="Command line and Terraform">
        <Equivalents
          command={`novacron optimizer apply ${recommendation.id}`}
          hcl={hcl.length === 0 ? undefined : hcl.join('\n')}
        />
      </Panel>
    </>
  );
}

function Effects({ recommendation }: { readonly recommendation: Recommendation }) {
  const { target, confidence, subject_kind: kind, subject_id: id } = recommendation;
  const path = pathOfResource(kind, id);
  const measured = recommendation.measured_improvement;
  return (
    <Panel title="What it brings">
      <dl className={layout.facts}>
        <dt>Subject</dt>
        <dd dir="auto">
          {path === undefined ? (
            recommendation.subject_name
          ) : (
            <Link to={path}>{recommendation.subject_name}</Link>
          )}
        </dd>
        <dt>Improves</dt>
        <dd>{labelOf(target)}</dd>
        <dt>Improvement</dt>
        <dd>{improvementWords(recommendation)}</dd>
        <dt>Confidence</dt>
        <dd>
          {confidence === null ? (
            confidenceWords(confidence)
          ) : (
            <Meter
              label="Confidence"
              percent={confidence * PERCENT}
              words={confidenceWords(confidence)}
              kind="progress"
            />
          )}
        </dd>
        <dt>Cost an hour</dt>
        <dd>{costWords(recommendation)}</dd>
        <dt>Approval</dt>
        <dd>
          {recommendation.needs_approval
            ? 'of another person, because it cannot be taken back'
            : 'not needed'}
        </dd>
        {recommendation.applied_at === null ? null : (
          <>
            <dt>Applied</dt>
            <dd>
              <Moment at={recommendation.applied_at} look="full" />
            </dd>
            <dt>Measured since</dt>
            <dd>{measured === null ? 'not known yet: it takes a day' : `${measured} %`}</dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function costWords(parts: Recommendation): string {
  const { currency, cost_per_hour_before: before, cost_per_hour_after: after } = parts;
  if (currency === null || before === null || after === null) return 'not known';
  return `${before} to ${after} ${currency}`;
}

/** The writes that follow it, and what takes each of them back. */
function Actions({ recommendation }: { readonly recommendation: Recommendation }) {
  const { actions, hcl } = recommendation;
  if (hcl.length > 0) {
    return (
      <Panel title="What applying does">
        <p>Nothing: change the Terraform configuration as below, and apply it.</p>
      </Panel>
    );
  }
  return (
    <Panel title="What applying does">
      {actions.length === 0 ? (
        <p>Nothing by itself: people order nodes, and change quotas and groups.</p>
      ) : (
        <Table heads={['Operation', 'With', 'Taken back with']}>
          {actions.map(({ operation, input, undo }) => (
            <tr key={operation}>
              <th scope="row">
                <code>{operation}</code>
              </th>
              <td>
                <LongValue field="input" value={input} />
              </td>
              <td>
                {undo === null ? 'nothing: it stays' : <LongValue field="undo" value={undo} />}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function ApplyButton({ recommendation }: { readonly recommendation: Recommendation }) {
  const refusal = useRefusals()('optimizer.apply');
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        look="primary"
        onPress={() => setOpen(true)}
        disabledReason={refusal ?? whyNot(recommendation)}
      >
        Apply…
      </Button>
      {isOpen ? (
        <ApplyDialog recommendation={recommendation} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function whyNot({ state, actions, hcl }: Recommendation): string | undefined {
  if (state !== 'open') return `It was followed already: it is ${state.replaceAll('_', ' ')}.`;
  if (hcl.length > 0) return 'Terraform manages it: change its configuration, which is below.';
  return actions.length === 0 ? 'No operation does it: it is left to people.' : undefined;
}
