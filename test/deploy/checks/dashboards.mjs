/** Executes every expression of the dashboards on a Prometheus that scrapes a server at work. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  askJson,
  createPrograms,
  findPort,
  MONITORING,
  missingPrograms,
  novacron,
  run,
  waitFor,
} from '../monitoring/programs.mjs';

const FOLDER = 'server/deploy/monitoring/dashboards';
const GENERATOR = 'server/deploy/build/write-dashboards.mjs';
const ROOT = join(MONITORING, '../../..');

/** A workflow of a user, which changes nothing. */
const WORKFLOW = 'name: pause\nsteps:\n  - { id: settle, wait: 1s }\n';

/** Means, shares and durations are absent, not 0, before the first. */
const UNKNOWN_AT_FIRST = /decision_(?:accuracy|latency)|optimization_(?:improvements|confidence)/;

/** @type {import('../deployment-artifacts.mjs').Check} */
export const DASHBOARDS = {
  name: 'dashboards',
  artifacts: [
    {
      path: `${FOLDER}/`,
      label: 'VALIDATED',
      how: 'each expression returns series of a server at work; Grafana itself is not run',
    },
    { path: GENERATOR, label: 'RAN', how: 'writes the same dashboards' },
  ],
  missing: () => missingPrograms(['prometheus']),
  run: async ({ say, directory }) => {
    run(process.execPath, [GENERATOR, directory], ROOT);
    const files = readdirSync(join(ROOT, FOLDER));
    for (const file of files) checkGenerated(file, directory);
    const programs = createPrograms();
    try {
      const server = await programs.startServer(join(directory, 'server'));
      const prometheus = await startPrometheus({ programs, server, directory });
      work({ server, directory });
      const expressions = files.flatMap(expressionsOf);
      for (const expression of expressions.filter((each) => !UNKNOWN_AT_FIRST.test(each))) {
        await waitFor(`series of ${expression}`, () => query(prometheus, expression));
      }
      await checkNames(prometheus, expressions);
      say(`        ${expressions.length} expressions of ${files.length} dashboards return series`);
    } finally {
      await programs.endAll();
    }
  },
};

function checkGenerated(file, directory) {
  const text = readFileSync(join(ROOT, FOLDER, file), 'utf8');
  if (text !== readFileSync(join(directory, file), 'utf8')) {
    throw new Error(`${FOLDER}/${file} is not what ${GENERATOR} writes: run make generate`);
  }
  const { panels } = JSON.parse(text);
  const ids = new Set(panels.map(({ id }) => id));
  if (ids.size !== panels.length) throw new Error(`${file}: the ids of panels are not unique`);
}

/** Expressions as Grafana sends them, its variables filled in. */
function expressionsOf(file) {
  const { panels } = JSON.parse(readFileSync(join(ROOT, FOLDER, file), 'utf8'));
  return panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));
}

async function startPrometheus({ programs, server, directory }) {
  const folder = join(directory, 'prometheus');
  mkdirSync(folder);
  const file = join(folder, 'prometheus.yaml');
  const target = new URL(server.url).host;
  writeFileSync(
    file,
    'scrape_configs:\n  - job_name: novacron\n    scrape_interval: 1s\n    static_configs:\n' +
      `      - targets: ['${target}']\n`,
  );
  const address = `127.0.0.1:${await findPort()}`;
  programs.start('prometheus', [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
  ]);
  await waitFor('a scrape', () => query(address, 'up == 1'));
  return address;
}

/** VMs and a workflow, as a user makes them. */
function work({ server, directory }) {
  const key = readFileSync(join(directory, 'server/admin.key'), 'utf8').trim();
  const call = (...words) => novacron(server.url, key, words);
  for (const name of ['web-1', 'web-2']) {
    call('vm', 'create', name, '--cpu-cores', '1', '--memory-gb', '1', '--disk-gb', '5');
  }
  const file = join(directory, 'pause.yaml');
  writeFileSync(file, WORKFLOW);
  call('workflow', 'push', file);
  call('workflow', 'run', 'pause');
}

async function query(prometheus, expression) {
  const words = new URLSearchParams({ query: expression });
  const { data } = await askJson(`http://${prometheus}/api/v1/query?${words}`);
  return data.result.length > 0 ? data.result : undefined;
}

/** `or vector(0)` returns a series for any name, so that names are compared as well. */
async function checkNames(prometheus, expressions) {
  const { data } = await askJson(`http://${prometheus}/api/v1/metadata`);
  const known = Object.keys(data);
  const named = new Set(
    expressions.flatMap(
      (text) => text.match(/\b(?:novacron|workflow|decisions?|compliance|optimization)_\w+/g) ?? [],
    ),
  );
  const unknown = [...named].filter(
    (name) =>
      !known.some((metric) => [metric, `${metric}_total`, `${metric}_bucket`].includes(name)),
  );
  if (unknown.length > 0) throw new Error(`the server has no metric ${unknown.join(', ')}`);
}
