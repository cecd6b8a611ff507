/** All checks, by the kind of their subjects. */
import type { ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { ACCESS_CHECKS } from '../checks/access-checks.ts';
import { HOST_CHECKS } from '../checks/host-checks.ts';
import { LABEL_CHECKS } from '../checks/label-checks.ts';
import { NETWORK_CHECKS } from '../checks/network-checks.ts';
import { PLATFORM_CHECKS } from '../checks/platform-checks.ts';
import { RESOURCE_CHECKS } from '../checks/resource-checks.ts';
import type { Check, CheckDescription } from '../model/check.ts';
import type { SubjectKind } from '../model/facts.ts';
import type { Standard } from '../model/standard.ts';
import { CIS } from '../standards/cis.ts';
import { GDPR } from '../standards/gdpr.ts';
import { HIPAA } from '../standards/hipaa.ts';
import { ISO27001 } from '../standards/iso27001.ts';
import { PCI_DSS } from '../standards/pci-dss.ts';
import { SOC2 } from '../standards/soc2.ts';

const ALL = [
  ...LABEL_CHECKS,
  ...NETWORK_CHECKS,
  ...RESOURCE_CHECKS,
  ...ACCESS_CHECKS,
  ...PLATFORM_CHECKS,
  ...HOST_CHECKS,
] as const;

type Known = (typeof ALL)[number];

const BY_KIND: { readonly [K in SubjectKind]: readonly Check<K>[] } = {
  vm: findOf('vm'),
  volume: findOf('volume'),
  network: findOf('network'),
  security_group: findOf('security_group'),
  template: findOf('template'),
  vm_group: findOf('vm_group'),
  snapshot: [],
  ssh_key: [],
  policy: [],
  orchestration_policy: [],
  node: findOf('node'),
  api_key: findOf('api_key'),
  role: findOf('role'),
  tenant: findOf('tenant'),
  policy_waiver: findOf('policy_waiver'),
  incident: findOf('incident'),
  server: findOf('server'),
};

function findOf<K extends SubjectKind>(kind: K): readonly Check<K>[] {
  return ALL.filter((check: Known): check is Extract<Known, Check<K>> => check.kind === kind);
}

/** Checks of one kind of subject. */
export function checksOf<K extends SubjectKind>(kind: K): readonly Check<K>[] {
  return BY_KIND[kind];
}

/** Checks that have a predicate, by id; one for several kinds stands for all of them. */
export const ALL_CHECKS: ReadonlyMap<string, CheckDescription> = new Map(
  ALL.map((check) => [check.id, check]),
);

/** The checks by id and kind: `NC-IAM-010/role`. */
export const DESCRIPTIONS: ReadonlyMap<string, CheckDescription> = new Map(
  ALL.map((check) => [`${check.id}/${check.kind}`, check]),
);

/** Kinds of the subjects of each check, by its id. */
export const KINDS_OF_CHECKS: ReadonlyMap<string, readonly SubjectKind[]> = new Map(
  ALL.map(({ id }) => [id, ALL.filter((each) => each.id === id).map(({ kind }) => kind)]),
);

/** Checks of nodes and servers, which belong to the platform. */
export const PLATFORM_CHECK_IDS: ReadonlySet<string> = new Set(
  ALL.filter(({ kind }) => kind === 'node' || kind === 'server').map(({ id }) => id),
);

/** The standards by their ids. */
export const STANDARDS: Readonly<Record<ComplianceStandard, Standard>> = {
  cis: CIS,
  'pci-dss': PCI_DSS,
  hipaa: HIPAA,
  soc2: SOC2,
  gdpr: GDPR,
  iso27001: ISO27001,
};
