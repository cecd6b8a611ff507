/** Metadata in a policy's text, the `# METADATA` of its package: everything except its rules. */

import { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import { type PolicyCheck, readPolicyCheck } from '@novacron/contract/compliance/policy-check';
import {
  POLICY_FIELDS,
  PolicyName,
  type PolicySelector,
  PolicyType,
} from '@novacron/contract/kinds/policy/policy';
import { findUnknownNames } from '@novacron/contract/policy-input/find-unknown-names';
import { judgedBy } from '@novacron/contract/policy-input/judged-input';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { readAnnotations } from '@novacron/rego/parse/read-annotations';
import type { RegoProblem, RegoResult } from '@novacron/rego/syntax/rego-problem';
import { z } from 'zod';

/** Metadata of a policy besides its rules. */
export interface PolicyHead {
  readonly name: string;
  readonly type: PolicyType;
  readonly enforcementMode: EnforcementMode;
  /** null: all resources. */
  readonly selector: PolicySelector | null;
  /** null: the tenant's. */
  readonly scope: string | null;
  /** Sorted; null: all writes. */
  readonly actions: readonly string[] | null;
  readonly priority: number | null;
  /** RFC 3339; null: at once. */
  readonly activeFrom: string | null;
  readonly platformWrites: boolean;
  /** The standard and requirements that it is a check of. */
  readonly check: PolicyCheck | undefined;
}

const Custom = z.looseObject({
  type: PolicyType.default('resource'),
  enforcement_mode: EnforcementMode.default('block'),
  selector: POLICY_FIELDS.selector.schema.nullable().default(null),
  scope: POLICY_FIELDS.scope.schema.nullable().default(null),
  actions: POLICY_FIELDS.actions.schema.nullable().default(null),
  priority: POLICY_FIELDS.priority.schema.nullable().default(null),
  active_from: POLICY_FIELDS.active_from.schema.nullable().default(null),
  platform_writes: POLICY_FIELDS.platform_writes.schema.default(false),
});

/**
 * Reads the head of a policy. Without one the name is that of the directory or the file, the type
 * `resource` and the mode `block`. Problems: an annotation that is not YAML or has a wrong value.
 */
export function readPolicyHead(text: string, file: string): RegoResult<PolicyHead> {
  const annotations = readAnnotations(text, { file });
  if (!annotations.ok) return annotations;
  const found = annotations.value.find(({ scope }) => scope === 'package');
  return toHead({ title: found?.title, custom: found?.custom, row: found?.row ?? 1, file });
}

/** Reads the head of a bundle: what its manifest says under `metadata.novacron`. */
export function readBundleHead(
  metadata: Readonly<Record<string, unknown>>,
  file: string,
): RegoResult<PolicyHead> {
  const said = z.looseObject({ title: z.string().optional() }).safeParse(metadata.novacron ?? {});
  const { title, ...custom } = said.success ? said.data : {};
  return toHead({ title, custom, row: 1, file });
}

function toHead(found: {
  readonly title: string | undefined;
  readonly custom: Readonly<Record<string, unknown>> | undefined;
  readonly row: number;
  readonly file: string;
}): RegoResult<PolicyHead> {
  const { row, file } = found;
  const name = found.title ?? nameOfFile(file);
  const custom = Custom.safeParse(found.custom ?? {});
  const named = PolicyName.safeParse(name);
  const unknown = custom.success ? findUnknownNames(judgedBy(custom.data)) : [];
  const { check, mistakes } = readPolicyCheck(found.custom ?? {});
  if (custom.success && named.success && unknown.length + mistakes.length === 0) {
    const { type, enforcement_mode: enforcementMode, selector, priority } = custom.data;
    const { actions, active_from: activeFrom, platform_writes: platformWrites } = custom.data;
    const sorted = actions?.toSorted() ?? null;
    const narrowed = { selector, scope: custom.data.scope, actions: sorted, priority, activeFrom };
    const own = { name, type, enforcementMode, platformWrites, check };
    return { ok: true, value: { ...own, ...narrowed } };
  }
  const issues = [
    ...(custom.error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), message })),
    ...unknown.map(({ path, message }) => ({ at: path.join('.'), message })),
    ...mistakes,
    ...(named.error?.issues ?? []).map(({ message }) => ({ at: 'title', message })),
  ];
  const problems = issues.map(
    ({ at, message }): RegoProblem => ({
      code: 'bad-annotation',
      message: `The package's metadata has a wrong ${at}: ${message}${hint(at, found.custom)}`,
      file,
      row,
      column: 1,
    }),
  );
  return { ok: false, error: problems };
}

/** Allowed words of annotations with fixed choices. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  type: PolicyType.options,
  enforcement_mode: EnforcementMode.options,
};

function hint(at: string, custom: Readonly<Record<string, unknown>> = {}): string {
  const given = custom[at];
  const choices = CHOICES[at] ?? [];
  const near = typeof given === 'string' ? nearName(given, choices) : undefined;
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** `policies/vm-access/policy.rego` is vm-access, and so is `vm-access.rego`. */
function nameOfFile(file: string): string {
  const parts = file.split('/');
  const base = (parts.at(-1) ?? file).replace(/\.(?:rego|tar\.gz)$/, '');
  return base === 'policy' || base === 'bundle' ? (parts.at(-2) ?? base) : base;
}
