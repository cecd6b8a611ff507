/** Panel of NovaCron's automatic actions, and whether they work. */
import { Link } from '@tanstack/react-router';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';
import type { Summary } from './summary.ts';

/** Renders the panel; nothing where the caller may not see it. */
export function Engine({ summary: { engine, failover } }: { readonly summary: Summary }) {
  if (engine === null) return null;
  const { policies, platform, held, holds, automation_holds: stops, leaders } = engine;
  return (
    <Panel title="Engine">
      <dl className={layout.facts}>
        <dt>Healing</dt>
        <dd>
          <StatusMark
            status={held ? 'held' : holds.length > 0 ? 'held for some VMs' : 'works'}
            tone={held || holds.length > 0 ? 'watch' : 'ok'}
          />
        </dd>
        <dt>Automation</dt>
        <dd>
          <StatusMark
            status={stops.length > 0 ? 'held' : 'works'}
            tone={stops.length > 0 ? 'watch' : 'ok'}
          />
        </dd>
        {platform === null ? null : <Platform platform={platform} leaders={leaders} />}
        <dt>Orchestration policies</dt>
        <dd>
          <Link to="/orchestration-policies">
            {policies.enabled} of {policies.total} enabled
          </Link>
          {policies.faulty > 0 ? (
            <StatusMark status={`${policies.faulty} faulty`} tone="bad" />
          ) : (
            ''
          )}
        </dd>
        {failover === null ? null : (
          <>
            <dt>
              Without the{' '}
              {failover.nodes === 1 ? 'largest node' : `${failover.nodes} largest nodes`}
            </dt>
            <dd>
              <Room cores={failover.cpu_cores_left} memoryGb={failover.memory_gb_left} />
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

function Room({ cores, memoryGb }: { readonly cores: number; readonly memoryGb: number }) {
  const isEnough = cores >= 0 && memoryGb >= 0;
  return (
    <>
      <StatusMark status={isEnough ? 'enough' : 'too little'} tone={isEnough ? 'ok' : 'bad'} />{' '}
      {cores} cores, {memoryGb} GB left
    </>
  );
}

type EngineParts = NonNullable<Summary['engine']>;

interface PlatformProps {
  readonly platform: NonNullable<EngineParts['platform']>;
  readonly leaders: EngineParts['leaders'];
}

function Platform({ platform, leaders }: PlatformProps) {
  const { servers, bus, reconcilers } = platform;
  const failing = reconcilers.filter((each) => each.failures_in_a_row > 0).length;
  return (
    <>
      <dt>Servers</dt>
      <dd>
        {servers}
        {leaders !== null && leaders.length > 0
          ? `, ${countOf(new Set(leaders.map(({ server }) => server)).size, 'leader')}`
          : ''}
      </dd>
      <dt>Message bus</dt>
      <dd>
        <StatusMark
          status={bus?.state ?? 'unknown'}
          tone={bus?.state === 'unreachable' ? 'bad' : 'ok'}
        />
      </dd>
      <dt>Reconcilers</dt>
      <dd>
        <Link to="/reconcilers">
          <StatusMark
            status={
              failing === 0
                ? `${reconcilers.length} work`
                : `${failing} of ${reconcilers.length} fail`
            }
            tone={failing === 0 ? 'ok' : 'bad'}
          />
        </Link>
      </dd>
    </>
  );
}
