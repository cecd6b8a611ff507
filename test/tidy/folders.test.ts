/** Circles of folders are found at every depth, and named with the imports that close them. */
import { expect, test } from '@jest/globals';
import { findFolderCircles, findFullFolders, listFolderPairs } from './folders.ts';

const ROOT = 'server/rego/src';

/** A package whose files import what is listed. */
function house(imports: Readonly<Record<string, string>>) {
  return Object.entries(imports).map(([path, text]) => ({ path: `${ROOT}/${path}`, text }));
}

const CIRCLES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'two folders of a package',
    { 'a/one.ts': "import '../b/two.ts';", 'b/three.ts': "import '../a/four.ts';" },
  ],
  [
    'three folders, of which no two import each other',
    {
      'a/one.ts': "import '../b/one.ts';",
      'b/two.ts': "import '../c/one.ts';",
      'c/two.ts': "import '../a/two.ts';",
    },
  ],
  [
    'two folders far below',
    { 'x/y/a/one.ts': "import '../b/two.ts';", 'x/y/b/three.ts': "import '../a/four.ts';" },
  ],
  [
    'a root that is both top and ground',
    { 'main.ts': "import './a/one.ts';", 'a/two.ts': "import '../types.ts';" },
  ],
  [
    'types alone',
    {
      'a/one.ts': "import type { Two } from '../b/two.ts';",
      'b/three.ts': "export type { Four } from '../a/four.ts';",
    },
  ],
  [
    'imports that wait, and types of imports',
    {
      'a/one.ts': "const two = () => import('../b/two.ts');",
      'b/three.ts': "type Four = import('../a/four.ts').Four;",
    },
  ],
];

test.each(CIRCLES)('a circle of %s is found once', (_name, imports) => {
  expect(findFolderCircles(house(imports))).toHaveLength(1);
});

const STRAIGHT: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a root that is the top', { 'main.ts': "import './a/one.ts';", 'a/one.ts': '' }],
  ['a root that is the ground', { 'a/one.ts': "import '../types.ts';", 'types.ts': '' }],
  [
    'a test that imports upwards',
    { 'a/one.ts': "import '../b/two.ts';", 'b/two.test.ts': "import '../a/one.ts';" },
  ],
  [
    'an import that is only written about',
    { 'a/one.ts': "import '../b/two.ts';", 'b/two.ts': "// import '../a/one.ts';" },
  ],
];

test.each(STRAIGHT)('%s closes no circle', (_name, imports) => {
  expect(findFolderCircles(house(imports))).toEqual([]);
});

test('a circle names its folders, the imports that make it, and what to do', () => {
  const files = house({
    'a/one.ts': "import '../b/two.ts';",
    'a/five.ts': "import '../b/two.ts';",
    'b/three.ts': "\nimport '../a/four.ts';",
  });
  expect(findFolderCircles(files)).toEqual([
    {
      path: `${ROOT}/b/three.ts`,
      line: 2,
      advice: [
        `closes a circle of folders in ${ROOT}: a/ > b/ > a/.`,
        '    a/ > b/: a/one.ts imports b/two.ts, a/five.ts imports b/two.ts',
        '    b/ > a/: b/three.ts imports a/four.ts',
        '    Move what both need below both, pass it as an argument, or move the importing file.',
      ].join('\n'),
    },
  ]);
});

test('a folder holds thirty files, tests and README among them', () => {
  const fill = (count: number) =>
    house(Object.fromEntries(Array.from({ length: count }, (_, index) => [`a/f${index}.ts`, ''])));
  expect(findFullFolders(fill(30))).toEqual([]);
  expect(findFullFolders(fill(31)).map(({ path }) => path)).toEqual([`${ROOT}/a`]);
});

test('the present pairs are listed as the table of permitted ones has them', () => {
  const files = house({ 'main.ts': "import './a/one.ts';", 'a/one.ts': '', 'b/two.ts': '' });
  expect(listFolderPairs(files, ROOT)).toEqual({ '.': ['a'], a: [], b: [] });
});
