/** Time saved by runs when steps no longer wait for each other without need. */
import { readdirSync, readFileSync } from 'node:fs';
import { planReordering } from '@novacron/engine/automation/workflows/plan-reordering';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { makeRng } from '@novacron/engine/rng';
import { median } from 'simple-statistics';
import { round } from '../../statistics.mjs';

const GRAPHS = 200;
/** Draws of the durations of each workflow of the library. */
const DRAWS = 10;
const LIBRARY = new URL('../../../../examples/automation/', import.meta.url);
const STEPS_MIN = 6;
const STEPS_MAX = 30;
/** Share of the steps that say what they read and write. */
const DECLARED = 0.8;
/** Names that steps read and write; each step uses three of them at most. */
const NAMES = 12;
/** Share of the steps that wait for the one above, as people write them down. */
const CHAINED = 0.7;

/** Result of the first measurement. It is deterministic, so a lower value is a regression. */
const GOAL_PERCENT = 6.5;

export const figure = {
  name: 'reordered-makespan',
  summary: `how much earlier a run ends by reordering, median of ${GRAPHS} seeded graphs`,
  measure: async () => {
    const saved = [];
    let dropped = 0;
    for (let seed = 1; seed <= GRAPHS; seed += 1) {
      const { definition, learned } = drawGraph(makeRng(`graph-${seed}`));
      const plan = planReordering(definition, learned);
      saved.push(100 * (1 - plan.after.makespanMs / plan.before.makespanMs));
      dropped += plan.dropped.length;
    }
    const value = round(median(saved), 1);
    const library = measureLibrary();
    return {
      value,
      unit: 'percent',
      goal: GOAL_PERCENT,
      better: 'higher',
      ok: value >= GOAL_PERCENT,
      improved_graphs: saved.filter((percent) => percent > 0).length,
      best_percent: round(Math.max(...saved), 1),
      needs_dropped: dropped,
      library_percent: round(median(library.saved), 1),
      library_best_percent: round(Math.max(...library.saved), 1),
      library_needs_dropped: library.dropped,
      library_workflows: library.workflows,
      repetitions: GRAPHS,
    };
  },
};

/** The same for the examples, as they are written. */
function measureLibrary() {
  const names = readdirSync(LIBRARY).filter((name) => name.endsWith('.yaml'));
  const saved = [];
  let dropped = 0;
  for (const name of names) {
    const read = readDefinition(readFileSync(new URL(name, LIBRARY), 'utf8'));
    if (!read.ok) throw new Error(`${name} cannot be read.`);
    const { definition } = read.value;
    for (let draw = 1; draw <= DRAWS; draw += 1) {
      const rng = makeRng(`${name}-${draw}`);
      const learned = new Map(definition.steps.map(({ id }) => [id, drawDuration(rng)]));
      const plan = planReordering(definition, learned);
      saved.push(100 * (1 - plan.after.makespanMs / plan.before.makespanMs));
      dropped += plan.dropped.length;
    }
  }
  return { saved, dropped, workflows: names.length };
}

/** Durations whose logarithms are spread evenly from one second to ten minutes. */
function drawDuration(rng) {
  const durationMs = Math.round(1_000 * 600 ** rng.next());
  return { medianMs: durationMs, highMs: durationMs, runs: 1 };
}

/** A graph, with its durations. */
function drawGraph(rng) {
  const draw = (below) => Math.floor(rng.next() * below);
  const name = () => `r${draw(NAMES)}`;
  const learned = new Map();
  const steps = Array.from({ length: STEPS_MIN + draw(STEPS_MAX - STEPS_MIN + 1) }, (_, at) => {
    const id = `s${at}`;
    learned.set(id, drawDuration(rng));
    const above = at > 0 && rng.next() < CHAINED ? [`s${at - 1}`] : [];
    const others = at > 1 && rng.next() < 0.3 ? [`s${draw(at - 1)}`] : [];
    const effects = { reads: [name(), name()], writes: [name()] };
    return {
      id,
      needs: [...new Set([...above, ...others])],
      on_failure: 'take_back',
      wait: { duration: 1 },
      ...(rng.next() < DECLARED ? { effects } : {}),
    };
  });
  return { definition: { kind: 'workflow', name: 'drawn', steps }, learned };
}
