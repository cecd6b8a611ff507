/** Problems as a server sent them: the document is kept for its request id and unknown members. */
import {
  fromProblemDocument,
  type Problem,
  ProblemDocument,
  toProblemDocument,
} from '@novacron/contract/problem/problem';

/** A problem together with the document that it was read from. */
interface AnsweredProblem extends Problem {
  readonly document: ProblemDocument;
}

/** Reads a document, keeping it. */
export function toAnsweredProblem(document: ProblemDocument): AnsweredProblem {
  return { ...fromProblemDocument(document), document };
}

/** A problem with other words for what happened, also in its document. */
export function withDetail(found: Problem, detail: string): Problem {
  const document = isAnswered(found) ? { document: { ...found.document, detail } } : {};
  return { ...found, detail, ...document };
}

/** Whether a server sent the problem. */
export function isAnswered(found: Problem): found is AnsweredProblem {
  return 'document' in found && ProblemDocument.safeParse(found.document).success;
}

/** The document of a problem: the one that was sent, or a new one. */
export function documentOf(found: Problem): ProblemDocument {
  return isAnswered(found) ? found.document : toProblemDocument(found);
}
