/** Locations and names of files. */
import type { Finding, Rule } from './finding.ts';
import { asNode, parseFile } from './syntax.ts';
import { isCode, isWritten, type TrackedFile } from './tracked-file.ts';

const FOLDERS_ALLOWED: readonly string[] = [
  '.ci',
  '.github',
  'constructs',
  'docs',
  'examples',
  'policies',
  'provider',
  'server',
  'test',
];

const ROOT_FILES_ALLOWED: readonly string[] = [
  '.dependency-cruiser.cjs',
  '.gitignore',
  'CHANGELOG.md',
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'Makefile',
  'README.md',
  'SECURITY.md',
  'biome.json',
  'jest.config.cjs',
  'knip.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

/** The top level is a table of contents: nothing lies about there. */
export const findStrayFiles: Rule = (files) =>
  files
    .filter(({ path }) => {
      const [first = ''] = path.split('/');
      return !(path.includes('/') ? FOLDERS_ALLOWED : ROOT_FILES_ALLOWED).includes(first);
    })
    .map(({ path }) => at(path, 'does not belong to the top level; move it to a folder.'));

/** Names that other programs expect to be written like this; OPA names tests of policies so. */
const CONVENTIONAL = new RegExp(
  '^((README|CHANGELOG|CODE_OF_CONDUCT|CONTRIBUTING|SECURITY|SUPPORT)\\.md|LICENSE|Makefile|' +
    'Dockerfile|' +
    'ISSUE_TEMPLATE|[a-z0-9-]+_test\\.rego)$',
);
const KEBAB = /^[.]?[a-z0-9]+(-[a-z0-9]+)*([.][a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Registries find a page by the name that Terraform gives its subject, which has underscores. */
const NAMED_BY_TERRAFORM = /^docs\/provider\/(data-sources|functions|[a-z]*-?resources)\/\w+\.md$/;

/** Files and folders are named in kebab-case. */
export const findOddNames: Rule = (files) =>
  files
    .filter((file) => isWritten(file) && !NAMED_BY_TERRAFORM.test(file.path))
    .filter(({ path }) => {
      const names = path.split('/');
      return names.some((name) => !KEBAB.test(name) && !CONVENTIONAL.test(name));
    })
    .map(({ path }) => at(path, 'is not kebab-case; rename it.'));

/** Wings of the engine that have rooms; each of the others is a room. */
const WINGS = 'automation|healing|placement|scaling';
const ROOM = new RegExp(`^server/engine/src/((?:${WINGS})/[^/]+|(?!(?:${WINGS})/)[^/]+)/`);

const FURNITURE: readonly { readonly what: string; readonly name: RegExp }[] = [
  { what: 'README.md', name: /^README\.md$/ },
  { what: 'model/NOUN.ts', name: /^model\/[a-z-]+\.ts$/ },
  { what: 'plan-NOUN.ts', name: /^plan-[a-z-]+\.ts$/ },
  { what: 'explain-NOUN.ts', name: /^explain-[a-z-]+\.ts$/ },
  { what: 'a test beside its code', name: /^[^/]+\.test\.ts$/ },
];

/** Each room of the engine has the same furniture. */
export const findBareRooms: Rule = (files) =>
  groupByFolder(files, ROOM).flatMap(({ folder, names }) =>
    FURNITURE.filter(({ name }) => !names.some((each) => name.test(each))).map(({ what }) =>
      at(`${folder}/`, `lacks ${what}; every room of the engine has one.`),
    ),
  );

/** Arrows for types lead to models (.dependency-cruiser.cjs), so models hold types only. */
export const findModelsWithCode: Rule = (files) =>
  files
    .filter(({ path }) => /^server\/engine\/src\/(([^/]+\/){1,2}model\/[^/]+|env)\.ts$/.test(path))
    .flatMap((file): Finding[] => {
      const parsed = parseFile(file);
      return parsed.body.flatMap((node): Finding[] => {
        const declaration = asNode(node.declaration);
        if (declaration === undefined || declaration.type.startsWith('Ts')) return [];
        const line = parsed.firstLine(declaration);
        return [{ path: file.path, line, advice: 'is code in a model; move it to its own file.' }];
      });
    });

/** Folders that do the same for different things, and the files that each has; `*` is its name. */
const SIBLINGS: readonly { readonly home: RegExp; readonly files: readonly string[] }[] = [
  {
    home: /^server\/agent\/src\/drivers\/([^/]+)\//,
    files: ['open-*-driver.ts', 'open-*-driver.test.ts'],
  },
  {
    home: /^server\/src\/adapters\/store\/(sqlite|postgres)\//,
    files: ['open-*-store.ts', '*-store.test.ts', 'commit-group.ts', '*-problems.ts'],
  },
];

/** Requires the same file names in all drivers or adapters, so that readers find them again. */
export const findUnlikeSiblings: Rule = (files) =>
  SIBLINGS.flatMap(({ home, files: promised }) =>
    groupByFolder(files, home).flatMap(({ folder, own, names }) =>
      promised
        .map((pattern) => pattern.replace('*', own))
        .filter((name) => !names.includes(name))
        .map((name) => at(`${folder}/`, `lacks ${name}, which its siblings have.`)),
    ),
  );

/** Every package says at its door what it is. */
export const findPackagesWithoutReadme: Rule = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => path.endsWith('package.json'))
    .map(({ path }) => path.replace('package.json', 'README.md'))
    .filter((readme) => !paths.has(readme))
    .map((readme) => at(readme, 'is missing; say what the package is, in a page.'));
};

interface Group {
  readonly folder: string;
  /** The folder's own name. */
  readonly own: string;
  /** Paths of the files in it, relative to it. */
  readonly names: readonly string[];
}

function groupByFolder(files: readonly TrackedFile[], home: RegExp): readonly Group[] {
  const groups = new Map<string, { own: string; names: string[] }>();
  for (const file of files) {
    const match = home.exec(file.path);
    if (match === null) continue;
    const folder = match[0].slice(0, -1);
    const group = groups.get(folder) ?? { own: match[1] ?? '', names: [] };
    groups.set(folder, group);
    group.names.push(file.path.slice(match[0].length));
  }
  // A folder of code only: notes and pictures need no furniture.
  const hasCode = (folder: string) =>
    files.some((file) => file.path.startsWith(`${folder}/`) && isCode(file));
  return [...groups]
    .filter(([folder]) => hasCode(folder))
    .map(([folder, { own, names }]) => ({ folder, own, names }));
}

function at(path: string, advice: string): Finding {
  return { path, line: 1, advice };
}
