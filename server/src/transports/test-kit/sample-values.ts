/** Makes a value that a schema accepts, so that tests can drive every row of the table. */
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import { type IdPrefix, makeId } from '@novacron/contract/ids';
import { assert } from '@novacron/contract/result';
import { z } from 'zod';

/** Whether optional fields are filled in too. */
export type SampleMode = 'all' | 'required';

const PREFIXES: readonly IdPrefix[] = [
  'alloc',
  'alt',
  'aud',
  'bud',
  'catt',
  'cfnd',
  'gapp',
  'cp',
  'dec',
  'drift',
  'enr',
  'evt',
  'key',
  'inc',
  'nch',
  'net',
  'node',
  'op',
  'orc',
  'pau',
  'pdat',
  'pdec',
  'plst',
  'pol',
  'ppv',
  'psk',
  'pvio',
  'pwv',
  'req',
  'rnr',
  'role',
  'rsv',
  'sce',
  'adec',
  'sec',
  'ses',
  'sg',
  'sig',
  'snap',
  'tfst',
  'mdl',
  'ssh',
  'term',
  'tnt',
  'tok',
  'tpl',
  'vm',
  'vmg',
  'vol',
  'apr',
  'wf',
];

/** An id of any kind, always the same. */
export function sampleId<P extends IdPrefix>(prefix: P) {
  return makeId(prefix, 1_750_000_000_000, new Uint8Array(10).fill(7));
}

/** Tried in order; each schema of the contract takes one of them. */
const CANDIDATES: readonly unknown[] = [
  'sample-01',
  'sample_count',
  '10.0.0.0/16',
  '443',
  'builtin:default',
  SSH_KEY_EXAMPLE,
  `sha256:${'0'.repeat(64)}`,
  'https://git.example.com/infra.git',
  'a'.repeat(40),
  'h1:a=',
  '8.8.8.8',
  'vm.get',
  '2026-01-02T03:04:05.678Z',
  'ab'.repeat(32),
  `nce_${'A'.repeat(43)}`,
  '-----BEGIN CERTIFICATE REQUEST-----\nQUJD\n-----END CERTIFICATE REQUEST-----\n',
  '-----BEGIN PUBLIC KEY-----\nQUJD\n-----END PUBLIC KEY-----\n',
  '/etc/nats',
  '5m',
  '1d',
  `ed25519:${'A'.repeat(43)}`,
  'vm',
  'create_vm',
  '<unattend xmlns="urn:schemas-microsoft-com:unattend"/>',
  `uploaded:${'0'.repeat(64)}.iso`,
  'tenant',
  'https://images.example.com/data.qcow2',
  'smtp.example.com:587',
  'ann@example.com',
  'EUR',
  '2026-01',
  'label:team',
  'NC-NET-001',
  `ssh-ed25519 AAAA${'A'.repeat(64)} sample`,
  ...PREFIXES.map(sampleId),
  4,
  60,
  0.5,
  0.999,
  true,
  '20260102T030405678Z-0a1b2c3d',
  null,
];

/**
 * A value of the schema.
 * @param schema - any schema of the contract
 * @param mode - `required` leaves out what may be left out
 */
export function sampleOf(schema: unknown, mode: SampleMode = 'all'): unknown {
  if (schema instanceof z.ZodObject) {
    // Where fields depend on each other the schema brings an example.
    const { example } = schema.meta() ?? {};
    if (example !== undefined) return example;
    const fields = Object.entries(schema.shape).filter(
      ([, inner]) => mode === 'all' || !mayBeAbsent(inner),
    );
    return Object.fromEntries(fields.map(([name, inner]) => [name, sampleOf(inner, mode)]));
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodLazy
  ) {
    return sampleOf(schema.unwrap(), mode);
  }
  if (schema instanceof z.ZodArray) return [sampleOf(schema.element, mode)];
  if (schema instanceof z.ZodRecord) return { 'sample-key': sampleOf(schema.valueType, mode) };
  if (schema instanceof z.ZodUnion) return sampleOf(schema.options[0], mode);
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  assert(schema instanceof z.ZodType, 'a sample is wanted of something that is not a schema');
  const found = CANDIDATES.find((candidate) => schema.safeParse(candidate).success);
  assert(found !== undefined, `no sample fits a schema of type ${schema.type}`);
  return found;
}

function mayBeAbsent(schema: unknown): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}
