/** Each rule finds what it is there for, at its line, and leaves the rest alone. */
import { expect, test } from '@jest/globals';
import { findUnexplainedDependencies } from './dependencies.ts';
import { findBrokenLinks, findUnknownVerbs, findUntitledDocuments } from './documents.ts';
import { findImportsWithoutEnding, findWordlessExports } from './exports.ts';
import type { Rule } from './finding.ts';
import {
  findBannedSyntax,
  findConsole,
  findDirectCommits,
  findSkippedTests,
  findSleeps,
} from './language.ts';
import { findLongFiles, findLongFunctions, findLongLines } from './lengths.ts';
import { countBannedInEngine } from './lint-engine.ts';
import {
  findBareRooms,
  findModelsWithCode,
  findOddNames,
  findPackagesWithoutReadme,
  findStrayFiles,
  findUnlikeSiblings,
} from './places.ts';
import {
  findEmptyPromises,
  findPackingSpreads,
  findTooManyCasts,
  findUnexplainedCasts,
} from './shapes.ts';
import {
  findBannedWords,
  findLooseEnds,
  findMachinePaths,
  findRegistries,
  planSilencedErrors,
} from './words.ts';

const PRODUCT = 'server/src/app/some-file.ts';
const TYPES = '/** A. */\nexport interface A {}\n';
const TEST = 'server/src/app/some-file.test.ts';

interface Case {
  readonly rule: Rule;
  readonly path: string;
  readonly text: string;
  /** Lines at which something is found. */
  readonly lines: readonly number[];
}

const lines = (count: number) => Array.from({ length: count }, (_, index) => `f(${index});`);
const names = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const functionOf = (body: readonly string[]) => ['function f() {', ...body, '}'].join('\n');
const dashes = (count: number) => '-'.repeat(count);

