/** Policies as checks: what their metadata says about a standard of their author. */
import { z } from 'zod';
import { CheckSeverity, ComplianceStandard, StandardName } from './compliance.ts';

const REQUIREMENTS_MAX = 50;

const Requirement = z
  .string('must be a text: put the number in quotes')
  .max(64, { abort: true })
  .regex(
    /^[A-Za-z0-9][\w.()/:-]*$/,
    'must begin with a letter or digit, and have no blanks: HR-1, 8.3(a)',
  );

/** The standard and its requirements that a policy is a check of. */
export const PolicyCheck = z.strictObject({
  standard: StandardName.refine(
    (name) => !ComplianceStandard.safeParse(name).success,
    'is a standard of NovaCron, whose checks are not yours: choose another name',
  ),
  requirements: z.array(Requirement).min(1).max(REQUIREMENTS_MAX),
  severity: CheckSeverity,
});
export type PolicyCheck = z.infer<typeof PolicyCheck>;

/** What the metadata of a policy says: a check, none, or what is wrong with it. */
export interface PolicyCheckReading {
  readonly check: PolicyCheck | undefined;
  readonly mistakes: readonly { readonly at: string; readonly message: string }[];
}

/** Reads `custom` of a policy's metadata. Without a standard the policy is not a check. */
export function readPolicyCheck(custom: Readonly<Record<string, unknown>>): PolicyCheckReading {
  const { standard, requirements, severity } = custom;
  if (standard === undefined && requirements === undefined) {
    return { check: undefined, mistakes: [] };
  }
  const read = PolicyCheck.safeParse({ standard, requirements, severity });
  if (read.success) return { check: read.data, mistakes: [] };
  const mistakes = read.error.issues.map(({ path, message }) => ({
    at: path.join('.'),
    message: path.at(-1) === 'severity' ? `must be ${CheckSeverity.options.join(', ')}` : message,
  }));
  return { check: undefined, mistakes };
}
