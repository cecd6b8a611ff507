/** `novacron policy lint`: what compiles and is probably a mistake. */

import { type LintFinding, type LintReport, lintRego } from '@novacron/rego/lint-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import { type FixedTexts, fixRego } from '@novacron/rego/tools/fix-rego';
import { type Failure, findingsFailure, unevaluatedFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { countOf } from '../../../output/count-of.ts';
import type { Document } from '../../../output/render-output.ts';
import { writeJson } from '../../../output/write-values.ts';
import { problemLine } from '../files/problem-line.ts';
import { readModules } from '../files/read-policies.ts';
import { findConfig, type LintSources } from './find-config.ts';
import { writeLintJunit, writeLintSarif } from './write-findings.ts';

/** Texts to lint, and the options. */
export interface LintRequest extends LintSources {
  readonly failLevel: 'error' | 'warning';
  /** Whether files are changed where a finding has one right form. */
  readonly fixes: 'written' | 'left';
  readonly format: 'text' | 'json' | 'sarif' | 'junit';
  readonly regoVersion: 'auto' | RegoVersion;
}

/**
 * Lints policies, after fixing what has one right form if that is asked for. Failures: wrong usage,
 * also for a wrong configuration; findings of the level that fails; nothing evaluated, where a text
 * does not parse.
 */
export async function lintPolicies(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'replaceText' | 'version'>,
  request: LintRequest,
): Promise<Outcome> {
  const config = await findConfig(io, request);
  if (!config.ok) return { failure: config.error };
  const modules = await readModules(io, request.paths);
  if (!modules.ok) return { failure: modules.error };
  const { regoVersion } = request;
  const asked = { config: config.value, regoVersion };
  const { changed, fixed } =
    request.fixes === 'written' ? fixRego({ modules: modules.value, ...asked }) : UNFIXED;
  for (const [file, text] of Object.entries(changed)) await io.replaceText(file, text);
  const found = lintRego({ modules: { ...modules.value, ...changed }, ...asked });
  const report = { ...found, findings: found.findings.map(withoutEdits) };
  const done = fixed.length === 0 ? '' : `${countOf(fixed.length, 'finding')} fixed, `;
  const verdict = `${countOf(report.files, 'file')} linted: ${done}${countLevels(report)}`;
  const failure = failureOf(report, request, verdict);
  const document = documentOf(report, {
    ...request,
    version: io.version,
    footer: failure === undefined ? `${verdict}\n` : '',
  });
  return failure === undefined ? { document } : { document, failure };
}

const UNFIXED: FixedTexts = { changed: {}, fixed: [] };

/** Reports have what is wrong; what puts it right is written, or shown by an editor. */
function withoutEdits({ edits: _edits, ...finding }: LintFinding): LintFinding {
  return finding;
}

function countLevels({ findings }: LintReport): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return 'no findings';
  const counts = [
    ...(errors > 0 ? [countOf(errors, 'error')] : []),
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
  ];
  return counts.join(', ');
}

function failureOf(
  { findings, problems }: LintReport,
  { failLevel }: LintRequest,
  verdict: string,
): Failure | undefined {
  if (problems.length > 0) {
    return unevaluatedFailure(`${countOf(problems.length, 'problem')}: not all files were linted`);
  }
  const counts = findings.some(({ level }) => failLevel === 'warning' || level === 'error');
  return counts ? findingsFailure(verdict) : undefined;
}

function documentOf(
  report: LintReport,
  {
    format,
    version,
    footer,
  }: Pick<LintRequest, 'format'> & { readonly version: string; readonly footer: string },
): Document {
  const value = { findings: report.findings, problems: report.problems };
  const asText = (text: string): Document => ({ kind: 'text', value: { text } });
  switch (format) {
    case 'json':
      return asText(`${writeJson(value, 2)}\n`);
    case 'sarif':
      return asText(`${writeJson(writeLintSarif(report, version), 2)}\n`);
    case 'junit':
      return asText(writeLintJunit(report));
    case 'text':
      return { kind: 'report', value, text: textOf(report) + footer };
  }
}

function textOf({ findings, problems }: LintReport): string {
  const lines = findings.map(
    ({ file, row, column, message, level, category, rule }) =>
      `${file}:${row}:${column}: ${level === 'warning' ? 'warning: ' : ''}${message} ` +
      `[${category}/${rule}]\n`,
  );
  const pages = [...new Set(findings.map(({ docs }) => docs))];
  const links = pages.length === 0 ? [] : ['\nMore about these rules:\n', ...pages.map(indent)];
  return [...problems.map(problemLine), ...lines, ...links].join('');
}

function indent(line: string): string {
  return `  ${line}\n`;
}
