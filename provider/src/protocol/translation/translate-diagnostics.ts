import { plainText } from '@novacron/contract/formats/plain-text';
import { formatPath, type Path, type PathStep } from '../../cty/path.ts';
import type { Diagnostic, Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type {
  AttributePath,
  Diagnostic as WireDiagnostic,
  Step as WireStep,
} from '../../gen/tfplugin6.ts';

const SEVERITIES = { error: 1, warning: 2 } as const;

/** All diagnostics of a call in their wire form. */
export function diagnosticsToWire(diagnostics: Diagnostics): WireDiagnostic[] {
  return diagnostics.all.map(diagnosticToWire);
}

/**
 * Terraform finds the line of a top-level attribute only. A deeper path would show the header of
 * the block instead, so the rest of the path moves into the text. Terraform prints texts as they
 * are, so that what would steer a terminal is escaped here.
 */
function diagnosticToWire({ severity, summary, detail, path }: Diagnostic): WireDiagnostic {
  const isDeep = path !== undefined && path.length > 1;
  const place = isDeep ? formatPath(path) : '';
  const isNamed = `${summary} ${detail}`.includes(place);
  return {
    severity: SEVERITIES[severity],
    summary: plainText(summary),
    detail: plainText(isNamed ? detail : `${detail}${detail === '' ? '' : '\n\n'}At ${place}.`),
    attribute: path === undefined || path.length === 0 ? undefined : pathToWire(path.slice(0, 1)),
  };
}

/** A path in its wire form. */
export function pathToWire(path: Path): AttributePath {
  return { steps: path.map(stepToWire) };
}

function stepToWire(step: PathStep): WireStep {
  if (typeof step === 'string') {
    return { selector: { $case: 'attribute_name', attribute_name: step } };
  }
  if (typeof step === 'number') {
    return { selector: { $case: 'element_key_int', element_key_int: BigInt(step) } };
  }
  return { selector: { $case: 'element_key_string', element_key_string: step.key } };
}
