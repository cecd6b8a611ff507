import type { Path } from '../../cty/path.ts';

/** Errors stop Terraform, warnings do not. */
export type Severity = 'error' | 'warning';

/** One message for the user, shown at the line of its attribute. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Short statement of the problem, without a full stop. */
  readonly summary: string;
  /** Cause, who has to act, and next step. */
  readonly detail: string;
  readonly path: Path | undefined;
}

/** A diagnostic without its severity, which is the name of the method. */
export interface Report {
  readonly summary: string;
  readonly detail?: string;
  /** The attribute it is about; without it the whole block is shown. */
  readonly path?: Path;
}

function isWarning({ severity }: Diagnostic): boolean {
  return severity === 'warning';
}

/** Collects the diagnostics of one request. */
export class Diagnostics {
  readonly #all: Diagnostic[] = [];

  error(report: Report): void {
    this.#add('error', report);
  }

  /**
   * Adds a warning. Of several with one summary, Terraform shows the first and counts the others,
   * so they become one here; its attribute is that of the first.
   */
  warning(report: Report): void {
    const { summary, detail = '' } = report;
    const at = this.#all.findIndex((each) => isWarning(each) && each.summary === summary);
    const first = this.#all[at];
    if (first === undefined) {
      this.#add('warning', report);
      return;
    }
    if (first.detail.includes(detail)) return;
    this.#all[at] = { ...first, detail: `${first.detail}\n\n${detail}` };
  }

  /** Adds what others have collected. */
  append(diagnostics: Iterable<Diagnostic>): void {
    this.#all.push(...diagnostics);
  }

  /** Rewrites what has been collected: each becomes what is returned, or nothing. */
  rewrite(each: (found: Diagnostic) => Diagnostic | undefined): void {
    const kept = this.#all.flatMap((found) => each(found) ?? []);
    this.#all.splice(0, this.#all.length, ...kept);
  }

  get hasErrors(): boolean {
    return this.#all.some(({ severity }) => severity === 'error');
  }

  get all(): readonly Diagnostic[] {
    return this.#all;
  }

  #add(severity: Severity, { summary, detail = '', path }: Report): void {
    this.#all.push({ severity, summary, detail, path });
  }
}
