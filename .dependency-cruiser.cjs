/**
 * The arrows between the rings (docs/architecture.md), all of them: what is not listed is refused.
 * Tests may import anything. `test/tidy.test.ts` proves with `test/tidy/arrows.ts` that each
 * of these rules refuses what it must.
 *
 * The parser does not tell `import type` from `import`. Where only an engine's types may be used,
 * the arrow therefore leads to the files that hold nothing else: `model/` and `env.ts`.
 */

const swc = require('@swc/core');

/**
 * Its parser reads every file as TypeScript without components, and takes no option for them: a
 * file that it cannot read would have no imports. Files that end in .tsx have them.
 */
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) =>
  parseFileSync(path, path.endsWith('.tsx') ? { ...options, tsx: true } : options);

/** Folders of each ring. A file belongs to the first ring whose folder contains it. */
const RINGS = {
  runtime: '^server/runtime/src/',
  contract: '^server/contract/src/',
  engineTypes: '^server/engine/src/([^/]+/model/[^/]+|[^/]+/[^/]+/model/[^/]+|env)[.]ts$',
  engine: '^server/engine/src/',
  rego: '^server/rego/src/',
  bus: '^server/bus/src/',
  tracing: '^server/tracing/src/',
  agent: '^server/agent/src/',
  runner: '^server/runner/src/',
  cli: '^server/cli/src/',
  dashboard: '^server/dashboard/src/',
  ports: '^server/src/ports/',
  app: '^server/src/app/',
  policyAdapter: '^server/src/adapters/policy/',
  adapters: '^server/src/adapters/',
  transports: '^server/src/transports/',
  config: '^server/src/(config/|(config|version)[.]ts$)',
  composition: [
    '^server/src/(main|open-front|start-agents|open-own-vault|wait-for-service|break-glass)[.]ts$',
    '^server/src/(start-own-runner|run-doctor|examine-server)[.]ts$',
    '^server/src/(preview|forecast|model)-thread[.]ts$',
    '^server/src/doctor/',
  ].join('|'),
  provider: '^provider/src/',
  constructs: '^constructs/src/',
};

/** Rings that each ring may import from, besides itself. */
const ARROWS = {
  runtime: [],
  contract: [],
  engineTypes: ['contract', 'engine'],
  engine: ['contract', 'engineTypes'],
  rego: [],
  bus: ['contract', 'runtime'],
  tracing: ['contract', 'runtime'],
  agent: ['contract', 'runtime', 'bus', 'tracing'],
  runner: ['contract', 'runtime', 'bus', 'tracing', 'agent'],
  // Offline questions go to the engine. Server and provider are loaded by name while running.
  cli: ['contract', 'engine', 'engineTypes', 'rego', 'tracing'],
  // Types and the HCL writer: the build refuses other code of the contract in what browsers load.
  dashboard: ['contract'],
  ports: ['contract', 'engineTypes', 'runtime'],
  app: ['contract', 'engine', 'engineTypes', 'runtime', 'bus', 'tracing', 'ports'],
  policyAdapter: ['contract', 'engineTypes', 'runtime', 'ports', 'rego'],
  adapters: ['contract', 'engineTypes', 'runtime', 'ports'],
  transports: ['contract', 'runtime', 'app', 'ports', 'tracing'],
  config: ['contract', 'agent', 'engine', 'engineTypes', 'tracing'],
  // The only files that know the adapters. The second one repairs a store without a server.
  composition: [
    'contract',
    'runtime',
    'engine',
    'engineTypes',
    'bus',
    'tracing',
    'agent',
    'config',
    'ports',
    'app',
    'policyAdapter',
    'adapters',
    'transports',
  ],
  // Offline checks of policies ask the engine, as those of the command line do.
  provider: ['contract', 'engine', 'engineTypes', 'rego', 'tracing'],
  // Offline questions, as from the command line: what would policies say?
  constructs: ['contract', 'engine', 'engineTypes', 'rego'],
};

