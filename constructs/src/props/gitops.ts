/** Choices of a GitOps application. */
/** Kind of the directory of a GitOps application. */
export class GitopsSource {
  /** Terraform files, which cdktf writes, too. */
  public static readonly TERRAFORM: GitopsSource = new GitopsSource('terraform');
  /** OpenTofu files. */
  public static readonly OPENTOFU: GitopsSource = new GitopsSource('opentofu');
  /** Manifests of `novacron apply`. */
  public static readonly MANIFESTS: GitopsSource = new GitopsSource('manifests');

  /** A value that a newer server supports. */
  public static custom(word: string): GitopsSource {
    return new GitopsSource(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a sync window does. */
export class SyncWindowKind {
  /** Syncs start in windows of this kind only. */
  public static readonly ALLOW: SyncWindowKind = new SyncWindowKind('allow');
  /** No sync starts in it. */
  public static readonly DENY: SyncWindowKind = new SyncWindowKind('deny');

  /** A value that a newer server supports. */
  public static custom(word: string): SyncWindowKind {
    return new SyncWindowKind(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** When a sync asks people before it changes anything. */
export class SyncApproval {
  /** For more deletions than allowed, and changes of protected paths. */
  public static readonly GATED: SyncApproval = new SyncApproval('gated');
  /** Also for any deletion or replacement. */
  public static readonly DELETES: SyncApproval = new SyncApproval('deletes');
  /** For any change. */
  public static readonly ALWAYS: SyncApproval = new SyncApproval('always');

  /** A value that a newer server supports. */
  public static custom(word: string): SyncApproval {
    return new SyncApproval(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What reports pushes to a repository. */
export class PushSender {
  /** GitHub, Forgejo or Gitea. */
  public static readonly GITHUB: PushSender = new PushSender('github');
  /** GitLab. */
  public static readonly GITLAB: PushSender = new PushSender('gitlab');

  /** A value that a newer server supports. */
  public static custom(word: string): PushSender {
    return new PushSender(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
