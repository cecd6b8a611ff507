import { describe, expect, test } from '@jest/globals';
import { overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import fc from 'fast-check';
import { BigNumber } from '../cty/big-number.ts';
import { ArgumentError, type ProviderFunction } from '../framework/provider-function.ts';
import { checkRego } from './check-rego.ts';
import { parseSize } from './parse-size.ts';
import { planSubnets } from './plan-subnets.ts';

/** Number too large for a double, which arrives as digits. */
const HUGE = new BigNumber(`1${'0'.repeat(400)}`);

/** Calls a function as the protocol does, with values of its parameters' types. */
async function call(definition: ProviderFunction, ...values: readonly unknown[]) {
  return definition.call(values as never);
}

/** Returns the refusal of a call: the argument, from 0, and the message. */
async function refusal(definition: ProviderFunction, ...values: readonly unknown[]) {
  try {
    await call(definition, ...values);
  } catch (error) {
    if (error instanceof ArgumentError) return [error.argument, error.message];
    throw error;
  }
  return undefined;
}

describe('parse_size', () => {
  test.each([
    ['4GiB', 4],
    ['4 GB', 4],
    ['4g', 4],
    ['512MiB', 0.5],
    ['64 M', 0.0625],
    ['1.5TiB', 1536],
    ['1P', 1_048_576],
    ['1048576KiB', 1],
  ])('reads %s as %d GB', async (text, sizeGb) => {
    expect(await call(parseSize, text)).toBe(sizeGb);
  });

  test.each([
    ['4', '"4" has no unit; write it like "512MiB"'],
    ['', '"" is not a number with one of the units K, M, G, T and P; write it like "512MiB"'],
    ['-1G', '"-1G" is not a number with one of the units'],
    ['4XB', '"4XB" is not a number with one of the units'],
    [`${'9'.repeat(400)}P`, 'the size is too large'],
  ])('refuses %s', async (text, words) => {
    expect(await refusal(parseSize, text)).toEqual([0, expect.stringContaining(words)]);
  });
});

describe('check_rego', () => {
  test('answers a policy that compiles unchanged', async () => {
    const rule = 'package novacron\n\nallow if input.subject.role == "admin"\n';
    expect(await call(checkRego, rule)).toBe(rule);
  });

  test('names every mistake with its place', async () => {
    const rule = 'package novacron\n\nallow if nosuch(1)\n\ndeny contains other(1)\n';
    const [argument, words] = (await refusal(checkRego, rule)) ?? [];
    expect(argument).toBe(0);
    expect(words).toContain('row 3, column ');
    expect(words).toContain('row 5, column ');
  });

  test('tries a policy as a server does, as its description says', async () => {
    const rule = '# METADATA\n# custom:\n#   type: access\npackage p\n\ndefault allow := false\n';
    const [argument, words] = (await refusal(checkRego, rule)) ?? [];
    expect(argument).toBe(0);
    expect(words).toMatch(/^a server refuses the policy\.\nrow 4, column 1: /);
    const { description } = checkRego;
    expect(description).toContain('is tried as on the server');
    expect(description).toContain('is of type `access` and can allow nothing, is refused');
  });

  test('keeps a long list of mistakes short', async () => {
    const rules = Array.from({ length: 30 }, (_, index) => `r${index} if unsafe${index} > 1`);
    const [, words] = (await refusal(checkRego, `package p\n${rules.join('\n')}`)) ?? [];
    expect(String(words).split('\n')).toHaveLength(12);
    expect(words).toMatch(/and \d+ more$/);
  });
});

describe('plan_subnets', () => {
  test('gives each name the smallest aligned block that holds its hosts', async () => {
    const subnets = [
      { name: 'web', hosts: 100 },
      { name: 'db', hosts: 5 },
      { name: 'app', hosts: 253 },
    ];
    expect(await call(planSubnets, '10.0.0.0/16', subnets)).toEqual({
      web: '10.0.0.0/25',
      db: '10.0.0.128/29',
      app: '10.0.1.0/24',
    });
  });

  test('divides IPv6 blocks as well', async () => {
    expect(await call(planSubnets, 'fd00::/64', [{ name: 'a', hosts: 13 }])).toEqual({
      a: 'fd00::/124',
    });
  });

  test.each([
    ['10.0.0.1/16', [], [0, expect.stringContaining('has host bits set')]],
    ['10.0.0.0/30', [{ name: 'a', hosts: 9 }], [1, expect.stringContaining('does not fit')]],
    ['10.0.0.0/24', [{ name: null, hosts: 9 }], [1, 'number 1 has no name']],
    ['10.0.0.0/24', [{ name: 'a', hosts: 0 }], [1, '"a" must hold at least one host']],
    ['10.0.0.0/24', [{ name: 'a', hosts: null }], [1, '"a" must hold at least one host']],
    ['10.0.0.0/24', [null], [1, 'number 1 has no name']],
    ['10.0.0.0/24', [{ name: 'a', hosts: 1.5 }], [1, expect.stringContaining('whole number')]],
    ['10.0.0.0/24', [{ name: 'a', hosts: 2 ** 60 }], [1, expect.stringContaining('2^53 - 1')]],
    ['10.0.0.0/24', [{ name: 'a', hosts: HUGE }], [1, expect.stringContaining('2^53 - 1')]],
    ['10.0.0.0/24', Array(2).fill({ name: 'a', hosts: 1 }), [1, '"a" is used twice']],
    ['10.0.0.0/8', Array(5000).fill({ name: 'a', hosts: 1 }), [1, expect.any(String)]],
  ])('refuses %s with %j', async (cidr, subnets, words) => {
    expect(await refusal(planSubnets, cidr, subnets)).toEqual(words);
  });

  test('blocks lie within the whole, never overlap, and one more moves none', async () => {
    const hosts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(hosts, async (counts) => {
        const subnets = counts.map((count, index) => ({ name: `s${index}`, hosts: count }));
        const all = (await call(planSubnets, '10.0.0.0/8', subnets)) as Record<string, string>;
        const less = await call(planSubnets, '10.0.0.0/8', subnets.slice(0, -1));
        expect(all).toMatchObject(less as object);
        const blocks = Object.values(all).map((text) => {
          const block = parseCidr(text);
          if (!block.ok) throw new Error(block.error);
          return block.value;
        });
        for (const [index, block] of blocks.entries()) {
          const size = 2 ** (32 - block.prefixLength);
          expect(size).toBeGreaterThanOrEqual((counts[index] ?? 0) + 3);
          expect(block.first >> 24n).toBe(10n);
          for (const other of blocks.slice(index + 1)) expect(overlaps(block, other)).toBe(false);
        }
      }),
    );
  });
});
