/** The panel of a workflow: its steps as a graph, with the durations of earlier executions. */
import { useQuery } from '@tanstack/react-query';
import { anyQueryOf, type Item, toItems } from '../../api/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/states.tsx';
import { StepGraph } from './step-graph.tsx';

/** Renders the panel. */
export function WorkflowParts({ item: workflow }: { readonly item: Item }) {
  const input = { id: String(workflow.id), at_version: workflow.version };
  const query = useQuery(anyQueryOf('workflow.graph', input));
  return (
    <Panel title="Steps">
      <QueryState query={query} what="the graph">
        {(graph) => <Graph graph={graph} />}
      </QueryState>
    </Panel>
  );
}

function Graph({ graph }: { readonly graph: Item }) {
  const path = textsOf(graph.critical_path);
  const edges = toItems(graph.edges);
  const steps = toItems(graph.nodes).map(({ id, detail, duration_ms: durationMs }) => ({
    id: String(id),
    detail: `${String(detail)}, ${spanText(durationMs)}`,
    needs: edges.filter(({ to }) => to === id).map(({ from }) => String(from)),
    look: path.includes(String(id)) ? ('critical' as const) : ('none' as const),
  }));
  const executions = Number(graph.executions);
  const source = executions === 0 ? 'no execution has ended yet' : `executions: ${executions}`;
  return (
    <>
      <StepGraph label="Steps, each below those that it needs" steps={steps} />
      <p>
        A run takes about {spanText(graph.makespan_ms)} ({source}); {path.join(', ')} decide how
        long it takes, and at most {String(graph.parallel_max)} run at the same time.
      </p>
    </>
  );
}

/** Units of spans, in milliseconds, the longest first. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A span as its two largest units: `1h 30m`. */
function spanText(value: unknown): string {
  let left = Number(value);
  const first = UNITS.findIndex(([, unitMs]) => left >= unitMs);
  if (first === -1) return '0s';
  const parts = UNITS.slice(first, first + 2).map(([unit, unitMs]) => {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join(' ').trim();
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
