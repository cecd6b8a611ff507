/** `novacron policy check`: are the texts right? */
import type { RegoProblem } from '@novacron/rego/syntax/rego-problem';
import { findingsFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import { compilePolicies } from '../files/compile-policies.ts';
import { checkArchive, openArchives, toTexts } from '../files/open-archives.ts';
import { inputOf } from '../files/policy-input.ts';
import { hintTogether, problemLine, warningLine } from '../files/problem-line.ts';
import { findHiddenDocuments, mergeData, readDocuments } from '../files/read-documents.ts';
import { readTexts, textsBeside } from '../files/read-policies.ts';
import { readSchemas } from '../files/read-schemas.ts';
import type { PolicyTexts } from '../flags/text-flags.ts';

/** Policies to check, and the options. */
export interface CheckRequest extends PolicyTexts {
  /** A file or a directory of JSON Schemas that annotations name. */
  readonly schema?: string;
  /** Handling of fields and actions that the input of a server's policies does not have. */
  readonly unknownInput: 'refused' | 'warned' | 'allowed';
  /** Whether what OPA's strict mode refuses is a problem. */
  readonly strict: 'problems' | 'warnings';
}

/** Compiles all texts. Failures: wrong usage; findings where a text or a bundle has a problem. */
export async function checkPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'readBytes' | 'nowMs'>,
  request: CheckRequest,
): Promise<Outcome> {
  const { paths, archives, grouping, regoVersion } = request;
  const schemas = await readSchemas(io, request.schema);
  if (!schemas.ok) return { failure: schemas.error };
  const read = await readTexts(io, paths, grouping);
  if (!read.ok) return { failure: read.error };
  const except = request.schema === undefined ? [] : [request.schema];
  const documents = await readDocuments(io, { paths, data: request.data, except });
  if (!documents.ok) return { failure: documents.error };
  const opened = await openArchives(io, archives);
  if (!opened.ok) return { failure: opened.error };
  const named = schemas.value === undefined ? {} : { schemas: schemas.value };
  const texts = [...read.value, ...opened.value.map(toTexts)];
  const { unknownInput, strict } = request;
  const input = unknownInput === 'allowed' ? {} : inputOf(unknownInput === 'warned');
  const warnings: RegoProblem[] = [];
  const problems = texts.flatMap((each) => {
    const { modules } = each;
    // A server takes the module of a bundle as it is, whatever its texts read.
    const isText = read.value.includes(each);
    const trial = isText && unknownInput !== 'allowed' ? 'tried' : 'untried';
    const documented = isText ? { data: mergeData(each.data, documents.value) } : {};
    const others = textsBeside(texts, modules);
    const compiled = compilePolicies({
      modules,
      others,
      regoVersion,
      trial,
      strict,
      nowMs: io.nowMs,
      ...named,
      ...documented,
      ...(isText ? input : {}),
    });
    if (compiled.ok) warnings.push(...compiled.value.warnings);
    const errors = compiled.ok ? [] : compiled.error;
    return errors.map((error) => hintTogether(error, others));
  });
  problems.push(...opened.value.flatMap(checkArchive), ...documents.value.problems);
  problems.push(...findHiddenDocuments(texts, documents.value, regoVersion));
  const files = texts.flatMap(({ modules }) => Object.keys(modules)).length;
  const counts = [
    ...(files === 0 && archives.length > 0 ? [] : [countOf(files, 'file')]),
    ...(documents.value.count === 0 ? [] : [countOf(documents.value.count, 'document')]),
    ...(archives.length === 0 ? [] : [countOf(archives.length, 'bundle')]),
  ];
  const checked = `${counts.join(', ').replace(/, ([^,]*)$/, ' and $1')} checked`;
  if (problems.length === 0) {
    const found = warnings.length === 0 ? 'no problems' : countOf(warnings.length, 'warning');
    const text = `${warnings.map(warningLine).join('')}${checked}: ${found}\n`;
    return { document: { kind: 'report', value: warnings, text } };
  }
  return {
    document: {
      kind: 'report',
      value: problems,
      text: [...warnings.map(warningLine), ...problems.map(problemLine)].join(''),
    },
    failure: findingsFailure(`${checked}: ${countOf(problems.length, 'problem')}`),
  };
}
