/** Reads orchestration policies from text: YAML, JSON or the text form. */
import type { OrchestrationPolicy } from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type LocatedDocuments,
  type LocatedFault,
  type Path,
  readYamlDocuments,
  TEXT_START,
} from '../../../yaml-documents.ts';
import { parsePolicies } from './parse-policies.ts';
import { parsePolicyText } from './parse-policy-text.ts';

/**
 * Reads every policy of a text.
 * @returns policies in order, or everything that is wrong, with its place
 */
export function readPolicies(
  text: string,
): Result<readonly OrchestrationPolicy[], readonly LocatedFault[]> {
  const located: Result<Located, readonly LocatedFault[]> = isTextForm(text)
    ? readTextForm(text)
    : readYamlDocuments(text);
  if (!located.ok) return located;
  const { documents, placeOf } = located.value;
  const policies = parsePolicies(documents);
  if (policies.ok) return policies;
  return err(
    policies.error.fields.map(({ path, message }) => ({ ...placeOf(path), path, message })),
  );
}

/**
 * Reads the one policy of a text.
 * @returns the policy, or everything that is wrong, with its place; more than one is wrong, too
 */
export function readPolicy(text: string): Result<OrchestrationPolicy, readonly LocatedFault[]> {
  const read = readPolicies(text);
  if (!read.ok) return read;
  const [policy, ...more] = read.value;
  if (policy !== undefined && more.length === 0) return ok(policy);
  const holds = `holds ${more.length + 1} policies`;
  const message = `${holds}; each is kept by itself, or push all: novacron policy push FILE`;
  return err([{ ...TEXT_START, path: [], message }]);
}

/** The text form begins with a line `policy NAME`; YAML with a key, JSON with a brace. */
function isTextForm(text: string): boolean {
  return /^(?:\s|#.*\n)*policy[ \t]+[^\s:]/.test(text);
}

type Located = Pick<LocatedDocuments, 'documents' | 'placeOf'>;

function readTextForm(text: string): Result<Located, readonly LocatedFault[]> {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    const { place, message } = parsed.error;
    return err([{ ...place, path: [], message }]);
  }
  const { documents, places } = parsed.value;
  const placeOf = (path: Path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const place = places.get(path.slice(0, length).join('.'));
      if (place !== undefined) return place;
    }
    return TEXT_START;
  };
  return ok({ documents, placeOf });
}
