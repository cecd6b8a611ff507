import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { type TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import * as library from './index.ts';
import { loadOffline } from './offline/load-offline.ts';
import { PRICES_FILE } from './test-kit/prices-file.ts';

// Loaded here, so that the first test is not slow.
loadOffline();

const PAGES = join(__dirname, '../../docs/constructs');

// The pages read a price list of the working directory.
const started = process.cwd();
process.chdir(dirname(PRICES_FILE));
afterAll(() => process.chdir(started));

type StackClass = new (scope: Construct, id: string) => TerraformStack;

/** Runs a program in TypeScript. @returns what it exports */
function runProgram(
  program: string,
  modules: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const { code } = transformSync(program, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const exported = {};
  const known = { '@novacron/constructs': library, ...modules };
  const load = (name: string) => Reflect.get(known, name) ?? createRequire(__filename)(name);
  new Function('require', 'exports', code)(load, exported);
  return exported;
}

function readBlocks(page: string, language: string): readonly string[] {
  const text = readFileSync(join(PAGES, page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, name, program = '']) => (name === language ? [program] : []));
}

/** The stacks that the programs of a page export. */
function readStacks(page: string): readonly StackClass[] {
  return readBlocks(page, 'ts').flatMap((program) =>
    Object.values(runProgram(program)).map((exported) => exported as StackClass),
  );
}

const names = readdirSync(PAGES).filter((name) =>
  readFileSync(join(PAGES, name), 'utf8').includes('\n```ts\n'),
);

test.each(names)('the program on %s is synthesised', (page) => {
  const stacks = readStacks(page);
  expect(stacks).not.toEqual([]);
  for (const Stack of stacks) {
    expect(Testing.fullSynth(new Stack(Testing.app(), 'shop'))).toBeTruthy();
  }
});

test('every kind of the upper layer has a page', () => {
  const kinds = [
    'vm',
    'vm-group',
    'template',
    'network',
    'security-group',
    'volume',
    'snapshot',
    'policy',
    'policy-waiver',
    'reservation',
    'role',
    'tenant',
    'orchestration-policy',
  ];
  expect(names).toEqual(expect.arrayContaining(kinds.map((kind) => `${kind}.md`)));
});

test('the tests on testing.md hold for its stack', () => {
  const [shop = ''] = readBlocks('testing.md', 'ts');
  const [program = ''] = readBlocks('testing.md', 'typescript');
  const ran: string[] = [];
  const run = (name: string, work: () => void) => {
    work();
    ran.push(name);
  };
  runProgram(program, {
    'node:test': { default: run, __esModule: true },
    './shop': runProgram(shop),
  });
  expect(ran).toEqual(['the shop has two small VMs, away from each other']);
});
