/** Requests and mails to servers of others: checked hosts and addresses, bounded time. */
import type { BreakerLink } from './breakers.ts';

/** Methods of requests. */
export type EgressMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, ready to be sent. */
export interface EgressRequest {
  /** Purpose of the request; each has its own circuit breakers. */
  readonly link: BreakerLink;
  /** Tenant that makes the request: limits and circuit breakers are per tenant. */
  readonly tenantId: string;
  /** Hosts that it may go to, as the operator lists them: `HOST` or `HOST:PORT`. */
  readonly hosts: readonly string[];
  readonly method: EgressMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** From the resolution of the name to the end of the answer. Unit: ms. */
  readonly timeoutMs: number;
  /** Maximum size of the body that is read; 0: headers only. Unit: bytes. */
  readonly bodyBytesMax: number;
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined;
}

/** Nothing came back, or not in time. */
export interface Unanswered {
  readonly kind: 'unanswered';
  /** In words that go on after the name of the host, without the address. */
  readonly reason: string;
  /** Time before a retry is worthwhile. Unit: ms. */
  readonly retryAfterMs?: number;
  /** `turn`: nothing was sent, because other requests of the tenant are under way. */
  readonly waitsFor?: 'turn';
}

/** Another attempt would end in the same way. */
export interface Refused {
  readonly kind: 'refused';
  /** Explanation, in words that follow the name of the host. */
  readonly reason: string;
}

/** Result of sending a request. */
export type EgressAnswer =
  | {
      readonly kind: 'answered';
      /** The HTTP status; redirects are reported, not followed. */
      readonly status: number;
      /** Headers by lowercase name; repeated headers are joined by commas. */
      readonly headers: Readonly<Record<string, string>>;
      /** Body as far as it was read, in UTF-8. */
      readonly body: string;
      /** Whether the body is longer than what was read. */
      readonly isCut: boolean;
      /** Time before the server accepts another request. Unit: ms. */
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

/** Result of sending a mail: `accepted` by the mail server, for all recipients. */
export type MailAnswer = { readonly kind: 'accepted' } | Unanswered | Refused;

/** Sends requests to servers of others. */
export interface Egress {
  /** Sends a request; never rejects. */
  readonly send: (request: EgressRequest) => Promise<EgressAnswer>;
  /** Hands a mail to a mail server (RFC 5321); never rejects. */
  readonly sendMail: (request: MailRequest) => Promise<MailAnswer>;
}
