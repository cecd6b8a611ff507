/** Usage of nodes and VMs: CPU, memory, disk and network over time, next to the alerts. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import styles from '../../charts/chart.module.css';
import { SERIES_MAX } from '../../charts/chart-colours.ts';
import { useLive } from '../../live/live-status.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Choice, Choices } from '../../ui/choice/choice.tsx';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/states.tsx';
import { OpenAlerts } from '../alerts/open-alerts.tsx';
import { LatestUsage } from './latest-usage.tsx';
import { TargetPicker, useCandidates } from './target-picker.tsx';
import { UsageChart } from './usage-chart.tsx';
import { createUsageStore, type FollowedTarget, type Target } from './usage-store.ts';

const MINUTE_MS = 60_000;

/** Time ranges of charts. */
const SPANS = [
  { value: '15m', words: 'Last 15 minutes', ms: 15 * MINUTE_MS },
  { value: '1h', words: 'Last hour', ms: 60 * MINUTE_MS },
  { value: '6h', words: 'Last 6 hours', ms: 360 * MINUTE_MS },
] as const;

/** Polling intervals of the server; agents measure every 30 s by default. */
const INTERVALS = [
  { value: '10s', words: 'Every 10 seconds', ms: 10_000 },
  { value: '30s', words: 'Every 30 seconds', ms: 30_000 },
  { value: '1m', words: 'Every minute', ms: MINUTE_MS },
  { value: 'off', words: 'Paused', ms: undefined },
] as const;

const KINDS = [
  { value: 'node', words: 'Nodes' },
  { value: 'vm', words: 'VMs' },
] as const;

const MEASURES = [
  { measure: 'cpu', title: 'CPU', unit: 'cores' },
  { measure: 'memory', title: 'Memory', unit: 'GB' },
  { measure: 'disk', title: 'Disk, read and written', unit: 'MB/s' },
  { measure: 'network', title: 'Network, received and sent', unit: 'MB/s' },
] as const;

const INTRO =
  'What nodes and VMs were measured to use. Of nodes the last 6 hours are known; ' +
  'what is known of a VM begins when this page is opened.';

const store = createUsageStore();

/** Renders the page. */
export function MetricsPage() {
  const [state, change] = usePageState();
  const noun = state.kind === 'vm' ? 'vm' : 'node';
  const span = SPANS.find(({ value }) => value === state.span) ?? SPANS[1];
  const interval = INTERVALS.find(({ value }) => value === state.refresh) ?? INTERVALS[1];
  const candidates = useCandidates(noun, state.search);
  const shown = state.shown?.split(',').slice(0, SERIES_MAX) ?? candidates.first;
  const isPaused = useLive().status === 'paused';
  const { targets, cause } = useUsage(noun, shown, isPaused ? undefined : interval.ms);
  const found = shown.flatMap((id) => targets.get(id) ?? []);
  return (
    <Page title="Metrics" intro={INTRO}>
      <Choices>
        <Choice
          label="Of"
          value={noun}
          options={KINDS}
          onChange={(kind) => change({ kind, shown: undefined, search: undefined })}
        />
        <Choice
          label="Time"
          value={span.value}
          options={SPANS}
          onChange={(value) => change({ span: value })}
        />
        <Choice
          label="Refresh"
          value={interval.value}
          options={INTERVALS}
          onChange={(refresh) => change({ refresh })}
        />
      </Choices>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={styles.grid}>
        {MEASURES.map((each) => (
          <UsageChart key={each.measure} {...each} all={found} spanMs={span.ms} />
        ))}
      </div>
      <div className={layout.columns}>
        <div className={layout.stack}>
          <LatestUsage noun={noun} all={found} />
          <TargetPicker
            noun={noun}
            candidates={candidates}
            shown={shown}
            shownMax={SERIES_MAX}
            search={state.search}
            onSearch={(search) => change({ search })}
            onShow={(ids) => change({ shown: ids.length === 0 ? undefined : ids.join(',') })}
          />
        </div>
        <OpenAlerts />
      </div>
    </Page>
  );
}

interface Used {
  readonly targets: ReadonlyMap<string, FollowedTarget>;
  readonly cause: unknown;
}

/** Follows targets while the page is open. */
function useUsage(noun: Target['noun'], ids: readonly string[], everyMs?: number): Used {
  const key = ids.join(',');
  const targets = useMemo(
    () => (key === '' ? [] : key.split(',').map((id): Target => ({ noun, id }))),
    [noun, key],
  );
  useEffect(() => store.follow(targets, everyMs), [targets, everyMs]);
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
