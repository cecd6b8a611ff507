import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { transformSync } from '@swc/core';
import { type TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';
import * as library from './index.ts';
import { loadOffline } from './offline/load-offline.ts';

// Loaded here, so that the first test is not slow.
loadOffline();

const PAGES = join(__dirname, '../../docs/constructs');

type StackClass = new (scope: Construct, id: string) => TerraformStack;

/** The stacks that the programs of a page export. */
function readStacks(page: string): readonly StackClass[] {
  const text = readFileSync(join(PAGES, page), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].flatMap(([, program = '']) => {
    const { code } = transformSync(program, {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    const exported: Record<string, StackClass> = {};
    const load = (name: string) =>
      name === '@novacron/constructs' ? library : createRequire(__filename)(name);
    new Function('require', 'exports', code)(load, exported);
    return Object.values(exported);
  });
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
    'orchestration-policy',
  ];
  expect(names).toEqual(expect.arrayContaining(kinds.map((kind) => `${kind}.md`)));
});
