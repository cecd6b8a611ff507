/** Speed of compiling, evaluating and reviewing policies. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { compileRego } from '../../../../server/rego/dist/compile-rego.js';
import { loadPolicy } from '../../../../server/rego/dist/evaluate-rego.js';
import { createCalibration } from '../../calibrate.mjs';
import { round } from '../../statistics.mjs';

const REPETITIONS = 5;
const MS_PER_S = 1000;
const BYTES_PER_MB = 1024 * 1024;

/** All of it is computing. */
const CPU_SHARE = 1;

const PROGRAM = fileURLToPath(new URL('../../../../server/cli/bin/novacron.mjs', import.meta.url));
const ACCESS = readFileSync(
  new URL('../../../../policies/vm-access/policy.rego', import.meta.url),
  'utf8',
);

const compile = (text, entrypoints = ['novacron/allow']) => {
  const compiled = compileRego({ modules: { 'policy.rego': text }, entrypoints });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
};

/** A policy of the given number of rules, each with a condition and a message of its own. */
function manyRules(count, packageName = 'novacron') {
  const rules = Array.from(
    { length: count },
    (_, at) => `deny contains message if {
	input.resource.metadata["label-${at}"] == "${at}"
	input.resource.cpu_cores > ${at % 64}
	message := sprintf("rule ${at}: %d cores", [input.resource.cpu_cores])
}`,
  );
  return `package ${packageName}\n\n${rules.join('\n\n')}\n`;
}

/** The question about a VM, with labels until it is so large as JSON. */
function questionOf(bytes) {
  const metadata = {};
  const question = {
    version: 1,
    action: 'create_vm',
    operation: 'vm.create',
    subject: { user_id: 'ci', role: 'operator', tenant: 'tnt_1' },
    resource: { type: 'vm', id: null, name: 'web-01', cpu_cores: 4, memory_gb: 8, metadata },
    before: null,
    context: { client: 'terraform', deployment: 'default' },
  };
  for (let at = 0; JSON.stringify(question).length < bytes; at += 1) {
    metadata[`label-number-${at}`] = `value-number-${at}`;
  }
  return question;
}

function timeOf(work) {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

/** The time of a compilation when the compiler has run before. Unit: milliseconds. */
function compileTime(text) {
  const times = Array.from({ length: 9 }, () => timeOf(() => compile(text)));
  return median(times.slice(4));
}

/** Evaluations a second through the SDK, the input as JavaScript's value each time. */
function evaluationRate(question) {
  const policy = loadPolicy(compile(ACCESS).wasm);
  const run = (count) => {
    for (let at = 0; at < count; at += 1) policy.evaluate(question, 'novacron/allow');
  };
  run(2000);
  let count = 1000;
  for (;;) {
    const ms = timeOf(() => run(count));
    if (ms > 300) return (count * MS_PER_S) / ms;
    count *= 2;
  }
}

/** The time until a thousand policies are compiled and loaded. Unit: seconds. */
function loadThousand() {
  const policies = [];
  const ms = timeOf(() => {
    for (let at = 0; at < 1000; at += 1) {
      policies.push(loadPolicy(compile(manyRules(3, `p${at}`), [`p${at}/deny`]).wasm));
    }
  });
  if (policies.some((policy) => policy.evaluate({}).length !== 1)) throw new Error('no answer');
  return ms / MS_PER_S;
}

const FIGURES = [
  {
    name: 'rego-compile-small',
    summary: "compilation of the documents' policy, the compiler warm",
    measure: () => compileTime(ACCESS),
    unit: 'ms',
    goal: 10,
    better: 'lower',
  },
  {
    name: 'rego-compile-500',
    summary: 'compilation of a policy of 500 rules',
    measure: () => compileTime(manyRules(500)),
    unit: 'ms',
    goal: 150,
    better: 'lower',
  },
  ...[
    ['small', 0, 150_000],
    ['1k', 1024, 40_000],
    ['100k', 100 * 1024, 1000],
  ].map(([size, bytes, goal]) => ({
    name: `rego-evaluate-${size}`,
    summary: `evaluations a second of the documents' policy, ${size} input`,
    measure: () => evaluationRate(questionOf(bytes)),
    unit: '1/s',
    goal,
    better: 'higher',
  })),
  {
    name: 'rego-load-1000',
    summary: 'compilation and loading of 1,000 policies',
    measure: loadThousand,
    extra: () => ({ resident_mb: round(process.memoryUsage.rss() / BYTES_PER_MB, 0) }),
    unit: 's',
    goal: 3,
    better: 'lower',
    repetitions: 1,
  },
  {
    name: 'policy-review-1000',
    summary: 'review of a plan of 1,000 VMs under 100 rules, the whole command',
    measure: ({ directory }) => reviewThousand(directory),
    unit: 's',
    goal: 5,
    better: 'lower',
    repetitions: 3,
  },
];

/** The whole command, a hundred policies of a rule each. Unit: seconds. */
function reviewThousand(directory) {
  const policies = join(directory, 'policies');
  mkdirSync(policies, { recursive: true });
  for (let at = 0; at < 100; at += 1) {
    writeFileSync(join(policies, `p${at}.rego`), manyRules(1, `p${at}`).replaceAll('> 0', '> 64'));
  }
  const { resource } = questionOf(0);
  const changes = Array.from({ length: 1000 }, (_, at) => ({
    address: `novacron_vm.vm[${at}]`,
    mode: 'managed',
    type: 'novacron_vm',
    name: 'vm',
    change: { actions: ['create'], before: null, after: { ...resource, name: `vm-${at}` } },
  }));
  const plan = join(directory, 'plan.json');
  writeFileSync(plan, JSON.stringify({ format_version: '1.2', resource_changes: changes }));
  writeFileSync(join(directory, 'main.tf'), 'resource "novacron_vm" "vm" {\n  count = 1000\n}\n');
  const words = ['policy', 'review', '--plan', plan, '--config', directory];
  let answer = '';
  const ms = timeOf(() => {
    answer = execFileSync(process.execPath, [PROGRAM, ...words, '--policies', policies], {
      encoding: 'utf8',
    });
  });
  if (!answer.includes('1000 changes asked of 100 policies')) throw new Error(answer.slice(-200));
  return ms / MS_PER_S;
}

export const regoFigures = FIGURES.map(toFigure);

function toFigure({ name, summary, measure, extra, unit, goal, better, repetitions }) {
  const count = repetitions ?? REPETITIONS;
  return {
    name,
    summary,
    measure: async ({ directory, progress }) => {
      const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
      const values = [];
      for (let repetition = 1; repetition <= count; repetition += 1) {
        calibration.sample();
        values.push(measure({ directory }));
        progress(`${repetition}/${count}: ${round(values.at(-1), 2)} ${unit}`);
      }
      const value = round(median(values), unit === '1/s' ? 0 : 2);
      const result = calibration.result();
      const eased = round(better === 'lower' ? goal * result.factor : goal / result.factor, 2);
      return {
        value,
        unit,
        goal: eased,
        goal_unscaled: goal,
        better,
        ok: better === 'lower' ? value <= eased : value >= eased,
        calibration: result,
        repetitions: count,
        ...(extra?.() ?? {}),
      };
    },
  };
}
