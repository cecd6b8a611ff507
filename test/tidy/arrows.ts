/** The arrows of docs/architecture.md, written down a second time to hold the first against. */
import { dirname, relative } from 'node:path/posix';

/** A ring: a file of it, and which others it may import from. */
export interface Ring {
  readonly file: string;
  readonly may: readonly string[];
}

const every = [
  'contract',
  'runtime',
  'model',
  'engine',
  'bus',
  'tracing',
  'agent',
  'config',
  'ports',
  'app',
];

/** The rings by name. `model` is the part of the engine that holds types only. */
export const RINGS: Readonly<Record<string, Ring>> = {
  contract: { file: 'server/contract/src/vm.ts', may: [] },
  model: { file: 'server/engine/src/policy/model/policy.ts', may: ['contract', 'engine'] },
  engine: { file: 'server/engine/src/policy/plan-admission.ts', may: ['contract', 'model'] },
  rego: { file: 'server/rego/src/parse/parse-rego.ts', may: [] },
  runtime: { file: 'server/runtime/src/clock.ts', may: [] },
  bus: { file: 'server/bus/src/bus.ts', may: ['contract', 'runtime'] },
  tracing: { file: 'server/tracing/src/tracer.ts', may: ['contract', 'runtime'] },
  agent: {
    file: 'server/agent/src/start-agent.ts',
    may: ['contract', 'runtime', 'bus', 'tracing'],
  },
  runner: {
    file: 'server/runner/src/main.ts',
    may: ['contract', 'runtime', 'bus', 'tracing', 'agent'],
  },
  dashboard: { file: 'server/dashboard/src/client.ts', may: ['contract'] },
  cli: {
    file: 'server/cli/src/render.ts',
    may: ['contract', 'engine', 'model', 'rego', 'tracing'],
  },
  ports: { file: 'server/src/ports/store.ts', may: ['contract', 'model', 'runtime'] },
  app: {
    file: 'server/src/app/kernel/write/admit-write.ts',
    may: ['contract', 'engine', 'model', 'runtime', 'bus', 'tracing', 'ports'],
  },
  adapters: {
    file: 'server/src/adapters/ids/ids.ts',
    may: ['contract', 'model', 'runtime', 'ports'],
  },
  policyAdapter: {
    file: 'server/src/adapters/policy/runtime.ts',
    may: ['contract', 'model', 'runtime', 'ports', 'rego'],
  },
  transports: {
    file: 'server/src/transports/rest/router.ts',
    may: ['contract', 'runtime', 'app', 'ports', 'tracing'],
  },
  config: {
    file: 'server/src/config.ts',
    may: ['contract', 'agent', 'engine', 'model', 'tracing'],
  },
  main: {
    file: 'server/src/main.ts',
    may: [...every, 'adapters', 'policyAdapter', 'transports'],
  },
  provider: {
    file: 'provider/src/resources/vm.ts',
    may: ['contract', 'engine', 'model', 'rego', 'tracing'],
  },
  constructs: {
    file: 'constructs/src/resources/vm.ts',
    may: ['contract', 'engine', 'model', 'rego'],
  },
};

/** `from -> to` for every pair of rings that has no arrow. */
export function listForbiddenPairs(): readonly string[] {
  return Object.entries(RINGS).flatMap(([from, { may }]) =>
    Object.keys(RINGS)
      .filter((to) => to !== from && !may.includes(to))
      .map((to) => `${from} -> ${to}`),
  );
}

/** A house in which every ring imports from every other one. */
export function drawAllArrows(): ReadonlyMap<string, string> {
  const files = Object.values(RINGS).map(({ file }) => file);
  return new Map(
    files.map((file) => [
      file,
      files
        .filter((other) => other !== file)
        .map((other) => `import '${specifierOf(other, file)}';`)
        .join('\n'),
    ]),
  );
}

/** A file's name for another: relative inside of a package, else the package's. */
function specifierOf(to: string, from: string): string {
  const home = packageOf(to);
  if (home !== packageOf(from)) {
    const name = home === 'server' ? 'server' : home.replace('server/', '');
    return `@novacron/${name}/${to.slice(home.length + '/src/'.length, -'.ts'.length)}`;
  }
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function packageOf(file: string): string {
  return file.slice(0, file.indexOf('/src/'));
}

/** One case of each of the other rules: what such a house holds besides, and what is found. */
export const OTHER_WALLS: readonly {
  readonly rule: string;
  readonly house: Readonly<Record<string, string>>;
  readonly from: string;
}[] = [
  {
    rule: 'no-cycles',
    house: {
      'server/contract/src/hen.ts': "import { egg } from './egg.ts';\nexport const hen = egg;\n",
      'server/contract/src/egg.ts': "import { hen } from './hen.ts';\nexport const egg = hen;\n",
    },
    from: 'server/contract/src/egg.ts',
  },
  {
    rule: 'no-dead-files',
    house: {
      'server/src/app/forgotten.ts': '',
    },
    from: 'server/src/app/forgotten.ts',
  },
  {
    rule: 'pure-rings-know-no-machine',
    house: { 'server/engine/src/drift/plan-drift.ts': "import 'node:fs';\n" },
    from: 'server/engine/src/drift/plan-drift.ts',
  },
  {
    rule: 'no-test-code-in-the-product',
    house: {
      'server/src/app/clock.ts': "import './test-kit/fake-clock.ts';\n",
      'server/src/app/test-kit/fake-clock.ts': '',
    },
    from: 'server/src/app/clock.ts',
  },
  {
    rule: 'every-file-has-a-ring',
    house: { 'server/src/helpers.ts': "import './config.ts';\n" },
    from: 'server/src/helpers.ts',
  },
  {
    rule: 'folders-of-server-src-ports',
    house: {
      'server/src/ports/clock.ts': "import '../app/clocks.ts';\n",
      'server/src/app/clocks.ts': '',
    },
    from: 'server/src/ports/clock.ts',
  },
  {
    rule: 'folders-of-server-dashboard-src-ui',
    house: {
      'server/dashboard/src/ui/card.tsx':
        "import { Home } from '../pages/home.tsx';\nexport const card = <Home />;\n",
      'server/dashboard/src/pages/home.tsx': 'export const Home = () => <p />;\n',
    },
    from: 'server/dashboard/src/ui/card.tsx',
  },
  {
    rule: 'folders-of-server-src-are-listed',
    house: { 'server/src/drawer/one.ts': "import '../config.ts';\n" },
    from: 'server/src/drawer/one.ts',
  },
  {
    rule: 'doors-of-healing',
    house: {
      'provider/src/process/peek.ts': "import '@novacron/engine/healing/cleanup/rules/peeked';\n",
      'server/engine/src/healing/cleanup/rules/peeked.ts': '',
    },
    from: 'provider/src/process/peek.ts',
  },
  {
    rule: 'no-unresolvable',
    house: { 'provider/src/process/logger.ts': "import './gone.ts';\n" },
    from: 'provider/src/process/logger.ts',
  },
];
