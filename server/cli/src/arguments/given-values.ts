/** Values of flags that become fields only with a file or the resource as it is. */

/** Members of an object that are given one at a time; the others stay as they are. */
export class GivenMembers {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }
}

/** Labels that are set or removed; the others stay as they are. */
export class GivenLabels {
  /** Values by name; undefined removes the label. */
  readonly changes: Readonly<Record<string, string | undefined>>;

  constructor(changes: Readonly<Record<string, string | undefined>>) {
    this.changes = changes;
  }
}

/** A file with the value of a flag, in JSON or YAML. */
export class GivenFile {
  /** `-` is standard input. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}
