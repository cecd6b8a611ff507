/** Requests and mails to servers of others: checked hosts and addresses, bounded time. */
import type { BreakerLink } from './breakers.ts';

/** Methods of requests. */
export type EgressMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, ready to be sent. */
export interface EgressRequest {
  /** What it is sent for; each has circuit breakers of its own. */
  readonly link: BreakerLink;
  /** Whose request it is: bounds and circuit breakers are of one tenant. */
  readonly tenantId: string;
  /** Hosts that it may go to, as the operator lists them: `HOST` or `HOST:PORT`. */
  readonly hosts: readonly string[];
  readonly method: EgressMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** From the resolution of the name to the end of the answer. Unit: ms. */
  readonly timeoutMs: number;
  /** What is read of the body; 0: nothing but the head. Unit: bytes. */
  readonly bodyBytesMax: number;
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined;
}

/** Nothing came back, or not in time. */
export interface Unanswered {
  readonly kind: 'unanswered';
  /** In words that go on after the name of the host, without the address. */
  readonly reason: string;
  /** How long it is not worth trying again. */
  readonly retryAfterMs?: number;
  /** `turn`: nothing was sent, because other requests of the tenant are under way. */
  readonly waitsFor?: 'turn';
}

/** Another attempt would end in the same way. */
export interface Refused {
  readonly kind: 'refused';
  /** Why, in words that go on after the name of the host. */
  readonly reason: string;
}

/** What came of sending a request. */
export type EgressAnswer =
  | {
      readonly kind: 'answered';
      /** The HTTP status; redirects are reported, not followed. */
      readonly status: number;
      /** By their names in small letters; several of one name are joined by commas. */
      readonly headers: Readonly<Record<string, string>>;
      /** What was read of the body, in UTF-8. */
      readonly body: string;
      /** Whether the body is longer than what was read. */
      readonly isCut: boolean;
      /** How long the server does not want to be asked again. */
      readonly retryAfterMs?: number;
    }
  | Unanswered
  | Refused;

/** One mail, ready to be sent. */
export interface MailRequest extends Pick<EgressRequest, 'tenantId' | 'hosts' | 'signal'> {
  /** The mail server as HOST:PORT. */
  readonly server: string;
  /** `starttls` and `tls` encrypt before anything is sent. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** Without angle brackets: the same in every attempt, so that mail servers can drop repeats. */
  readonly messageId: string;
  /** From the resolution of the name to the end. Unit: ms. */
  readonly timeoutMs: number;
}

/** What came of sending a mail: `accepted` by the mail server, for all recipients. */
export type MailAnswer = { readonly kind: 'accepted' } | Unanswered | Refused;

/** Sends requests to servers of others. */
export interface Egress {
  /** Sends a request; never rejects. */
  readonly send: (request: EgressRequest) => Promise<EgressAnswer>;
  /** Hands a mail to a mail server (RFC 5321); never rejects. */
  readonly sendMail: (request: MailRequest) => Promise<MailAnswer>;
}
