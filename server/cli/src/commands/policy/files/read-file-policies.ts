/** Reads policies with what their files say of them: to store them, or to preview them. */
import { err, ok, type Result } from '@novacron/contract/result';
import { readBundle } from '@novacron/rego/read-bundle';
import type { RegoResult } from '@novacron/rego/syntax/rego-problem';
import type { Session } from '../../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import { explainFileTrouble } from '../../../io/explain-file-trouble.ts';
import type { Fields } from '../../../output/fields.ts';
import { problemLine } from './problem-line.ts';
import { isTestFile, readRegoBundles } from './read-policies.ts';
import { type PolicyHead, readBundleHead, readPolicyHead } from './read-policy-head.ts';

/** A policy of a file. */
export type FilePolicy = PolicyHead & { readonly rule: string; readonly file: string };

/**
 * Reads policies from files, directories and bundles. Failures: wrong usage, such as two policies
 * of one name, and mistakes in a head.
 */
export async function readFilePolicies(
  session: Session,
  paths: readonly string[],
): Promise<Result<readonly FilePolicy[], Failure>> {
  const isArchive = (path: string): boolean => path.endsWith('.tar.gz');
  const places = paths.filter((path) => !isArchive(path));
  const texts = places.length === 0 ? ok([]) : await readTexts(session, places);
  if (!texts.ok) return texts;
  const found: (Head | Failure)[] = [...texts.value];
  for (const path of paths.filter(isArchive)) found.push(await readArchive(session, path));
  const wanted = new Map<string, FilePolicy>();
  for (const each of found) {
    if (!('head' in each)) return err(each);
    const { head, ...text } = each;
    if (!head.ok) return err(findingsFailure(head.error.map(problemLine).join('').trim()));
    const other = wanted.get(head.value.name);
    if (other !== undefined) {
      const both = `${other.file} and ${text.file}`;
      return err(
        usageFailure(`${both} are both named ${head.value.name}; change the title of one`),
      );
    }
    wanted.set(head.value.name, { ...head.value, ...text });
  }
  return ok([...wanted.values()]);
}

interface Head {
  readonly head: RegoResult<PolicyHead>;
  readonly rule: string;
  readonly file: string;
}

async function readTexts(
  session: Session,
  places: readonly string[],
): Promise<Result<readonly Head[], Failure>> {
  const bundles = await readRegoBundles(session.io, places, 'together');
  if (!bundles.ok) return bundles;
  const texts = Object.entries(bundles.value[0]?.modules ?? {});
  const policies = texts.filter(([file]) => !isTestFile(file));
  return ok(policies.map(([file, rule]) => ({ head: readPolicyHead(rule, file), rule, file })));
}

/** A bundle that OPA built goes to the server as it is. */
async function readArchive({ io }: Session, file: string): Promise<Head | Failure> {
  try {
    const bytes = await io.readBytes(file);
    const bundle = readBundle(bytes);
    if (!bundle.ok) return findingsFailure(`${file}: ${bundle.message}`);
    const rule = Buffer.from(bytes).toString('base64');
    return { head: readBundleHead(bundle.value.metadata, file), rule, file };
  } catch (cause) {
    return usageFailure(`cannot read a bundle from ${file}: ${explainFileTrouble(cause)}`);
  }
}

/** The fields of a policy that a file may set; null where it does not. */
export function policyFields({
  name,
  type,
  enforcementMode,
  rule,
  activeFrom,
  ...others
}: FilePolicy): Fields {
  const { selector, scope, actions, priority, platformWrites } = others;
  return {
    name,
    type,
    enforcement_mode: enforcementMode,
    rule,
    selector,
    scope,
    actions,
    priority,
    active_from: activeFrom,
    platform_writes: platformWrites,
  };
}

/** Returns the fields that a text specifies; all other fields are left to the server's defaults. */
export function saidFields(policy: FilePolicy): Fields {
  const fields = Object.entries(policyFields(policy));
  return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== false));
}
