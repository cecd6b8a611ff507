/** Style as a test: what a machine can see of the house rules, without an exception list. */
import { describe, expect, test } from '@jest/globals';
import { drawAllArrows, listForbiddenPairs, OTHER_WALLS, RINGS } from './tidy/arrows.ts';
import { cruiseHouse } from './tidy/cruise-house.ts';
import { findUnexplainedDependencies } from './tidy/dependencies.ts';
import {
  findBrokenLinks,
  findMissingCommands,
  findUnknownVerbs,
  findUntitledDocuments,
} from './tidy/documents.ts';
import { findImportsWithoutEnding, findWordlessExports } from './tidy/exports.ts';
import { listFindings, type Rule } from './tidy/finding.ts';
import {
  findBannedSyntax,
  findConsole,
  findDirectCommits,
  findSkippedTests,
  findSleeps,
} from './tidy/language.ts';
import { findLongFiles, findLongFunctions, findLongLines } from './tidy/lengths.ts';
import {
  findBareRooms,
  findModelsWithCode,
  findOddNames,
  findPackagesWithoutReadme,
  findStrayFiles,
  findUnlikeSiblings,
} from './tidy/places.ts';
import {
  findEmptyPromises,
  findPackingSpreads,
  findTooManyCasts,
  findUnexplainedCasts,
} from './tidy/shapes.ts';
import { listTrackedFiles } from './tidy/tracked-file.ts';
import {
  findBannedWords,
  findLooseEnds,
  findMachinePaths,
  findRegistries,
  planSilencedErrors,
} from './tidy/words.ts';

const files = listTrackedFiles();

const RULES: readonly (readonly [string, Rule])[] = [
  ['lines of code have at most 100 characters', findLongLines],
  ['files of code have at most 200 statements', findLongFiles],
  ['functions have at most 40 statements of their own', findLongFunctions],
  ['files and folders are named in kebab-case', findOddNames],
  ['nothing lies about at the top level', findStrayFiles],
  ['every room of the engine has its furniture', findBareRooms],
  ['models hold types only', findModelsWithCode],
  ['drivers and stores have the same files as their siblings', findUnlikeSiblings],
  ['every package has a README', findPackagesWithoutReadme],
  ['there is no enum, namespace, default export, barrel, any or !', findBannedSyntax],
  ['no literal is spread into a literal', findPackingSpreads],
  ['every cast has a reason', findUnexplainedCasts],
  ['the product has at most 150 casts', findTooManyCasts],
  ['type predicates check, and no function only casts its argument', findEmptyPromises],
  ['no checker is silenced', planSilencedErrors],
  ['every export is introduced in words', findWordlessExports],
  ['relative imports name a file with its ending', findImportsWithoutEnding],
  ['only scripts write to the console', findConsole],
  ['the application commits in the kernel only', findDirectCommits],
  ['every test runs', findSkippedTests],
  ['no test sleeps', findSleeps],
  ['work that is left names its issue', findLooseEnds],
  ['no file names a place of one machine', findMachinePaths],
  ['no file names a package registry', findRegistries],
  ['texts are plain', findBannedWords],
  ['every document has one title', findUntitledDocuments],
  ['every relative link leads somewhere', findBrokenLinks],
  ['every make verb that a document names exists', findUnknownVerbs],
  ['the README shows the two commands', findMissingCommands],
  ['every dependency has a reason', findUnexplainedDependencies],
];

test.each(RULES)('%s', (_name, rule) => {
  expect(listFindings(rule(files))).toBe('');
});

describe('the walls of .dependency-cruiser.cjs stand', () => {
  // One house for all: starting the program takes longer than looking.
  const walls = OTHER_WALLS.flatMap(({ house }) => Object.entries(house));
  const found = cruiseHouse(new Map([...walls, ...drawAllArrows()]));

  test('between all rings that have no arrow, and between no others', () => {
    const ringOf = (path: string) =>
      Object.keys(RINGS).find((ring) => RINGS[ring]?.file === path) ?? path;
    const refused = found
      .filter(({ rule, from }) => rule.startsWith('arrows-of-') && ringOf(from) !== from)
      .map(({ from, to }) => `${ringOf(from)} -> ${ringOf(to)}`);
    expect([...new Set(refused)].sort()).toEqual([...listForbiddenPairs()].sort());
  });

  test.each(OTHER_WALLS)('$rule bites', ({ rule, from }) => {
    const places = found.filter((each) => each.rule === rule).map((each) => each.from);
    expect(places).toContain(from);
  });
});