/**
 * Sibling folders that each folder of a package imports; `.` is the files beside them, and every
 * folder has a row. `node test/tidy/check-folders.mjs FOLDER` prints the current rows; `make check`
 * verifies that they form no cycle at any depth.
 */
const FOLDERS = {
  'server/src/app': {
    access: ['kernel', 'rows'],
    automation: [
      'access',
      'governance',
      'kernel',
      'placement',
      'platform',
      'policy',
      'resources',
      'rows',
    ],
    composition: [
      'access',
      'automation',
      'fleet',
      'governance',
      'healing',
      'kernel',
      'placement',
      'platform',
      'policy',
      'resources',
      'rows',
      'scaling',
    ],
    fleet: [
      'access',
      'automation',
      'healing',
      'kernel',
      'placement',
      'platform',
      'resources',
      'rows',
    ],
    governance: ['access', 'kernel', 'placement', 'platform', 'policy', 'resources', 'rows'],
    healing: ['access', 'automation', 'kernel', 'placement', 'platform', 'resources', 'rows'],
    kernel: ['rows'],
    placement: ['access', 'kernel', 'policy', 'rows'],
    platform: ['access', 'kernel', 'placement', 'policy', 'resources', 'rows'],
    policy: ['access', 'kernel', 'rows'],
    resources: ['access', 'kernel', 'placement', 'policy', 'rows'],
    rows: [],
    scaling: ['access', 'fleet', 'kernel', 'placement', 'platform', 'resources', 'rows'],
  },
  'server/agent/src': {
    '.': [
      'commands',
      'config',
      'console',
      'database',
      'doctor',
      'drivers',
      'fleet',
      'identity',
      'isolation',
      'journal',
      'presence',
      'process',
      'reports',
      'secrets',
      'signals',
    ],
    commands: ['database', 'drivers', 'fleet'],
    config: ['fleet', 'isolation', 'process', 'reports'],
    console: ['drivers'],
    database: ['secrets'],
    doctor: ['config', 'drivers', 'fleet', 'identity', 'process', 'secrets'],
    drivers: ['database', 'fleet', 'isolation', 'secrets'],
    fleet: [],
    identity: ['config'],
    isolation: [],
    journal: ['database', 'secrets'],
    presence: ['isolation'],
    process: ['secrets'],
    reports: ['drivers', 'fleet', 'presence'],
    secrets: [],
    signals: ['drivers'],
  },
  'server/runner/src': {
    '.': ['ansible', 'config', 'doctor', 'journal', 'isolation', 'network', 'steps'],
    ansible: ['isolation', 'steps'],
    config: ['isolation', 'network', 'steps'],
    doctor: ['isolation', 'network', 'steps'],
    isolation: [],
    journal: [],
    network: ['isolation'],
    steps: ['isolation'],
  },
  'server/cli/src': {
    '.': [
      'arguments',
      'client',
      'commands',
      'completion',
      'help',
      'failures',
      'io',
      'operations',
      'output',
    ],
    arguments: ['failures', 'io', 'output'],
    client: ['failures', 'io', 'output'],
    commands: ['arguments', 'client', 'failures', 'io', 'operations', 'output', 'terraform'],
    completion: ['arguments', 'client', 'output'],
    help: ['arguments'],
    failures: [],
    io: ['failures'],
    operations: ['arguments', 'client', 'failures', 'io', 'output'],
    output: ['failures', 'io'],
    terraform: ['io', 'output'],
  },
  'server/dashboard/src': {
    '.': ['api', 'pages', 'paths', 'shell', 'styles', 'ui'],
    api: [],
    charts: ['paths', 'ui'],
    editor: ['ui'],
    export: ['metadata'],
    live: ['api'],
    metadata: [],
    pages: ['api', 'charts', 'editor', 'export', 'live', 'metadata', 'paths', 'shell', 'ui'],
    paths: [],
    shell: ['api', 'live', 'paths', 'ui'],
    styles: [],
    ui: ['api', 'paths'],
  },
  'server/rego/src': {
    '.': [
      'bundle',
      'check',
      'evaluate',
      'format',
      'link',
      'lint',
      'parse',
      'plan',
      'syntax',
      'typecheck',
    ],
    builtins: ['parse', 'syntax', 'values'],
    bundle: ['builtins', 'syntax'],
    check: ['builtins', 'parse', 'syntax', 'values'],
    conformance: ['.', 'builtins', 'evaluate', 'parse', 'syntax'],
    evaluate: ['builtins', 'link', 'values'],
    format: ['parse'],
    link: ['builtins', 'gen', 'plan', 'values'],
    lint: ['builtins', 'parse', 'syntax'],
    parse: ['syntax'],
    plan: ['check', 'syntax', 'values'],
    syntax: [],
    tools: ['.', 'check', 'evaluate', 'lint', 'parse', 'syntax'],
    typecheck: ['builtins', 'check', 'parse', 'syntax', 'values'],
    values: [],
  },
  'server/engine/src': {
    '.': [],
    automation: ['.', 'placement'],
    autonomy: ['.', 'placement', 'scaling', 'training'],
    capacity: ['.', 'cost', 'scaling'],
    compliance: [],
    cost: [],
    drift: ['.'],
    healing: ['.', 'placement'],
    placement: ['.', 'cost'],
    policy: ['.'],
    sagas: ['.'],
    scaling: ['.', 'automation', 'cost'],
    training: ['.'],
    tuning: ['.', 'scaling', 'training'],
  },
  'server/engine/src/automation': {
    arbiter: [],
    gitops: ['orchestration'],
    orchestration: [],
    workflows: [],
  },
  'server/engine/src/healing': {
    cleanup: [],
    conditions: [],
    detect: ['fence'],
    diagnose: ['incidents'],
    escalate: [],
    failover: ['recover'],
    fence: [],
    health: [],
    incidents: ['fence'],
    outcomes: [],
    recover: [],
    restart: [],
    'start-order': [],
  },
  'server/engine/src/placement': {
    batch: ['place'],
    network: [],
    optimizer: ['place'],
    place: [],
  },
  'server/engine/src/scaling': {
    alternatives: ['decide'],
    anomaly: [],
    correlation: [],
    decide: [],
    forecast: [],
  },
  'server/contract/src': {
    '.': [],
    access: ['.', 'kinds', 'operation', 'schema'],
    administration: [
      '.',
      'access',
      'automation',
      'cost',
      'formats',
      'gitops',
      'kinds',
      'operation',
      'schema',
    ],
    admission: ['.', 'placement', 'problem', 'schema'],
    agent: ['.', 'fleet', 'kinds', 'operation', 'schema'],
    audit: ['.', 'operation', 'schema'],
    automation: ['.', 'formats', 'operation', 'problem', 'schema'],
    autonomy: ['.', 'operation', 'schema'],
    client: ['.', 'operations-table', 'problem'],
    compliance: ['.', 'formats', 'operation', 'problem', 'schema'],
    cost: ['.', 'formats', 'kinds', 'operation', 'schema'],
    drift: ['formats', 'operation', 'problem', 'schema'],
    events: ['.', 'operation', 'schema'],
    fleet: ['.', 'admission', 'formats', 'kinds', 'operation', 'problem', 'schema'],
    formats: ['.'],
    gen: ['.'],
    gitops: ['.', 'automation', 'formats', 'healing', 'kinds', 'operation', 'schema'],
    healing: ['.', 'automation', 'fleet', 'formats', 'operation', 'schema'],
    kinds: ['.', 'admission', 'formats', 'operation', 'placement', 'schema'],
    monitoring: ['.', 'automation', 'formats', 'healing', 'kinds', 'operation', 'schema'],
    openapi: [
      '.',
      'access',
      'administration',
      'admission',
      'audit',
      'automation',
      'autonomy',
      'compliance',
      'cost',
      'drift',
      'events',
      'fleet',
      'gitops',
      'kinds',
      'operation',
      'operations-table',
      'placement',
      'problem',
      'schema',
      'terraform-state',
      'training',
    ],
    operation: ['.', 'admission', 'formats', 'problem', 'schema'],
    'operations-table': [
      '.',
      'access',
      'administration',
      'agent',
      'audit',
      'automation',
      'autonomy',
      'compliance',
      'cost',
      'drift',
      'events',
      'fleet',
      'gitops',
      'healing',
      'kinds',
      'monitoring',
      'operation',
      'problem',
      'terraform-state',
      'training',
    ],
    placement: ['.', 'schema'],
    'policy-input': [
      '.',
      'access',
      'admission',
      'automation',
      'compliance',
      'cost',
      'drift',
      'fleet',
      'gen',
      'gitops',
      'healing',
      'kinds',
      'monitoring',
      'operation',
      'operations-table',
      'problem',
      'schema',
      'terraform-state',
      'training',
    ],
    problem: [],
    schema: ['.'],
    'terraform-state': ['.', 'operation', 'schema'],
    training: ['.', 'formats', 'monitoring', 'operation', 'schema'],
  },
  'provider/src': {
    '.': ['build-info', 'composition', 'gen', 'goplugin', 'install', 'process', 'protocol'],
    actions: ['framework', 'rpc'],
    administration: ['cty', 'fields', 'framework', 'resources', 'rpc'],
    'build-info': [],
    composition: [
      'actions',
      'administration',
      'cty',
      'data-sources',
      'ephemeral-resources',
      'fields',
      'framework',
      'functions',
      'goplugin',
      'list-resources',
      'process',
      'protocol',
      'resources',
      'rpc',
    ],
    cty: [],
    'data-sources': ['administration', 'cty', 'fields', 'framework', 'rpc'],
    documentation: ['administration', 'composition', 'fields', 'framework'],
    'ephemeral-resources': ['framework', 'rpc'],
    fields: ['cty', 'framework', 'rpc'],
    framework: ['cty', 'process'],
    functions: ['framework'],
    goplugin: ['gen', 'process'],
    install: [],
    'list-resources': ['administration', 'cty', 'fields', 'framework', 'rpc'],
    process: [],
    protocol: ['cty', 'framework', 'gen', 'goplugin', 'process'],
    resources: ['cty', 'fields', 'framework', 'rpc'],
    rpc: ['build-info', 'framework'],
  },
  'constructs/src': {
    '.': ['aspects', 'assertions', 'gen', 'orchestration', 'patterns', 'props', 'resources'],
    aspects: ['checks', 'offline', 'props', 'synthesis'],
    assertions: [],
    checks: ['offline', 'props', 'synthesis'],
    offline: [],
    orchestration: ['props', 'synthesis'],
    patterns: ['props', 'resources', 'synthesis'],
    props: ['gen', 'synthesis'],
    resources: ['checks', 'gen', 'orchestration', 'props', 'synthesis'],
    synthesis: [],
  },
  'server/src': {
    '.': ['adapters', 'app', 'config', 'doctor', 'ports', 'transports'],
    adapters: ['ports'],
    app: ['ports'],
    config: [],
    doctor: ['config'],
    ports: [],
    transports: ['app', 'ports'],
  },
};

