/**
 * The arrows between the rings (docs/architecture.md), all of them: what is not listed is refused.
 * Tests may import anything. `test/tidy/arrows.test.ts` proves that each of these rules bites.
 *
 * The parser does not tell `import type` from `import`. Where only an engine's types may be used,
 * the arrow therefore leads to the files that hold nothing else: `model/` and `env.ts`.
 */

/** What lives where. A file belongs to the first ring whose folder it is in. */
const RINGS = {
  contract: '^server/contract/src/',
  engineTypes: '^server/engine/src/([^/]+/model/[^/]+|env)[.]ts$',
  engine: '^server/engine/src/',
  rego: '^server/rego/src/',
  bus: '^server/bus/src/',
  tracing: '^server/tracing/src/',
  agent: '^server/agent/src/',
  cli: '^server/cli/src/',
  ports: '^server/src/ports/',
  app: '^server/src/app/',
  policyAdapter: '^server/src/adapters/policy/',
  adapters: '^server/src/adapters/',
  transports: '^server/src/transports/',
  config: '^server/src/(config/|(config|version)[.]ts$)',
  composition: '^server/src/(main|break-glass)[.]ts$',
  provider: '^provider/src/',
  constructs: '^constructs/src/',
};

/** Who may import from whom, besides its own ring. */
const ARROWS = {
  contract: [],
  engineTypes: ['contract', 'engine'],
  engine: ['contract', 'engineTypes'],
  rego: [],
  bus: ['contract'],
  tracing: ['contract'],
  agent: ['contract', 'bus', 'tracing'],
  // Offline questions go to the engine. Server and provider are loaded by name while running.
  cli: ['contract', 'engine', 'engineTypes', 'rego'],
  ports: ['contract', 'engineTypes'],
  app: ['contract', 'engine', 'engineTypes', 'bus', 'tracing', 'ports'],
  policyAdapter: ['contract', 'engineTypes', 'ports', 'rego'],
  adapters: ['contract', 'engineTypes', 'ports'],
  transports: ['contract', 'app', 'ports', 'tracing'],
  config: ['contract', 'agent', 'tracing'],
  // The only files that know the adapters. The second one repairs a store without a server.
  composition: [
    'contract',
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
  provider: ['contract', 'rego'],
  // Offline questions, as from the command line: what would policies say?
  constructs: ['contract', 'engine', 'engineTypes', 'rego'],
};

/** Started or loaded by name rather than imported: programs, worker threads, dynamic imports. */
const ENTRIES = [
  '^server/src/(main|break-glass)[.]ts$',
  '^server/src/adapters/policy/policy-worker[.]ts$',
  '^server/src/adapters/solver/solver-worker[.]ts$',
  '^server/src/adapters/store/sqlite/(writer|log-folder)-thread[.]ts$',
  '^server/src/config/(print-configuration|describe-configuration)[.]ts$',
  '^server/src/transports/(graphql/print-schema|reference/print-reference)[.]ts$',
  '^server/rego/src/conformance-main[.]ts$',
  '^server/agent/src/main[.]ts$',
  '^server/cli/src/(main|node-io)[.]ts$',
  '^provider/src/(main|(un)?install-provider|serve-for-debugging)[.]ts$',
  '^provider/src/(documentation/print-documentation|install/package-provider)[.]ts$',
  // What provider/build/print-schema.mjs runs, and what provider/build/bundle.mjs puts in.
  '^provider/src/(protocol/encode-provider-schema|process/v8-code-cache)[.]ts$',
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

/** One rule for each ring: its files import from nobody but the rings that its arrows lead to. */
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

module.exports = {
  forbidden: [
    ...arrowRules,
    {
      name: 'every-file-has-a-ring',
      comment: 'A file outside of all rings has no arrows. Move it, or add its ring above.',
      severity: 'error',
      from: {
        path: `${OURS}.+[.]ts$`,
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
        path: `${OURS}.+[.]ts$`,
        pathNot: [TESTS, ...ENTRIES],
        reachable: false,
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    // Built and generated code is not ours to arrange; server/rego/runtime is AssemblyScript.
    exclude: { path: '(^|/)(dist|gen)/|^server/rego/runtime/' },
    doNotFollow: { path: INSTALLED },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
      // Workspace packages lead to their sources.
      conditionNames: ['novacron-source', 'import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
