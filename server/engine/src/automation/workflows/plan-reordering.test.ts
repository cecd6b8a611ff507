import { describe, expect, test } from '@jest/globals';
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { makeRng } from '../../rng.ts';
import { areDisjoint, effectsOf } from './effects/effects-of.ts';
import { learnDurations } from './order/learn-durations.ts';
import { planReordering } from './plan-reordering.ts';
import { readDefinition } from './read-definition.ts';

function definitionOf(text: string): AutomationDefinition {
  const read = readDefinition(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.definition;
}

const chain = (...steps: readonly string[]) =>
  definitionOf(
    `kind: runbook\nname: chain\nsteps:\n${steps.map((s) => `  - { ${s} }\n`).join('')}`,
  );

const needsOf = (definition: AutomationDefinition) =>
  planReordering(definition, new Map()).steps.map(({ id, needs }) => `${id}: ${needs}`);

const VM = 'name: v, cpu_cores: 1, memory_gb: 1, disk_gb: 5';

const effects = (reads: string, writes: string) =>
  `effects: { reads: [${reads}], writes: [${writes}] }`;

describe('a reordering', () => {
  test('lets steps run beside each other whose effects have nothing in common', () => {
    const definition = chain(
      `id: dns, wait: 30s, ${effects('', 'dns')}`,
      `id: cache, wait: 40s, ${effects('', 'cache')}`,
      `id: check, wait: 10s, ${effects('dns, cache', '')}`,
    );
    const plan = planReordering(definition, new Map());
    expect([plan.before.makespanMs, plan.after.makespanMs]).toEqual([80_000, 50_000]);
    expect(plan.dropped.map(({ from, to }) => `${from} ${to}`)).toEqual(['dns cache']);
    expect(plan.kept).toEqual([{ from: 'cache', to: 'check', reason: 'effects' }]);
    // What the step between them ordered is ordered by a need of its own.
    expect(needsOf(definition)).toEqual(['cache: ', 'check: dns,cache']);
  });

  test.each([
    ['of unknown effects', 'id: a, wait: 1m', `id: b, wait: 1m, ${effects('', 'b')}`],
    [
      'that write the same',
      `id: a, wait: 1m, ${effects('', 'x')}`,
      `id: b, wait: 1m, ${effects('', 'x')}`,
    ],
    [
      'of which one reads what the other writes',
      `id: a, wait: 1m, ${effects('', 'vm')}`,
      `id: b, wait: 1m, ${effects('vm:web-1', '')}`,
    ],
    [
      'that say all',
      `id: a, wait: 1m, ${effects('', '"*"')}`,
      `id: b, wait: 1m, ${effects('x', '')}`,
    ],
    [
      'behind an approval',
      `id: a, approval: { required: 1 }, ${effects('', 'a')}`,
      `id: b, wait: 1m, ${effects('', 'b')}`,
    ],
    [
      'with a condition about the other',
      `id: a, wait: 1m, ${effects('', 'a')}`,
      `id: b, wait: 1m, if: "steps.a.status == 'succeeded'", ${effects('', 'b')}`,
    ],
    [
      'with a condition about all',
      `id: a, wait: 1m, ${effects('', 'a')}`,
      `id: b, wait: 1m, if: "size(steps) > 0", ${effects('', 'b')}`,
    ],
  ])('keeps the order of steps %s', (_which, first, second) => {
    expect(needsOf(chain(first, second))).toEqual([]);
  });

  test('knows what tasks of resources touch, and keeps the order of outputs', () => {
    const definition = chain(
      'id: net, task: network.create, with: { name: n, cidr: 10.0.0.0/24 }, outputs: { i: id }',
      'id: disk, task: volume.create, with: { name: d, size_gb: 5 }',
      `id: vm, task: vm.create, with: { ${VM}, network_id: "\${steps.net.outputs.i}" }`,
    );
    const plan = planReordering(definition, new Map());
    expect(plan.dropped).toMatchObject([
      { from: 'net', to: 'disk', fromEffects: { source: 'derived' } },
    ]);
    expect(plan.steps.map(({ id, needs }) => `${id}: ${needs}`)).toEqual([
      'disk: ',
      'vm: net,disk',
    ]);
  });

  test('proposes nothing where a run does not end earlier', () => {
    const definition = chain(
      `id: a, wait: 1m, ${effects('', 'a')}`,
      `id: b, wait: 1m, ${effects('', 'b')}`,
    );
    const none = learnDurations(new Map([['a', [0]]]));
    expect(planReordering(definition, none)).toMatchObject({ dropped: [], steps: [] });
  });

  test('keeps, in a thousand graphs, the order of all steps whose order makes a difference', () => {
    for (let seed = 0; seed < 1_000; seed += 1) {
      const definition = drawDefinition(makeRng(`graph-${seed}`));
      const { before, after, steps } = planReordering(definition, new Map());
      expect(after.makespanMs).toBeLessThanOrEqual(before.makespanMs);
      const changed = new Map(steps.map(({ id, needs }) => [id, needs] as const));
      const old = ancestorsOf(definition, ({ needs }) => needs);
      const now = ancestorsOf(definition, ({ id, needs }) => changed.get(id) ?? needs);
      const byId = new Map(definition.steps.map((step) => [step.id, effectsOf(step)] as const));
      const wrong = [...old].flatMap(([id, earlier]) => [
        ...[...earlier].filter((other) => {
          const [one, two] = [byId.get(other), byId.get(id)];
          const isFree = one !== undefined && two !== undefined && areDisjoint(one, two);
          return !isFree && now.get(id)?.has(other) !== true;
        }),
        // Nothing waits that did not wait before.
        ...[...(now.get(id) ?? [])].filter((other) => !earlier.has(other)),
      ]);
      expect([seed, wrong]).toEqual([seed, []]);
    }
  });
});

type Step = AutomationDefinition['steps'][number];

function ancestorsOf(
  { steps }: AutomationDefinition,
  needsOfStep: (step: Step) => readonly string[],
) {
  const found = new Map<string, ReadonlySet<string>>();
  for (const step of steps) {
    found.set(step.id, new Set(needsOfStep(step).flatMap((id) => [id, ...(found.get(id) ?? [])])));
  }
  return found;
}

/** Some steps, of which each needs some before it; some do not say what they read and write. */
function drawDefinition(rng: ReturnType<typeof makeRng>): AutomationDefinition {
  const draw = (below: number) => Math.floor(rng.next() * below);
  const steps = Array.from({ length: 2 + draw(10) }, (_, at): Step => {
    const needs = Array.from({ length: at }, (_each, before) => `s${before}`);
    return {
      id: `s${at}`,
      needs: needs.filter(() => rng.next() < 0.4),
      on_failure: 'take_back',
      wait: { duration: 1 + draw(60) },
      ...(rng.next() < 0.8 && { effects: { reads: [`r${draw(4)}`], writes: [`r${draw(4)}`] } }),
    };
  });
  return { kind: 'workflow', name: 'drawn', steps };
}