/** Wings of the engine. Each of them is a room, or has rooms: healing/fence. */
const WINGS = [
  'automation',
  'capacity',
  'drift',
  'healing',
  'placement',
  'policy',
  'sagas',
  'scaling',
];

/** The doors of a room: its plans, its explanations and its types. */
const DOORS =
  '^server/engine/src/' +
  '(?:(?:automation|healing|placement|scaling)/[^/]+|capacity|cost|drift|policy|sagas)/' +
  '((plan|explain)-[^/]+|model/[^/]+)[.]ts$';

/** Rooms that other wings and packages still enter elsewhere. The list only shrinks. */
const OPEN_ROOMS = [
  'automation/orchestration',
  'automation/workflows',
  'drift',
  'healing/detect',
  'healing/failover',
  'healing/fence',
  'healing/incidents',
  'healing/outcomes',
  'healing/recover',
  'placement/batch',
  'placement/network',
  'placement/optimizer',
  'placement/place',
  'policy',
  'sagas',
  'scaling/decide',
  'scaling/forecast',
];

/** Started or loaded by name rather than imported: programs, worker threads, dynamic imports. */
const ENTRIES = [
  '^server/src/(main|break-glass|preview-thread|forecast-thread|model-thread)[.]ts$',
  '^server/src/adapters/policy/(compile|policy)-worker[.]ts$',
  '^server/src/adapters/health/health-thread[.]ts$',
  '^server/src/adapters/backup/shipping/backup-worker[.]ts$',
  '^server/agent/src/drivers/qemu/heartbeat/heartbeat-process[.]ts$',
  '^server/src/adapters/solver/solver-worker[.]ts$',
  '^server/src/adapters/store/sqlite/(writer|log-folder)-thread[.]ts$',
  '^server/src/config/(reference/print-configuration|describe-configuration)[.]ts$',
  '^server/src/transports/(graphql/print-schema|reference/print-(reference|policy-input))[.]ts$',
  '^server/rego/src/conformance/conformance-main[.]ts$',
  '^server/agent/src/(main|presence/heartbeat-process)[.]ts$',
  '^server/runner/src/main[.]ts$',
  '^server/cli/src/(main|node-io)[.]ts$',
  '^provider/src/(main|(un)?install-provider|serve-for-debugging)[.]ts$',
  '^provider/src/(documentation/print-documentation|install/package-provider)[.]ts$',
  // What provider/build/print-schema.mjs runs, and what provider/build/bundle.mjs puts in.
  '^provider/src/(protocol/encode-provider-schema|process/v8-code-cache)[.]ts$',
  '^server/dashboard/src/main[.]tsx$',
  '^constructs/src/index[.]ts$',
  '^test/bench/run-bench[.]mjs$',
];

