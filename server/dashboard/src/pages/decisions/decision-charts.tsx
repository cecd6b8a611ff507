/** The charts of decisions: over time, score against confidence, by purpose and by outcome. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import styles from '../../charts/chart.module.css';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { ShareTable } from '../../charts/share-table.tsx';
import { useLive } from '../../live/live-status.ts';
import { formatMoment } from '../../ui/moment.tsx';
import { usePreferences } from '../../ui/preferences.ts';
import { Notice, QueryState } from '../../ui/states.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';
import {
  countByOutcome,
  countByValue,
  type Decision,
  scatterOf,
  type Timeline,
} from './decision-figures.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { type DecisionFilter, type DecisionSample, sampleOf } from './read-decisions.ts';

/** Parts of the time line: enough to see a burst, few enough for a table. */
const PARTS = 48;

const SECOND_MS = 1_000;

const NONE = 'No placement was decided in this time. Choose a longer one, or create a VM.';

interface DecisionChartsProps {
  readonly filter: DecisionFilter;
  /** The length of the time range. */
  readonly rangeMs: number;
}

/** Renders the charts of the newest decisions of a time range. */
export function DecisionCharts({ filter, rangeMs }: DecisionChartsProps) {
  const isPaused = useLive().status === 'paused';
  const query = useQuery(sampleOf(filter, isPaused));
  return (
    <QueryState query={query} what="charts">
      {(sample) => (
        <>
          {sample.isCut ? (
            <Notice title="The charts have the newest decisions only">
              <p>
                They are drawn of {sample.decisions.length.toLocaleString('en')} decisions; the list
                has all of them. Choose a shorter time to draw all.
              </p>
            </Notice>
          ) : null}
          <div className={styles.grid}>
            <OverTime sample={sample} rangeMs={rangeMs} />
            <ScoreAgainstConfidence decisions={sample.decisions} />
            <ShareTable
              title="By purpose"
              head="Purpose"
              counts={countByValue(sample.decisions, 'purpose')}
            />
            <ShareTable
              title="By outcome"
              head="Outcome"
              counts={countByValue(sample.decisions, 'outcome')}
              render={(outcome) => <OutcomeMark outcome={outcome} />}
            />
          </div>
        </>
      )}
    </QueryState>
  );
}

function OverTime({ sample, rangeMs }: { sample: DecisionSample; rangeMs: number }) {
  const { timeZone } = usePreferences();
  const { decisions, readAtMs } = sample;
  const timeline = useMemo(
    () => countByOutcome(decisions, spanOf(decisions, readAtMs, rangeMs)),
    [decisions, readAtMs, rangeMs],
  );
  const momentOf = (index: number): string =>
    formatMoment(new Date((timeline.xs[index] ?? 0) * SECOND_MS), timeZone);
  const { xs, series } = timeline;
  return (
    <ChartPanel
      name="over_time"
      title="Decisions over time"
      summary={`${countOf(decisions.length, 'decision')} by how they ended.`}
      empty={decisions.length === 0 ? NONE : undefined}
      xs={xs}
      series={series}
      xKind="time"
      xRange={[xs[0] ?? 0, (xs[0] ?? 0) + rangeMs / SECOND_MS]}
      look="lines"
      textOf={(index) =>
        [
          `From ${momentOf(index)}`,
          ...series.map(({ name, values }) => `${name}: ${values[index] ?? 0}`),
        ].join('\n')
      }
      table={<TimeTable timeline={timeline} momentOf={momentOf} />}
    />
  );
}

/** The range, ending now, or with the newest decision where the server's clock is ahead. */
function spanOf(decisions: readonly Decision[], nowMs: number, rangeMs: number) {
  const newestMs = Math.max(nowMs, ...decisions.slice(0, 1).map((d) => Date.parse(d.created_at)));
  return { fromMs: newestMs - rangeMs, toMs: newestMs, parts: PARTS };
}

interface TimeTableProps {
  readonly timeline: Timeline;
  readonly momentOf: (index: number) => string;
}

function TimeTable({ timeline: { xs, series }, momentOf }: TimeTableProps) {
  const filled = xs
    .map((x, index) => ({ x, index }))
    .filter(({ index }) => series.some(({ values }) => Number(values[index]) > 0));
  return (
    <Table heads={['From', ...series.map(({ name }) => name)]} look="low">
      {filled.map(({ x, index }) => (
        <tr key={x}>
          <th scope="row">{momentOf(index)}</th>
          {series.map(({ name, values }) => (
            <td key={name}>{values[index]}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

/** Rows of the table of points: the least confident first. */
const ROWS_MAX = 200;

function ScoreAgainstConfidence({ decisions: all }: { readonly decisions: readonly Decision[] }) {
  const { xs, series, decisions } = useMemo(() => scatterOf(all), [all]);
  const rows = decisions
    .toSorted((a, b) => Number(a.confidence) - Number(b.confidence))
    .slice(0, ROWS_MAX);
  return (
    <ChartPanel
      name="confidence"
      title="Score against confidence"
      summary={
        'The confidence is how probable it is that the node is still the best after an hour. ' +
        'Among equal nodes it is low.'
      }
      empty={xs.length === 0 ? NONE : undefined}
      xs={xs}
      series={series}
      xKind="value"
      look="points"
      xRange={[0, 1]}
      yRange={[0, 1]}
      xLabel="Score"
      yLabel="Confidence"
      textOf={(index) => describeDecision(decisions[index])}
      table={
        <Table
          heads={['VM', 'Node', 'Score', 'Confidence', 'Outcome']}
          look="low"
          caption={decisions.length > ROWS_MAX ? `The ${ROWS_MAX} least confident` : undefined}
        >
          {rows.map(({ id, vm, node, score, confidence, outcome }) => (
            <tr key={id}>
              <th scope="row" dir="auto">
                <Link to="/placement-decisions/$id" params={{ id }}>
                  {vm ?? id}
                </Link>
              </th>
              <td>{node}</td>
              <td>{score}</td>
              <td>{confidence}</td>
              <td>
                <OutcomeMark outcome={outcome} />
              </td>
            </tr>
          ))}
        </Table>
      }
    />
  );
}

function describeDecision(decision: Decision | undefined): string {
  if (decision === undefined) return '';
  const { vm, node, score, confidence, outcome } = decision;
  return [
    `${vm ?? 'A VM'} on ${node}`,
    `Score ${score}, confidence ${confidence ?? 'not recorded'}`,
    outcome ?? 'not ended',
  ].join('\n');
}
