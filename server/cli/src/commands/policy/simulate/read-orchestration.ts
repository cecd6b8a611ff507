/** Reads orchestration policies and facts from files: YAML, JSON or the text form. */

import {
  OrchestrationFacts,
  type OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { readPolicies } from '@novacron/engine/automation/orchestration/parse/read-policies';
import { type LocatedFault, readYamlDocuments } from '@novacron/engine/yaml-documents';
import { type Failure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import { readTextFile } from '../../../io/read-text-file.ts';

/** A mistake in a file, where it is. */
export interface FileFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Keys down to the value at fault, joined with dots; empty for the text itself. */
  readonly path: string;
  readonly message: string;
}

/** Contents of a file, or all of its faults. */
export type FileContent<T> = Result<T, readonly FileFault[]>;

/** Longer files are data, not policies. Unit: UTF-16 code units. */
const TEXT_LENGTH_MAX = 1_048_576;

/** Reads policies. Failures: wrong usage where the file cannot be read. */
export async function readOrchestration(
  io: Pick<CliIo, 'readText'>,
  file: string,
): Promise<Result<FileContent<readonly OrchestrationPolicy[]>, Failure>> {
  const text = await readBounded(io, file, 'the policies');
  if (!text.ok) return text;
  const policies = readPolicies(text.value);
  return ok(policies.ok ? policies : err(policies.error.map((fault) => inFile(file, fault))));
}

function inFile(file: string, { line, column, path, message }: LocatedFault): FileFault {
  return { file, line, column, path: path.slice(1).join('.'), message };
}

/** Reads what is known of resources. Failures: wrong usage where the file cannot be read. */
export async function readFacts(
  io: Pick<CliIo, 'readText'>,
  file: string,
): Promise<Result<FileContent<OrchestrationFacts>, Failure>> {
  const text = await readBounded(io, file, 'the facts');
  if (!text.ok) return text;
  const located = readYamlDocuments(text.value);
  if (!located.ok) return ok(err(located.error.map((fault) => inFile(file, fault))));
  const { documents, placeOf } = located.value;
  const facts = OrchestrationFacts.safeParse(documents[0], IN_WORDS);
  if (facts.success) return ok(ok(facts.data));
  const { fields } = toValidationProblem(facts.error, 'The facts');
  return ok(
    err(
      fields.map(({ path, message }) => ({
        file,
        ...placeOf([0, ...path]),
        path: path.join('.'),
        message,
      })),
    ),
  );
}

async function readBounded(
  io: Pick<CliIo, 'readText'>,
  file: string,
  what: string,
): Promise<Result<string, Failure>> {
  const text = await readTextFile(io, file, what);
  if (!text.ok || text.value.length <= TEXT_LENGTH_MAX) return text;
  return err(usageFailure(`${file} is longer than ${TEXT_LENGTH_MAX} characters`));
}