const CASES: readonly Case[] = [
  { rule: findLongLines, path: PRODUCT, text: `// ${dashes(97)}`, lines: [] },
  { rule: findLongLines, path: PRODUCT, text: `\n// ${dashes(98)}`, lines: [2] },
  { rule: findLongLines, path: `server/src/gen/x.ts`, text: dashes(101), lines: [] },
  { rule: findLongLines, path: PRODUCT, text: `import { a } from '${dashes(99)}';`, lines: [] },
  { rule: findLongLines, path: PRODUCT, text: `} from '${dashes(99)}';`, lines: [] },
  { rule: findLongLines, path: PRODUCT, text: `import { a, b } from '${dashes(99)}';`, lines: [1] },
  { rule: findLongLines, path: PRODUCT, text: `const a = '${dashes(99)}';`, lines: [1] },
  { rule: findLongFiles, path: PRODUCT, text: lines(200).join('\n'), lines: [] },
  { rule: findLongFiles, path: PRODUCT, text: lines(201).join('\n'), lines: [1] },
  { rule: findLongFiles, path: PRODUCT, text: lines(201).join(' '), lines: [1] },
  { rule: findLongFiles, path: PRODUCT, text: 'type A = 1;\n'.repeat(201), lines: [] },
  { rule: findLongFiles, path: TEST, text: lines(201).join('\n'), lines: [] },
  { rule: findLongFunctions, path: PRODUCT, text: functionOf(lines(40)), lines: [] },
  { rule: findLongFunctions, path: PRODUCT, text: `\n${functionOf(lines(41))}`, lines: [2] },
  // Statements that share a line, a declaration or a comma are counted like others.
  { rule: findLongFunctions, path: PRODUCT, text: functionOf([lines(41).join(' ')]), lines: [1] },
  {
    rule: findLongFunctions,
    path: PRODUCT,
    text: functionOf([`let ${names(41).join(', ')};`]),
    lines: [1],
  },
  { rule: findLongFunctions, path: PRODUCT, text: functionOf([names(41).join(', ')]), lines: [1] },
  // A statement counts once with its block and its head; what a call is given does not count.
  {
    rule: findLongFunctions,
    path: PRODUCT,
    text: functionOf(['for (const a of b) {', 'if (a) {', ...lines(38), '}', '}']),
    lines: [],
  },
  { rule: findLongFunctions, path: PRODUCT, text: functionOf([`f(${names(60)});`]), lines: [] },
  {
    rule: findLongFunctions,
    path: PRODUCT,
    text: functionOf([...lines(39), functionOf(lines(40))]),
    lines: [],
  },
  {
    rule: findLongFunctions,
    path: PRODUCT,
    text: functionOf(['const g = () => {', ...lines(41), '};']),
    lines: [2],
  },
  { rule: findOddNames, path: 'server/src/app/someFile.ts', text: '', lines: [1] },
  { rule: findOddNames, path: 'server/src/app/README.md', text: '', lines: [] },
  { rule: findStrayFiles, path: 'notes.txt', text: '', lines: [1] },
  { rule: findStrayFiles, path: 'scratch/notes.txt', text: '', lines: [1] },
  {
    rule: findModelsWithCode,
    path: 'server/engine/src/drift/model/drift.ts',
    text: TYPES,
    lines: [],
  },
  {
    rule: findModelsWithCode,
    path: 'server/engine/src/drift/model/drift.ts',
    text: `${TYPES}/** B. */\nexport const b = 1;\n`,
    lines: [4],
  },
  { rule: findPackagesWithoutReadme, path: 'server/bus/package.json', text: '{}', lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: 'enum A { B }', lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: 'export default 1;', lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: 'const a = b as any;', lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: '\nlet a: any[];', lines: [2] },
  { rule: findBannedSyntax, path: PRODUCT, text: 'f(a!.b);', lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: "export * from './a.ts';", lines: [1] },
  { rule: findBannedSyntax, path: PRODUCT, text: "f('enum, any!'); // any", lines: [] },
  { rule: findConsole, path: PRODUCT, text: 'console.log(1);', lines: [1] },
  { rule: findDirectCommits, path: PRODUCT, text: 'deps.store.commit([]);', lines: [1] },
  { rule: findDirectCommits, path: PRODUCT, text: 'store.commit([]); commit();', lines: [1] },
  { rule: findDirectCommits, path: TEST, text: 'store.commit([]);', lines: [] },
  { rule: findSkippedTests, path: TEST, text: "test.skip('a', f);", lines: [1] },
  { rule: findSkippedTests, path: TEST, text: "describe.only('a', f);", lines: [1] },
  { rule: findSkippedTests, path: TEST, text: "xit('a', f);", lines: [1] },
  { rule: findSkippedTests, path: TEST, text: 'stream.skip(1);', lines: [] },
  { rule: findSleeps, path: TEST, text: 'new Promise((go) => setTimeout(go, 5));', lines: [1] },
  {
    rule: findSleeps,
    path: TEST,
    text: 'new Promise<void>((go) => { setTimeout(() => go(), 5); });',
    lines: [1],
  },
  {
    rule: findSleeps,
    path: TEST,
    text: "import { setTimeout as sleep } from 'node:timers/promises';",
    lines: [1],
  },
  { rule: findSleeps, path: TEST, text: 'setTimeout(stop, 5);', lines: [] },
  { rule: findWordlessExports, path: PRODUCT, text: TYPES, lines: [] },
  { rule: findWordlessExports, path: PRODUCT, text: `export const b = 1;\n${TYPES}`, lines: [1] },
  {
    rule: findWordlessExports,
    path: PRODUCT,
    text: '/** Both. */\nexport const a = 1;\nexport const b = 2;\n\nexport const c = 3;\n',
    lines: [5],
  },
  { rule: findImportsWithoutEnding, path: PRODUCT, text: "import './a';", lines: [1] },
  { rule: findImportsWithoutEnding, path: PRODUCT, text: "import './a.ts';", lines: [] },
  { rule: findLooseEnds, path: PRODUCT, text: '// TODO: later', lines: [1] },
  { rule: findLooseEnds, path: PRODUCT, text: '// TODO(#12): later', lines: [] },
  { rule: planSilencedErrors, path: PRODUCT, text: '// @ts-expect-error', lines: [1] },
  { rule: findMachinePaths, path: 'docs/a.md', text: 'see /home/ann/novacron', lines: [1] },
  { rule: findMachinePaths, path: 'docs/a.md', text: 'see ~/home/a and docs/work/b', lines: [] },
  { rule: findRegistries, path: 'package-lock.json', text: '"resolved": "https://x"', lines: [1] },
  { rule: findBannedWords, path: 'docs/a.md', text: 'A blazing fast server', lines: [1] },
  { rule: findBannedWords, path: 'docs/a.md', text: 'It shall run', lines: [1] },
  { rule: findBannedWords, path: PRODUCT, text: '\n// Nobody asked.', lines: [2] },
  { rule: findBannedWords, path: PRODUCT, text: 'marshall(renewed);', lines: [] },
  { rule: findBannedWords, path: PRODUCT, text: 'const NOBODY_ASKED = 1;', lines: [1] },
  { rule: findBannedWords, path: PRODUCT, text: 'askNobodyTwice();', lines: [1] },
  { rule: findBannedWords, path: PRODUCT, text: 'const SHALLOW_COPY = 1;', lines: [] },
  { rule: findBannedWords, path: PRODUCT, text: 'row.rows_sealed_anew', lines: [] },
  { rule: findBannedWords, path: 'LICENSE', text: 'shall mean', lines: [] },
  { rule: findPackingSpreads, path: PRODUCT, text: 'f({\n  ...{ a, b },\n});', lines: [2] },
  { rule: findPackingSpreads, path: TEST, text: 'f({ ...({ a } as const) });', lines: [1] },
  { rule: findPackingSpreads, path: PRODUCT, text: 'f([...[a, b]], ...[c]);', lines: [1, 1] },
  { rule: findPackingSpreads, path: PRODUCT, text: 'f({ ...(a ? { b } : {}), ...c });', lines: [] },
  {
    rule: findPackingSpreads,
    path: PRODUCT,
    text: 'f([...[a].map(b), ...new Set([c])]);',
    lines: [],
  },
  { rule: findUnexplainedCasts, path: PRODUCT, text: 'f(a as B);', lines: [1] },
  { rule: findUnexplainedCasts, path: PRODUCT, text: 'f(a as unknown as B);', lines: [1] },
  { rule: findUnexplainedCasts, path: PRODUCT, text: '// It is.\nf(a as B);', lines: [] },
  { rule: findUnexplainedCasts, path: PRODUCT, text: 'f(a as B); // It is.', lines: [] },
  { rule: findUnexplainedCasts, path: PRODUCT, text: 'f(a as const);', lines: [] },
  { rule: findUnexplainedCasts, path: TEST, text: 'f(a as B);', lines: [] },
  { rule: findTooManyCasts, path: PRODUCT, text: 'f(a as B);\n'.repeat(150), lines: [] },
  {
    rule: findTooManyCasts,
    path: PRODUCT,
    text: 'f(a as B);\n'.repeat(151),
    lines: Array.from({ length: 151 }, (_, index) => index + 1),
  },
  {
    rule: findEmptyPromises,
    path: PRODUCT,
    text: 'function isB(a: A): a is B { return true; }',
    lines: [1],
  },
  {
    rule: findEmptyPromises,
    path: PRODUCT,
    text: "function isB(a: A): a is B { return 'b' in a; }",
    lines: [],
  },
  { rule: findEmptyPromises, path: PRODUCT, text: 'const f = (a: A) => a as B;', lines: [1] },
  {
    rule: findEmptyPromises,
    path: PRODUCT,
    text: 'function f(a: A): B { return a as unknown as B; }',
    lines: [1],
  },
  { rule: findEmptyPromises, path: PRODUCT, text: 'const f = <A>(a: A): A => a;', lines: [] },
  { rule: findEmptyPromises, path: PRODUCT, text: 'const f = (a: A) => a.b as B;', lines: [] },
  { rule: findUntitledDocuments, path: 'docs/a.md', text: '# A\n\n## B\n', lines: [] },
  { rule: findUntitledDocuments, path: 'docs/a.md', text: '# A\n\n# B\n', lines: [3] },
  {
    rule: findUntitledDocuments,
    path: 'docs/a.md',
    text: '# A\n```\n# no title\n```\n',
    lines: [],
  },
  { rule: findBrokenLinks, path: 'docs/a.md', text: '# A\n[b](b.md)', lines: [2] },
  { rule: findBrokenLinks, path: 'docs/a.md', text: '# A\n[a](a.md#a) [w](https://w)', lines: [] },
  { rule: findBrokenLinks, path: 'docs/a.md', text: '# A\n[a](#b)', lines: [2] },
  { rule: findUnknownVerbs, path: 'docs/a.md', text: 'Run `make tea`.', lines: [1] },
  {
    rule: findUnexplainedDependencies,
    path: 'docs/dependencies.md',
    text: '| `x` | |',
    lines: [1],
  },
  {
    rule: findUnexplainedDependencies,
    path: 'server/package.json',
    text: '{ "dependencies": { "x": "1", "@novacron/bus": "1" } }',
    lines: [1],
  },
];

