/** Checks of labels: who owns a resource, and what its data is. */

import type { Judgement } from '../model/check.ts';
import type { Labels } from '../model/facts.ts';
import { DATA_CLASSES, dataClassOf, isSensitive, mayHold, rankOf } from '../rules/data-class.ts';
import { defineCheck, expectThat, notApplicable } from '../rules/define-check.ts';

const ENVIRONMENTS = ['prod', 'staging', 'dev', 'test'];

const RECOVERY_LABELS = ['criticality', 'rto', 'rpo'];

const PERSONAL_DATA_LABELS = ['purpose', 'controller', 'retention'];

const OWNER = { id: 'NC-INV-003', title: 'Volumes and networks have an owner' } as const;
const ENVIRONMENT = { id: 'NC-INV-005', title: 'Resources name their environment' } as const;
const DATA_CLASS = { id: 'NC-INV-006', title: 'Resources name the class of their data' } as const;
const PURPOSE = {
  id: 'NC-INV-010',
  title: 'Personal data has a purpose and a controller',
} as const;

const LOW = { severity: 'low', coverage: 'full', needs: ['metadata'] } as const;
const MEDIUM = { severity: 'medium', coverage: 'full', needs: ['metadata'] } as const;
const HIGH = { severity: 'high', coverage: 'full', needs: ['metadata'] } as const;
const DECLARED = { severity: 'medium', coverage: 'partial', needs: ['metadata'] } as const;

export const LABEL_CHECKS = [
  defineCheck('vm', {
    id: 'NC-INV-001',
    title: 'VMs have an owner',
    ...MEDIUM,
    judge: ({ metadata }) => expectLabels(metadata, ['owner']),
  }),
  defineCheck('volume', { ...OWNER, ...LOW, judge: judgeOwner }),
  defineCheck('network', { ...OWNER, ...LOW, judge: judgeOwner }),
  defineCheck('vm', { ...ENVIRONMENT, ...MEDIUM, judge: judgeEnvironment }),
  defineCheck('network', { ...ENVIRONMENT, ...MEDIUM, judge: judgeEnvironment }),
  defineCheck('vm_group', { ...ENVIRONMENT, ...MEDIUM, judge: judgeEnvironment }),
  defineCheck('vm', { ...DATA_CLASS, ...HIGH, judge: judgeDataClass }),
  defineCheck('volume', { ...DATA_CLASS, ...HIGH, judge: judgeDataClass }),
  defineCheck('network', { ...DATA_CLASS, ...HIGH, judge: judgeDataClass }),
  defineCheck('vm', { ...PURPOSE, ...DECLARED, judge: judgePurpose }),
  defineCheck('vm_group', { ...PURPOSE, ...DECLARED, judge: judgePurpose }),
  defineCheck('vm', {
    id: 'NC-INV-009',
    title: 'Production VMs name their criticality and recovery targets',
    ...MEDIUM,
    judge: ({ metadata }) =>
      metadata.env === 'prod' ? expectLabels(metadata, RECOVERY_LABELS) : notApplicable(),
  }),
  defineCheck('vm', {
    id: 'NC-INV-007',
    title: 'A VM is in the class of the data that it uses',
    severity: 'high',
    coverage: 'full',
    needs: ['metadata', 'volumes'],
    uses: ['volumes'],
    judge: ({ metadata, volumes }, around) => {
      const own = dataClassOf(metadata);
      const above = volumes
        .flatMap((id) => around.volumes.get(id) ?? [])
        .find((volume) => rankOf(dataClassOf(volume.metadata ?? {})) > rankOf(own));
      const of = above === undefined ? undefined : dataClassOf(above.metadata ?? {});
      return expectThat(
        above === undefined,
        `its class is ${own ?? 'not set'}, and volume ${above?.name ?? ''} is ${of ?? ''}`,
        { 'metadata.data-class': own ?? null, volume: above?.name ?? null },
      );
    },
  }),
  defineCheck('volume', {
    id: 'NC-DAT-009',
    title: 'Sensitive volumes name their retention',
    ...DECLARED,
    judge: ({ metadata }, around) =>
      isSensitive(metadata, around) ? expectLabels(metadata, ['retention']) : notApplicable(),
  }),
  defineCheck('volume', {
    id: 'NC-DAT-005',
    title: 'Cardholder data is protected above the disk',
    severity: 'high',
    coverage: 'partial',
    needs: ['metadata'],
    judge: ({ metadata }) =>
      mayHold(metadata, ['pci']) ? expectLabels(metadata, ['pan-protection']) : notApplicable(),
  }),
  defineCheck('vm', {
    id: 'NC-DAT-018',
    title: 'High-risk processing of personal data names its impact assessment',
    severity: 'low',
    coverage: 'partial',
    needs: ['metadata'],
    judge: ({ metadata }) =>
      mayHold(metadata, ['pii']) && metadata.risk === 'high'
        ? expectLabels(metadata, ['dpia'])
        : notApplicable(),
  }),
];

function judgeOwner({ metadata }: { readonly metadata: Labels }): Judgement {
  return expectLabels(metadata, ['owner']);
}

function judgeEnvironment({ metadata }: { readonly metadata: Labels }): Judgement {
  return expectOneOf(metadata, 'env', ENVIRONMENTS);
}

function judgeDataClass({ metadata }: { readonly metadata: Labels }): Judgement {
  return expectOneOf(metadata, 'data-class', DATA_CLASSES);
}

function judgePurpose({ metadata }: { readonly metadata: Labels }): Judgement {
  if (!mayHold(metadata, ['pii'])) return notApplicable();
  return expectLabels(metadata, PERSONAL_DATA_LABELS);
}

function expectOneOf(labels: Labels, name: string, values: readonly string[]): Judgement {
  const value = labels[name];
  const set = value === undefined ? 'not set' : `\`${value}\``;
  return expectThat(
    value !== undefined && values.includes(value),
    `the label \`${name}\` is ${set}; set it to one of ${values.join(', ')}`,
    { [`metadata.${name}`]: value ?? null },
  );
}

function expectLabels(labels: Labels, names: readonly string[]): Judgement {
  const missing = names.filter((name) => (labels[name] ?? '') === '');
  const what = missing.length === 1 ? `the label \`${missing[0]}\` is` : `these labels are`;
  const list = missing.length === 1 ? '' : `: ${missing.join(', ')}`;
  const evidence = names.map((name) => [`metadata.${name}`, labels[name] ?? null]);
  return expectThat(missing.length === 0, `${what} not set${list}`, Object.fromEntries(evidence));
}
