/** What NovaCron does by itself, and whether it can. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryOf } from '../../api/queries.ts';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';

/** Renders the panel. */
export function Engine() {
  const query = useQuery(queryOf('orchestration.status', {}));
  return (
    <Panel title="Engine">
      <QueryState query={query} what="the engine">
        {({ policies, decisions_last_hour: decisions, platform }) => {
          const failing = platform?.reconcilers.filter((each) => each.failures_in_a_row > 0) ?? [];
          return (
            <dl className={layout.facts}>
              {platform === null ? null : (
                <>
                  <dt>Servers</dt>
                  <dd>{platform.servers}</dd>
                  <dt>Message bus</dt>
                  <dd>
                    <StatusMark
                      status={platform.bus?.state ?? 'unknown'}
                      tone={platform.bus?.state === 'unreachable' ? 'bad' : 'ok'}
                    />
                  </dd>
                  <dt>Reconcilers</dt>
                  <dd>
                    <Link to="/reconcilers">
                      <StatusMark
                        status={
                          failing.length === 0
                            ? `${platform.reconcilers.length} work`
                            : `${failing.length} of ${platform.reconcilers.length} fail`
                        }
                        tone={failing.length === 0 ? 'ok' : 'bad'}
                      />
                    </Link>
                  </dd>
                </>
              )}
              <dt>Last hour</dt>
              <dd>
                {countOf(decisions.placement, 'placement')},{' '}
                {countOf(decisions.scaling, 'change of size', 'changes of size')}
              </dd>
              <dt>Orchestration policies</dt>
              <dd>
                {policies.enabled} of {policies.total} enabled
                {policies.faulty > 0 ? `, ${policies.faulty} faulty` : ''}
              </dd>
            </dl>
          );
        }}
      </QueryState>
    </Panel>
  );
}