test.each(CASES)(
  'case $#: $rule.name finds lines $lines of $path',
  ({ rule, path, text, lines }) => {
    expect(rule([{ path, text }]).map((finding) => finding.line)).toEqual(lines);
  },
);

test('a room without furniture: the finding says what it lacks', () => {
  const text = '';
  const room = ['README.md', 'model/moves.ts', 'plan-moves.ts', 'plan-moves.test.ts'];
  const files = room.map((name) => ({ path: `server/engine/src/moves/${name}`, text }));
  expect(findBareRooms(files).map(({ advice }) => advice)).toEqual([
    'lacks explain-NOUN.ts; every room of the engine has one.',
  ]);
});

test('a driver that is arranged in another way: the finding says what it lacks', () => {
  const text = '';
  const driver = ['open-qemu-driver.ts', 'monitor.ts'];
  const files = driver.map((name) => ({ path: `server/agent/src/drivers/qemu/${name}`, text }));
  expect(findUnlikeSiblings(files).map(({ advice }) => advice)).toEqual([
    'lacks open-qemu-driver.test.ts, which its siblings have.',
  ]);
});

const ENGINE_CODE: readonly (readonly [string, number])[] = [
  ['Date.now()', 1],
  ['new Date()', 1],
  ['new Date(0)', 0],
  ['Math.random()', 1],
  ['Math.round(1)', 0],
  ['performance.now()', 1],
  ['crypto.randomUUID()', 1],
  ['process.env', 1],
];

test('the engine may not read clocks, chance or the environment', () => {
  const counts = countBannedInEngine(ENGINE_CODE.map(([code]) => code));
  expect(ENGINE_CODE.map(([code], index) => [code, counts[index]])).toEqual(ENGINE_CODE);
});
