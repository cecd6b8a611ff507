import { expect, test } from '@jest/globals';
import type { Unknown } from '../../cty/unknown.ts';
import { int, list, nested, string } from './attributes.ts';
import { type InferConfig, type InferDesired, type InferState, resourceSchema } from './schema.ts';
import { listOf } from './value-type.ts';

const description = 'For tests.';
const schema = resourceSchema({
  description,
  attributes: {
    id: string({ computed: true, description }),
    address: string({ computed: true, nullable: true, description }),
    name: string({ required: true, description }),
    size: int({ optional: true, default: 4, description }),
    note: string({ optional: true, description }),
    secret: string({ optional: true, writeOnly: true, description }),
    matrix: list({ element: listOf(int), optional: true, description }),
    disks: nested({
      nesting: 'list',
      optional: true,
      description,
      attributes: { kind: string({ optional: true, computed: true, description }) },
    }),
  },
});

type State = InferState<typeof schema>;
type Desired = InferDesired<typeof schema>;
type Config = InferConfig<typeof schema>;

/** Compiles only if both types are the same; the compiler is the test. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const proofs = {
  computedIsNeverNullInState: true satisfies Same<State['id'], string>,
  nullableComputedMayBe: true satisfies Same<State['address'], string | null>,
  computedIsUnknownAtApply: true satisfies Same<Desired['id'], string | Unknown>,
  computedIsNotWritten: true satisfies Same<Config['id'], null>,
  defaultsAreKnownAtApply: true satisfies Same<Desired['size'], number>,
  defaultsMayBeLeftOut: true satisfies Same<Config['size'], number | null | Unknown>,
  optionalMayBeNull: true satisfies Same<State['note'], string | null>,
  secretsAreNotStored: true satisfies Same<State['secret'], null>,
  typesNest: true satisfies Same<State['matrix'], readonly (readonly number[])[] | null>,
  nestedAttributesFollow: true satisfies Same<
    NonNullable<Desired['disks']>[number]['kind'],
    string | Unknown
  >,
};

test('the TypeScript types of a schema follow from its attributes', () => {
  expect(Object.values(proofs).every(Boolean)).toBe(true);
});