const OURS = '^(server|provider|constructs)/';

/** Other people's packages, also those that are installed below one of ours. */
const INSTALLED = '(^|/)node_modules/';

/** Tests and what only tests use. */
const TESTS =
  '[.]test[.]ts$|-(suite|bench)[.]ts$|/(suite|test-kit|test)/|^test/' +
  '|^server/src/adapters/store/sqlite/temporary-store[.]ts$';

/** The rings that come before a ring in the table and share folders with it. */
function namesBefore(ring) {
  const names = Object.keys(RINGS);
  return names.slice(0, names.indexOf(ring));
}

/** One rule for each ring: its files import only from the rings that its arrows lead to. */
const arrowRules = Object.entries(ARROWS).map(([ring, targets]) => ({
  name: `arrows-of-${ring.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  comment: `${ring} may import from ${[ring, ...targets].join(', ')}, and nothing else of ours.`,
  severity: 'error',
  from: {
    path: RINGS[ring],
    pathNot: [TESTS, ...namesBefore(ring).map((name) => RINGS[name])],
  },
  to: {
    path: OURS,
    // A ring that is no target stays forbidden where its folder lies inside one that is.
    pathNot: [INSTALLED, ...[ring, ...targets].map((each) => only(each, [ring, ...targets]))],
  },
}));

function only(target, allowed) {
  const inside = namesBefore(target).filter(
    (name) => !allowed.includes(name) && RINGS[name].startsWith(RINGS[target]),
  );
  return inside.map((name) => `(?!${RINGS[name].slice(1)})`).join('') + RINGS[target];
}

/** Rules made of FOLDERS: one for each row, and one for each package that finds what has no row. */
const folderRules = Object.entries(FOLDERS).flatMap(([root, rows]) => [
  ...Object.entries(rows).map(([part, targets]) => ({
    name: `folders-of-${root.replaceAll('/', '-')}-${part === '.' ? 'itself' : part}`,
    comment: `In ${root} ${part} may import from: ${targets.join(', ') || 'no other folder'}.`,
    severity: 'error',
    from: { path: partOf(root, part), pathNot: TESTS },
    to: {
      path: `^${root}/`,
      pathNot: [INSTALLED, ...[part, ...targets].map((each) => partOf(root, each))],
    },
  })),
  {
    name: `folders-of-${root.replaceAll('/', '-')}-are-listed`,
    comment: `A folder of ${root} that has no row in FOLDERS may import nothing. Add its row.`,
    severity: 'error',
    from: {
      path: `^${root}/`,
      pathNot: [TESTS, ...Object.keys(rows).map((part) => partOf(root, part))],
    },
    to: {},
  },
]);

function partOf(root, part) {
  return part === '.' ? `^${root}/[^/]+$` : `^${root}/${part}/`;
}

/** One rule for each wing: from outside of it, its rooms are entered through their doors. */
const doorRules = WINGS.map((wing) => ({
  name: `doors-of-${wing}`,
  comment: 'Outside of its wing a room is known by plan-*, explain-* and model/ only.',
  severity: 'error',
  from: { path: OURS, pathNot: [TESTS, `^server/engine/src/${wing}/`] },
  to: {
    path: `^server/engine/src/${wing}/`,
    pathNot: [DOORS, ...OPEN_ROOMS.map((room) => `^server/engine/src/${room}/`)],
  },
}));

module.exports = {
  forbidden: [
    ...arrowRules,
    ...folderRules,
    ...doorRules,
    {
      name: 'every-file-has-a-ring',
      comment: 'A file outside of all rings has no arrows. Move it, or add its ring above.',
      severity: 'error',
      from: {
        path: `${OURS}.+[.]tsx?$`,
        pathNot: [TESTS, ...Object.values(RINGS)],
      },
      to: {},
    },
    {
      name: 'pure-rings-know-no-machine',
      comment: 'Contract and engine get time and chance as data; they import nothing of Node.',
      severity: 'error',
      from: { path: [RINGS.contract, RINGS.engine], pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'What only tests use is not shipped. Move the shared part out of the test folder.',
      severity: 'error',
      from: { path: OURS, pathNot: [TESTS, '^[^/]+/build/'] },
      to: { path: TESTS },
    },
    {
      name: 'one-file-loads-nock',
      comment:
        'nock takes node:http over for the whole process: use playHttp, which gives it back to ' +
        'the suites that follow.',
      severity: 'error',
      from: { pathNot: [INSTALLED, '^test/support/services/play-http[.]ts$'] },
      to: { path: `${INSTALLED}nock/` },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third one is missing.',
      severity: 'error',
      from: { pathNot: INSTALLED },
      to: { circular: true },
    },
    {
      name: 'no-dead-files',
      comment: 'No program reaches it. Delete it, or add the program that starts it to ENTRIES.',
      severity: 'error',
      from: { path: ENTRIES },
      to: {
        path: `${OURS}.+[.]tsx?$`,
        pathNot: [TESTS, ...ENTRIES],
        reachable: false,
      },
    },
    {
      name: 'no-unresolvable',
      comment:
        'An import that leads nowhere. The module `vscode` exists inside of the editor only, ' +
        '`vitest` in the projects that use it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode|vitest)$' },
    },
  ],
  options: {
    parser: 'swc',
    // Built and generated code is not ours to arrange; server/rego/runtime is AssemblyScript.
    exclude: { path: '(^|/)(dist|gen)/|^server/rego/runtime/' },
    doNotFollow: { path: INSTALLED },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json'],
      // Workspace packages lead to their sources.
      conditionNames: ['novacron-source', 'import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
