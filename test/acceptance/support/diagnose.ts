/** Diagnostics that Terraform shows its user, read from its machine-readable output. */
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';

/** One message of Terraform. */
export interface ShownDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** The resource it is about; empty for a provider block. */
  readonly address: string;
  /** The source line that is shown with it, without its indentation. */
  readonly code: string;
}

/** Result of a Terraform run. */
export interface Diagnosis {
  readonly exitCode: number;
  readonly diagnostics: readonly ShownDiagnostic[];
  readonly output: string;
}

interface OutputLine {
  readonly type?: string;
  readonly diagnostic?: Omit<ShownDiagnostic, 'code' | 'address'> & {
    readonly address?: string;
    readonly snippet?: { readonly code: string };
  };
}

/** Plans and collects what is reported. Exit code 0: nothing to do, 2: changes, 1: errors. */
export async function diagnosePlan(
  workspace: TerraformWorkspace,
  ...args: readonly string[]
): Promise<Diagnosis> {
  return toDiagnosis(await workspace.plan('-json', ...args));
}

/** Applies and collects what is reported. */
export async function diagnoseApply(
  workspace: TerraformWorkspace,
  ...args: readonly string[]
): Promise<Diagnosis> {
  return toDiagnosis(await workspace.apply('-json', ...args));
}

/** Validates and collects what is reported. */
export async function diagnoseValidate(workspace: TerraformWorkspace): Promise<Diagnosis> {
  const { exitCode, output } = await workspace.run('validate', '-json');
  const { diagnostics }: { diagnostics: NonNullable<OutputLine['diagnostic']>[] } =
    JSON.parse(output);
  return { exitCode, output, diagnostics: diagnostics.map(toShown) };
}

function toDiagnosis(run: { readonly exitCode: number; readonly output: string }): Diagnosis {
  const lines = run.output.split('\n').filter((line) => line.startsWith('{'));
  const diagnostics = lines.flatMap((text) => {
    const line: OutputLine = JSON.parse(text);
    return line.diagnostic === undefined ? [] : [toShown(line.diagnostic)];
  });
  return { ...run, diagnostics };
}

function toShown(found: NonNullable<OutputLine['diagnostic']>): ShownDiagnostic {
  const { severity, summary, detail, address = '', snippet } = found;
  return { severity, summary, detail, address, code: snippet?.code.trim() ?? '' };
}
