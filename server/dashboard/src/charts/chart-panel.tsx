/** A chart in a panel: its summary, its legend, and the same numbers as a table. */
import type { ReactNode } from 'react';
import { usePageState } from '../paths/use-page-state.ts';
import { Button } from '../ui/button.tsx';
import { codePart, MissingPart, useCodePart } from '../ui/code-part.tsx';
import layout from '../ui/layout.module.css';
import { Panel } from '../ui/panel.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import styles from './chart.module.css';
import type { PlotProps } from './plot-props.ts';
import { Legend } from './series-look.tsx';

const PLOT = codePart(async () => (await import('./plot.tsx')).Plot);

interface ChartPanelProps extends PlotProps {
  /** In the address, where a table is shown: `outcomes=table`. */
  readonly name: string;
  readonly title: string;
  /** Content of the chart, in a sentence. */
  readonly summary: string;
  /** The same numbers. */
  readonly table: ReactNode;
  /** Reason the chart is empty; undefined if there is something to draw. */
  readonly empty?: string;
}

/** Renders the panel; the address says whether as a chart or as a table. */
export function ChartPanel(props: ChartPanelProps) {
  const { name, title, summary, table, empty, series, look } = props;
  const [state, change] = usePageState();
  const LoadedPlot = useCodePart(PLOT);
  const isTable = state[name] === 'table';
  if (empty !== undefined) {
    return (
      <Panel title={title}>
        <Empty title="Nothing to draw">
          <p>{empty}</p>
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      title={title}
      aside={
        <Button
          label={`${isTable ? 'Show chart' : 'Show table'}: ${title}`}
          onPress={() => change({ [name]: isTable ? undefined : 'table' })}
        >
          {isTable ? 'Show chart' : 'Show table'}
        </Button>
      }
    >
      <div className={styles.chart}>
        <p className={layout.small}>{summary}</p>
        {isTable ? (
          table
        ) : (
          <>
            {LoadedPlot === undefined ? (
              <Loading what={title} />
            ) : LoadedPlot === 'missing' ? (
              <MissingPart />
            ) : (
              <LoadedPlot {...props} label={title} />
            )}
            {series.length > 1 ? (
              <Legend names={series.map((each) => each.name)} look={look} />
            ) : null}
          </>
        )}
      </div>
    </Panel>
  );
}
