/** The panel of an execution: its steps as a graph, and how far each of them is. */
import { type Item, toItem } from '../../api/queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { type GraphStep, StepGraph } from './step-graph.tsx';

/** How steps look; others are plain. */
const LOOKS: Readonly<Record<string, GraphStep['look']>> = {
  running: 'info',
  succeeded: 'ok',
  failed: 'bad',
  taking_back: 'watch',
  taken_back: 'watch',
};

/** Renders the panel. Items of repeated steps are part of their step. */
export function ExecutionParts({ item: execution }: { readonly item: Item }) {
  const all = Array.isArray(execution.steps) ? execution.steps.map(toItem) : [];
  const steps = all
    .filter(({ of }) => typeof of !== 'string')
    .map(({ id, kind, status, needs }) => ({
      id: String(id),
      detail: `${String(kind)}: ${String(status).replaceAll('_', ' ')}`,
      needs: Array.isArray(needs) ? needs.map(String) : [],
      look: LOOKS[String(status)] ?? 'plain',
    }));
  if (steps.length === 0) return null;
  return (
    <Panel title="Steps">
      <StepGraph label="Steps, each below those that it needs" steps={steps} />
    </Panel>
  );
}
