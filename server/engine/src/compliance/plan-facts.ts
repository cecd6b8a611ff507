/** The facts of a resource, whose fields may be omitted. See README.md. */
import type { SubjectFacts } from './model/facts.ts';

/** Kinds of subjects whose fields people write. */
export type WrittenKind = 'vm' | 'volume' | 'network' | 'security_group' | 'template' | 'vm_group';

type Defaults<Kind extends WrittenKind> = {
  readonly [Name in keyof SubjectFacts[Kind]]?: Exclude<SubjectFacts[Kind][Name], undefined>;
};

/** The table: what omitted means is a fact, and not the absence of one. */
export const OMITTED_FACTS = {
  vm: {
    metadata: {},
    secure_boot: false,
    tpm: false,
    deletion_protection: false,
    security_groups: [],
    firewall_rules: [],
    volumes: [],
    io_limits: null,
    healing: null,
    network_id: null,
    requirements: null,
  },
  volume: { metadata: {}, encrypted: false },
  network: { metadata: {} },
  security_group: { metadata: {}, rules: [] },
  template: { metadata: {}, built_in: false, image_checksum: null },
  vm_group: { metadata: {} },
} satisfies { readonly [Kind in WrittenKind]: Defaults<Kind> };

type Omitted<Kind extends WrittenKind> = (typeof OMITTED_FACTS)[Kind];

/** Fields with the values of those that are omitted. */
type WithOmitted<Kind extends WrittenKind, Fields> = {
  readonly [Name in keyof Fields as Name extends keyof Omitted<Kind> ? never : Name]: Fields[Name];
} & {
  readonly [Name in keyof Omitted<Kind>]: Exclude<
    SubjectFacts[Kind][Name & keyof SubjectFacts[Kind]],
    undefined
  >;
};

/** Gives omitted fields, which answers have as null, their values. */
export function planFacts<Kind extends WrittenKind, Fields extends object>(
  kind: Kind,
  fields: Fields,
): WithOmitted<Kind, Fields>;
export function planFacts(kind: WrittenKind, fields: object): object {
  const given = new Map(Object.entries(fields));
  const filled = Object.entries(OMITTED_FACTS[kind]).map(([name, value]) => [
    name,
    given.get(name) ?? value,
  ]);
  return { ...fields, ...Object.fromEntries(filled) };
}
