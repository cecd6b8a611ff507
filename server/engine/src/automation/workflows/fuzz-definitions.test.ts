/** Mutated texts never crash the reader, and a plan of what it accepts never does either. */
import { expect, test } from '@jest/globals';
import type { Rng } from '../../env.ts';
import { makeRng } from '../../rng.ts';
import { writeMermaid } from './graph/write-mermaid.ts';
import { writeSvg } from './graph/write-svg.ts';
import { planRun } from './plan-run.ts';
import { readDefinition } from './read-definition.ts';

const SEED = 'fuzz-definitions';
const TEXTS = 400;

const SAMPLE = `kind: workflow
name: provision
version: 1.0
inputs: { host: string, hosts: { type: list, default: [a, b] }, n: { type: integer, default: 3 } }
steps:
  - id: create
    task: vm.create
    with: { name: "\${host}", memory_gb: 8 }
    outputs: { vm_id: resource.id }
    retry: { max_attempts: 3, backoff: exponential, delay: 1s }
    compensate: { task: vm.delete, with: { id: "\${steps.create.outputs.vm_id}" } }
  - id: check
    needs: [create]
    command: pg_isready -h \${host} 'a b' "c"
    for_each: \${inputs.hosts}
    if: inputs.n > 2 && inputs.host.matches('^[a-z]+$')
  - id: call
    type: api
    action: https://api.example.com/r/\${host}?a=1
    parameters: { method: PUT, data: { a: [1, { b: null }] } }
    dependencies: [check]
  - id: tell
    notify: { channel: slack, message: "\${n} $\${x}" }
    needs: [call]
schedules:
  - { cron: "*/5 1-3 * * MON", timezone: Europe/Berlin, inputs: { host: a } }
  - { cron: "@daily", except: [2026-01-01/2026-01-03], inputs: { host: b } }
deadline: 2h
`;

const PIECES = [
  '${',
  '}',
  '$${',
  '|',
  '>',
  "'",
  '"',
  '\\',
  '\n',
  '  ',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '!!js/function ',
  '---\n',
  '__proto__: {}',
  'constructor',
  'null',
  '~',
  'NaN',
  '.inf',
  '-1',
  '1e999',
  '9007199254740993',
  '\u0000',
  '\u2028',
  '\ud800',
  '🙂',
  'needs: [check]',
  'steps:',
  'id: create',
  '31 2',
  '<<: *a',
  '? ',
  '%YAML 1.1\n',
  '#',
  'metadata: {}',
  'retry_count: -3',
  'critical: yes',
  'Action:',
];

function mutate(text: string, rng: Rng): string {
  let done = text;
  const pick = (limit: number) => Math.floor(rng.next() * limit);
  for (let left = 1 + pick(3); left > 0; left -= 1) {
    const begin = pick(done.length + 1);
    const end = Math.min(done.length, begin + pick(12));
    const piece = PIECES[pick(PIECES.length)] ?? '';
    const kinds = [
      () => done.slice(0, begin) + piece + done.slice(begin),
      () => done.slice(0, begin) + done.slice(end),
      () => done.slice(0, begin) + piece + done.slice(end),
      () => done.slice(0, end) + done.slice(begin),
      () => {
        const lines = done.split('\n');
        const [line = ''] = lines.splice(pick(lines.length), 1);
        lines.splice(pick(lines.length), 0, line);
        return lines.join('\n');
      },
    ];
    done = kinds[pick(kinds.length)]?.() ?? done;
  }
  return done;
}

test(`${TEXTS} mutated texts are read or refused, each finding at a place of its text`, () => {
  expect(readDefinition(SAMPLE)).toMatchObject({ ok: true });
  let accepted = 0;
  for (let index = 0; index < TEXTS; index += 1) {
    const text = mutate(SAMPLE, makeRng(SEED).fork(String(index)));
    const read = readDefinition(text);
    const findings = read.ok ? read.value.warnings : read.error;
    const lines = text.split('\n').length;
    const isPlaced = findings.every(
      ({ line, column }) => line >= 1 && line <= lines && column >= 1,
    );
    if (!isPlaced || (!read.ok && findings.length === 0)) {
      throw new Error(`text ${index} of ${SEED} has a finding without a place:\n${text}`);
    }
    if (!read.ok) continue;
    accepted += 1;
    const { definition } = read.value;
    planRun(definition, { inputs: { host: text.slice(0, 9) }, durationsMs: new Map() });
    writeMermaid(definition);
    writeSvg(definition);
  }
  expect(accepted).toBeGreaterThan(15);
  expect(TEXTS - accepted).toBeGreaterThan(130);
});
