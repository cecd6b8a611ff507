/**
 * Finds which files of ours each suite reaches through imports, and which programs of the system it
 * therefore needs: a module that starts a program finds it with `findProgram`
 * (services/find-program.ts). No list is kept by hand.
 */
const { accessSync, constants, existsSync, readdirSync, readFileSync } = require('node:fs');
const { delimiter, dirname, join, relative, resolve } = require('node:path');

const ROOT = resolve(__dirname, '../..');
const FOLDERS_SKIPPED = new Set(['node_modules', 'dist', 'gen']);

const CALL = /\b(?:findProgram|needNetAdmin)\(\{\s*name: '([^']+)',\s*install: '([^']+)',?\s*\}\)/g;
/**
 * Matches the imports of a module, and the files that it starts or reads as programs. Type-only
 * imports are gone when a suite runs.
 */
const REFERENCE =
  /^(?:import|export)( type)?\b[^;']*'([^']+)'|\b(?:import\(|require\(|new URL\()\s*'([^']+)'/gm;

/**
 * Reads what all suites need.
 * @returns {ReadonlyMap<string, ReadonlyMap<string, string>>} for each suite, by its path from the
 *   root, the programs that it needs and how each is installed
 */
function readSuiteNeeds() {
  return new Map([...readSuites()].map(([suite, { needs }]) => [suite, needs]));
}

/**
 * Reads which files every suite reaches, itself included.
 * @returns {ReadonlyMap<string, ReadonlySet<string>>} paths from the root, by the path of the suite
 */
function readSuiteFiles() {
  return new Map(
    [...readSuites()].map(([suite, { files }]) => [
      suite,
      new Set([...files].map((file) => relative(ROOT, file))),
    ]),
  );
}

let suites;

/** Reads each file once in a process. */
function readSuites() {
  const parts = { modules: new Map(), packages: readPackages() };
  suites ??= new Map(
    listSuites(ROOT).map((file) => [relative(ROOT, file), readSuite(file, parts)]),
  );
  return suites;
}

/** Capability that suites with networks need besides programs; bit 12 of linux/capability.h. */
const NET_ADMIN = 'CAP_NET_ADMIN';
const NET_ADMIN_BIT = 12n;

/** @returns {boolean} whether this process may make links and rules, as root may */
function mayChangeNetworks() {
  const file = '/proc/self/status';
  const status = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${set}`) >> NET_ADMIN_BIT) & 1n) === 1n;
}

/** @returns {boolean} whether a program can be started, or a file is there: made in the checkout */
function isOnPath(program) {
  if (program === NET_ADMIN) return mayChangeNetworks();
  if (program.includes('/')) return existsSync(resolve(ROOT, program));
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Finds the suites that cannot run on this machine.
 * @param {ReturnType<typeof readSuiteNeeds>} needs
 * @returns {readonly { suite: string, missing: readonly string[], why: string }[]}
 */
function findLeftOutSuites(needs) {
  const known = new Map();
  const isThere = (program) => {
    if (!known.has(program)) known.set(program, isOnPath(program));
    return known.get(program);
  };
  return [...needs].flatMap(([suite, programs]) => {
    const missing = [...programs.keys()].filter((program) => !isThere(program)).sort();
    if (missing.length === 0) return [];
    if (missing.includes(NET_ADMIN)) return [{ suite, missing, why: programs.get(NET_ADMIN) }];
    const names = missing.join(', ');
    const installs = [...new Set(missing.map((program) => programs.get(program)))].join('; ');
    const are = missing.length === 1 ? 'is' : 'are';
    const where = whereIs(missing);
    const why = `${names} ${are} not ${where} (install ${installs})`;
    return [{ suite, missing, why }];
  });
}

function whereIs(names) {
  if (names.every((name) => name.startsWith('/'))) return 'on this machine';
  return names.every((name) => name.includes('/')) ? 'in the checkout' : 'on the PATH';
}

/**
 * Says which suites are left out, and why: a paragraph for each reason.
 * @param {ReturnType<typeof findLeftOutSuites>} leftOut
 */
function describeLeftOut(leftOut) {
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  const paragraphs = reasons.map((reason) => {
    const suites = leftOut.filter(({ why }) => why === reason).map(({ suite }) => `  ${suite}\n`);
    return `Left out, because ${reason}:\n${suites.join('')}`;
  });
  return paragraphs.join('');
}

function listSuites(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith('.test.ts') ? [path] : [];
    const isOurs = !FOLDERS_SKIPPED.has(entry.name) && !entry.name.startsWith('.');
    return entry.isDirectory() && isOurs ? listSuites(path) : [];
  });
}

/** The folders of our packages by name. */
function readPackages() {
  const read = (folder) => JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  return new Map(read('.').workspaces.map((folder) => [read(folder).name, join(ROOT, folder)]));
}

function readSuite(suite, parts) {
  const needs = new Map();
  const files = new Set([suite]);
  // The set grows while it is walked.
  for (const file of files) {
    const { programs, references } = readModule(file, parts);
    for (const [name, install] of programs) needs.set(name, install);
    for (const reference of references) files.add(reference);
  }
  return { needs, files };
}

function readModule(file, { modules, packages }) {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8');
  const paths = [...text.matchAll(REFERENCE)]
    .filter(([, isOfTypes]) => isOfTypes === undefined)
    .map(([, , imported, loaded]) => imported ?? loaded);
  const made = {
    programs: [...text.matchAll(CALL)].map(([, name, install]) => [name, install]),
    references: paths
      .map((path) => find(path, file, packages))
      .filter((found) => found !== undefined),
  };
  modules.set(file, made);
  return made;
}

/** The file of ours that a module names; undefined for anything else. */
function find(path, from, packages) {
  let found;
  if (path.startsWith('.')) found = resolve(dirname(from), path);
  else if (path.startsWith('@novacron/')) {
    const [scope, name, ...rest] = path.split('/');
    found = join(packages.get(`${scope}/${name}`) ?? '', 'src', `${rest.join('/')}.ts`);
  }
  const isCode = found !== undefined && /\.(ts|mjs|cjs|js)$/.test(found);
  return isCode && existsSync(found) ? found : undefined;
}

module.exports = { readSuiteFiles, readSuiteNeeds, findLeftOutSuites, describeLeftOut };
